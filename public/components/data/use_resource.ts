import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../common/api/contract';
import type { Result } from '../../../common/result';
import { LEAST_PAUSE_MS } from './pace';
import { useChanged } from './use_live';

/** Something that was fetched. After a failed renewal the old value stays, with the problem beside it. */
export interface Resource<Value> {
  readonly value?: Value;
  readonly problem?: Problem;
  readonly loading: boolean;
  /** When the value was received, ms of this browser's clock. */
  readonly heardAt?: number;
  readonly again: () => void;
}

type State<Value> = Omit<Resource<Value>, 'again'>;

/** Search lags behind by about a second: so long after a change it is asked for once more, ms. */
const SETTLED_MS = 2_500;
/** What other agents change is not told by this one; so often it is asked for anyway, ms. */
const RENEW_EVERY_MS = 15_000;

/**
 * Fetches something, and again whenever something of these kinds changed. Of several answers the last asked for wins.
 *
 * @param load must be stable (`useCallback`); a new one starts over with an empty value
 */
export const useResource = <Value>(
  load: () => Promise<Result<Value, Problem>>,
  kinds: readonly string[],
): Resource<Value> => {
  const [state, setState] = useState<State<Value>>({ loading: true });
  const asked = useRef(0);
  const askedAt = useRef(0);
  const soon = useRef<number>();
  const settled = useRef<number>();

  const ask = useCallback(async () => {
    const mine = ++asked.current;
    askedAt.current = Date.now();
    setState((before) => ({ ...before, loading: true }));
    const answer = await load();
    if (mine !== asked.current) return;
    setState((before) =>
      answer.ok
        ? { value: answer.value, loading: false, heardAt: Date.now() }
        : { ...before, problem: answer.error, loading: false },
    );
  }, [load]);

  const askOnceSettled = useCallback(() => {
    window.clearTimeout(settled.current);
    settled.current = window.setTimeout(() => void ask(), SETTLED_MS);
  }, [ask]);

  useEffect(() => {
    setState({ loading: true });
    void ask();
    // What was changed just before this was opened may not be found yet.
    askOnceSettled();
    const renewing = window.setInterval(() => {
      if (!document.hidden) void ask();
    }, RENEW_EVERY_MS);
    return () => {
      asked.current += 1;
      window.clearInterval(renewing);
      window.clearTimeout(soon.current);
      window.clearTimeout(settled.current);
    };
  }, [ask, askOnceSettled]);

  useChanged(kinds, () => {
    window.clearTimeout(soon.current);
    const wait = Math.max(0, askedAt.current + LEAST_PAUSE_MS - Date.now());
    soon.current = window.setTimeout(() => void ask(), wait);
    askOnceSettled();
  });

  const again = useCallback(() => {
    void ask();
    askOnceSettled();
  }, [ask, askOnceSettled]);
  return { ...state, again };
};
