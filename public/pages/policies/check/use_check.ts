import { present } from '../../../../common/present';
import { useCallback } from 'react';
import type * as t from 'io-ts';
import { checkPolicy } from '../../../../common/api/routes';
import type { Problem } from '../../../../common/api/contract';
import type { PolicyFaultView } from '../../../../common/api/policy_views';
import { byPlace } from '../../../../common/policy/policy';
import { useServices } from '../../../components/data/services';
import { useFormFaults, type FormCheck } from './use_form_faults';
import { useHostCheck, type HostCheck } from './use_host_check';

export type Checked = t.TypeOf<typeof checkPolicy.answer>;

/** What is to be said of a text. `pending`: something of it is of an older text, the current one is being checked. */
export interface Check {
  readonly pending: boolean;
  /** The form was checked here: `problem` is only about conditions and tests. */
  readonly formIsKnown: boolean;
  readonly result?: Checked;
  readonly problem?: Problem;
}

const ONLY_THE_HOST_FINDS: ReadonlySet<string> = new Set([
  'bad_condition',
  'bad_search',
  'no_guard',
  'undeclared_lookup',
  'lookup_too_long',
]);
const onlyTheHostFinds = ({ code }: PolicyFaultView): boolean => ONLY_THE_HOST_FINDS.has(code);

/** The page's own faults, of this text, and until the host has answered what it last said of conditions and tests. */
const joined = (form: FormCheck, { result, problem }: HostCheck<Checked>): Checked => {
  const id = result?.id === undefined ? {} : { id: result.id };
  if (result === undefined || problem !== undefined) return { ...id, faults: [...form.faults], tests: [] };
  const others = result.faults.filter(onlyTheHostFinds);
  const warnings = present({ warnings: result.warnings });
  return { ...id, ...warnings, faults: [...byPlace([...form.faults, ...others])], tests: result.tests };
};

/**
 * Checks a text as it is typed: its form here and at once, then by the host what takes the engine: the types of
 * conditions, and the tests. A text without the form of a policy is not sent.
 */
export const useCheck = (source: string): Check => {
  const { api } = useServices();
  const ask = useCallback((text: string) => api.call(checkPolicy, { body: { source: text } }), [api]);
  const form = useFormFaults(source);
  const isOfThis = form?.of === source;
  const isFormless = isOfThis && !form.hasForm;
  const host = useHostCheck(source, isFormless ? undefined : ask);
  if (isFormless) return { pending: false, formIsKnown: true, result: { faults: [...form.faults], tests: [] } };
  const pending = host.of !== source;
  const problem = host.problem === undefined ? {} : { problem: host.problem };
  if (!isOfThis || (!pending && host.problem === undefined))
    return { pending, formIsKnown: false, ...problem, ...present({ result: host.result }) };
  return { pending, formIsKnown: true, ...problem, result: joined(form, host) };
};
