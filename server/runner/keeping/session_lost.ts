import { DiskFailed, SpoolRefused, StoreUnavailable } from '../ports';

/** The session ended; its work is for others to finish. */
export class SessionLost extends Error {
  constructor() {
    super('the session is lost');
    this.name = 'SessionLost';
  }
}

/** Other agents were faster each time: nothing is wrong with what was asked for, and it may be asked for again. */
export class TryLater extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TryLater';
  }
}

/**
 * True for what passes by itself: OpenSearch does not answer, the session is lost and the next one goes on, other
 * agents were faster, or the local disk cannot be written. None of it is the fault of the event that was in hand.
 */
export const isAway = (cause: unknown): boolean =>
  cause instanceof StoreUnavailable ||
  cause instanceof SessionLost ||
  cause instanceof TryLater ||
  cause instanceof DiskFailed ||
  cause instanceof SpoolRefused;
