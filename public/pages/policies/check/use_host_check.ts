import { useEffect, useState } from 'react';
import type { Problem } from '../../../../common/api/contract';
import type { Result } from '../../../../common/result';
import { REACH_AGAIN_MS } from '../../../components/data/pace';

/** What the host said last, and of which text. With a problem, `result` is of an older one. */
export interface HostCheck<Found> {
  readonly of?: string;
  readonly result?: Found;
  readonly problem?: Problem;
}

/** The host is asked once the typing pauses for so long, ms. */
export const CHECK_PAUSE_MS = 400;

/**
 * Has the host check a text as it is typed. Of several answers the one to the last text wins, whatever comes first.
 *
 * @param ask must be stable (`useCallback`); undefined while there is nothing to ask
 */
export const useHostCheck = <Found>(
  source: string,
  ask: ((source: string) => Promise<Result<Found, Problem>>) | undefined,
  pauseMs = CHECK_PAUSE_MS,
): HostCheck<Found> => {
  const [check, setCheck] = useState<HostCheck<Found>>({});
  useEffect(() => {
    if (ask === undefined) return undefined;
    let timer = 0;
    let isOld = false;
    const askIn = (pause: number): void => {
      timer = window.setTimeout(() => void askNow(), pause);
    };
    const askNow = async (): Promise<void> => {
      const answer = await ask(source);
      if (isOld) return;
      setCheck(({ result }) =>
        answer.ok ? { of: source, result: answer.value } : { of: source, result, problem: answer.error },
      );
      if (!answer.ok) askIn(REACH_AGAIN_MS);
    };
    askIn(pauseMs);
    return () => {
      isOld = true;
      window.clearTimeout(timer);
    };
  }, [ask, source, pauseMs]);
  return check;
};
