import type { Result } from '../../../common/result';

/**
 * What is read anew each time it is asked for, so that a changed secret or certificate counts for the next request.
 * Where it cannot be read right now, as while its file is being replaced, the last one that could goes on.
 */
export const renewed = <Value>(first: Value, again: () => Result<Value, unknown>): (() => Value) => {
  let last = first;
  return () => {
    const now = again();
    if (now.ok) last = now.value;
    return last;
  };
};
