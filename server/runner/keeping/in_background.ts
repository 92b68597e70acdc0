import { traceOf, whyOf } from '../../../common/why';
import type { Clock, Log } from '../ports';
import { isAway } from './session_lost';
import { nap } from './nap';

/** Says in the log what failed, and where in the code. What passes by itself is no failure and is not said. */
export const sayFailed = (log: Pick<Log, 'error'>, message: string, cause: unknown): void => {
  if (!isAway(cause)) log.error(message, { why: traceOf(cause) });
};

/** Runs background work whose failure must not pass in silence; a lost session or store is no failure of its own. */
export const inBackground = (parts: { readonly log: Log }, what: string, work: Promise<unknown>): void => {
  work.catch((cause: unknown) => sayFailed(parts.log, `${what} failed`, cause));
};

/** Failures of something that is done again and again: each is said once, until it succeeds or another one comes. */
export class Failures {
  private last: string | undefined;

  constructor(
    private readonly log: Pick<Log, 'error'>,
    private readonly message: string,
  ) {}

  note(cause: unknown): void {
    const why = whyOf(cause);
    if (why !== this.last) sayFailed(this.log, this.message, cause);
    this.last = why;
  }

  over(): void {
    this.last = undefined;
  }
}

/** What nobody else can have changed is looked at so often, ms. */
export const UNHURRIED_MS = 30_000;

interface Again {
  /** Said in the log where it failed. */
  readonly failed: string;
  /** The pause until it is done again, ms. */
  readonly everyMs: number | (() => number);
  readonly until: () => boolean;
  /** While it is true each pause may take up to 30 s; it is asked at each `everyMs`. */
  readonly isUnhurried?: (() => boolean) | undefined;
}

/** Does something again and again, until told otherwise; what fails is said, and done again. */
export const again = async (
  { clock, log }: { readonly clock: Pick<Clock, 'monotonic' | 'nap' | 'sleep'>; readonly log: Pick<Log, 'error'> },
  { failed, everyMs, until, isUnhurried }: Again,
  work: () => Promise<unknown>,
): Promise<void> => {
  let nextAt = -Infinity;
  while (!until()) {
    if (isUnhurried?.() !== true || clock.monotonic() >= nextAt) {
      nextAt = clock.monotonic() + UNHURRIED_MS;
      await work().catch((cause: unknown) => sayFailed(log, failed, cause));
    }
    await nap(clock, typeof everyMs === 'number' ? everyMs : everyMs());
  }
};
