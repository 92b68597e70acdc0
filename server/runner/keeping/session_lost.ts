import { StoreUnavailable } from '../ports';

/** The session ended; its work is for others to finish. */
export class SessionLost extends Error {
  constructor() {
    super('the session is lost');
    this.name = 'SessionLost';
  }
}

/** True for what passes by itself: OpenSearch does not answer, or the session is lost and the next one goes on. */
export const isAway = (cause: unknown): boolean => cause instanceof StoreUnavailable || cause instanceof SessionLost;
