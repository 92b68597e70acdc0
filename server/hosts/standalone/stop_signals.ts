/** Ctrl-C reaches a program more than once: from the terminal itself and through npm. Those are one, ms. */
const SAME_CTRL_C_MS = 700;

export interface StopSignals {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
  readonly forget: () => void;
}

/**
 * Listens for the wish to stop.
 *
 * @param impatient called when it comes a second time
 */
export const listenForStop = (impatient: () => void): StopSignals => {
  const controller = new AbortController();
  let firstAt: number | undefined;
  let asked: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const heard = (): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      controller.abort();
      asked();
    } else if (now - firstAt > SAME_CTRL_C_MS) impatient();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, heard);
  return {
    signal: controller.signal,
    asked: promise,
    forget: () => {
      for (const name of names) process.off(name, heard);
    },
  };
};
