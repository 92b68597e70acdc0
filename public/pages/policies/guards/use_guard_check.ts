import { useEffect, useState } from 'react';
import type * as t from 'io-ts';
import { checkGuard } from '../../../../common/api/routes';
import type { Problem } from '../../../../common/api/contract';
import { useServices } from '../../../components/data/services';

type Answer = t.TypeOf<typeof checkGuard.answer>;

/** What the host says of a text. `pending`: what is here is of an older one. */
export interface GuardCheck {
  readonly pending: boolean;
  readonly result?: Answer;
  readonly problem?: Problem;
}

/** The host compiles it once the typing pauses for so long, ms. */
export const GUARD_CHECK_PAUSE_MS = 600;

/** Compiles a guard as it is typed. Of several answers the one to the last text counts. */
export const useGuardCheck = (guard: string, source: string): GuardCheck => {
  const { api } = useServices();
  const [check, setCheck] = useState<Omit<GuardCheck, 'pending'> & { readonly of?: string }>({});
  useEffect(() => {
    let isOld = false;
    const ask = async (): Promise<void> => {
      const answer = await api.call(checkGuard, { body: { guard, source } });
      if (isOld) return;
      setCheck(answer.ok ? { of: source, result: answer.value } : { of: source, problem: answer.error });
    };
    const timer = window.setTimeout(() => void ask(), GUARD_CHECK_PAUSE_MS);
    return () => {
      isOld = true;
      window.clearTimeout(timer);
    };
  }, [api, guard, source]);
  const { of, ...said } = check;
  return { ...said, pending: of !== source };
};
