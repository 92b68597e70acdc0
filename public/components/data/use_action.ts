import { useCallback, useEffect, useRef, useState } from 'react';
import type { Result } from '../../../common/result';
import type { Refusal } from '../../api_client';

/** A call that a person started: under way, or refused with a problem. */
export interface Action<Input, Answer> {
  readonly pending: boolean;
  readonly problem: Refusal | undefined;
  /** Undefined if it was refused, or the page has gone. */
  readonly run: (input: Input) => Promise<Answer | undefined>;
  readonly reset: () => void;
}

export const useAction = <Input, Answer>(
  call: (input: Input) => Promise<Result<Answer, Refusal>>,
): Action<Input, Answer> => {
  const [state, setState] = useState<{ pending: boolean; problem?: Refusal }>({ pending: false });
  const latest = useRef(call);
  latest.current = call;
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const run = useCallback(async (input: Input) => {
    setState({ pending: true });
    const answer = await latest.current(input);
    if (!here.current) return undefined;
    setState(answer.ok ? { pending: false } : { pending: false, problem: answer.error });
    return answer.ok ? answer.value : undefined;
  }, []);
  const reset = useCallback(() => setState({ pending: false }), []);
  return { pending: state.pending, problem: state.problem, run, reset };
};
