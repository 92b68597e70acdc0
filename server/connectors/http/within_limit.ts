/**
 * Runs one call: all that it sends shares one time limit, and ends with the caller's signal.
 *
 * @param call gets a signal whose reason is an `Error` that says why
 */
export const withinLimit = async <Value>(
  signal: AbortSignal,
  totalMs: number,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => {
  const limit = new AbortController();
  const stop = (): void => limit.abort(new Error('the caller gave up'));
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${totalMs} ms`)), totalMs);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await call(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
};
