import { present } from '../../../../common/present';
import { useCallback } from 'react';
import type * as t from 'io-ts';
import { checkGuard } from '../../../../common/api/routes';
import type { Problem } from '../../../../common/api/contract';
import { useServices } from '../../../components/data/services';
import { useHostCheck } from '../check/use_host_check';

/** What the host says of a guard. `pending`: what is here is of an older text. */
export interface GuardCheck {
  readonly pending: boolean;
  readonly result?: t.TypeOf<typeof checkGuard.answer>;
  readonly problem?: Problem;
}

/** Compiling takes the host longer than checking a policy: it is asked once the typing pauses for so long, ms. */
const PAUSE_MS = 600;

/** Has the host compile a guard as it is typed. */
export const useGuardCheck = (guard: string, source: string): GuardCheck => {
  const { api } = useServices();
  const ask = useCallback((text: string) => api.call(checkGuard, { body: { guard, source: text } }), [api, guard]);
  const { of, result, problem } = useHostCheck(source, ask, PAUSE_MS);
  const pending = of !== source;
  return problem ? { pending, problem } : { pending, ...present({ result }) };
};
