import { useEffect, useState } from 'react';
import type * as t from 'io-ts';
import { checkPolicy } from '../../../../common/api/routes';
import type { Problem } from '../../../../common/api/contract';
import type { PolicyFaultView } from '../../../../common/api/views';
import { byPlace } from '../../../../common/policy/policy';
import { useServices } from '../../../components/data/services';
import { useFormFaults, type FormCheck } from './use_form_faults';

export type Checked = t.TypeOf<typeof checkPolicy.answer>;

/** What is to be said of a text. `pending`: something of it is of an older text, the current one is being checked. */
export interface Check {
  readonly pending: boolean;
  /** The form was checked here: `problem` is only about conditions and tests. */
  readonly formIsKnown: boolean;
  readonly result?: Checked;
  readonly problem?: Problem;
}

interface HostCheck {
  /** The text that `result` is about. */
  readonly of?: string;
  readonly result?: Checked;
  readonly problem?: Problem;
}

/** The host is asked once the typing pauses for so long, ms. */
export const CHECK_PAUSE_MS = 400;
/** And again after so long if it could not be asked, ms. */
const AGAIN_MS = 5_000;

/** Asks the host. Of several answers the one to the last text wins, whatever comes first. */
const useHostCheck = (source: string, asks: boolean): HostCheck => {
  const { api } = useServices();
  const [check, setCheck] = useState<HostCheck>({});
  useEffect(() => {
    if (!asks) return undefined;
    let timer = 0;
    let isOld = false;
    const ask = async (): Promise<void> => {
      const answer = await api.call(checkPolicy, { body: { source } });
      if (isOld) return;
      setCheck(({ result }) =>
        answer.ok ? { of: source, result: answer.value } : { of: source, result, problem: answer.error },
      );
      if (!answer.ok) askIn(AGAIN_MS);
    };
    const askIn = (pause: number): void => {
      timer = window.setTimeout(() => void ask(), pause);
    };
    askIn(CHECK_PAUSE_MS);
    return () => {
      isOld = true;
      window.clearTimeout(timer);
    };
  }, [api, source, asks]);
  return check;
};

const onlyTheHostFinds = ({ code }: PolicyFaultView): boolean => code === 'bad_condition' || code === 'no_guard';

/** The page's own faults, of this text, and until the host has answered what it last said of conditions and tests. */
const joined = (form: FormCheck, { result, problem }: HostCheck): Checked => {
  const id = result?.id === undefined ? {} : { id: result.id };
  if (result === undefined || problem !== undefined) return { ...id, faults: [...form.faults], tests: [] };
  const others = result.faults.filter(onlyTheHostFinds);
  return { ...id, faults: [...byPlace([...form.faults, ...others])], tests: result.tests };
};

/**
 * Checks a text as it is typed: its form here and at once, then by the host what takes the engine: the types of
 * conditions, and the tests. A text without the form of a policy is not sent.
 */
export const useCheck = (source: string): Check => {
  const form = useFormFaults(source);
  const isOfThis = form?.of === source;
  const isFormless = isOfThis && !form.hasForm;
  const host = useHostCheck(source, !isFormless);
  if (isFormless) return { pending: false, formIsKnown: true, result: { faults: [...form.faults], tests: [] } };
  const pending = host.of !== source;
  const problem = host.problem === undefined ? {} : { problem: host.problem };
  if (!isOfThis || (!pending && host.problem === undefined))
    return { pending, formIsKnown: false, ...problem, ...(host.result ? { result: host.result } : {}) };
  return { pending, formIsKnown: true, ...problem, result: joined(form, host) };
};
