import type { Log } from '../ports';
import { isAway } from './session_lost';

/** Runs background work whose failure must not pass in silence; a lost session or store is no failure of its own. */
export const inBackground = (parts: { readonly log: Log }, what: string, work: Promise<unknown>): void => {
  work.catch((cause: unknown) => {
    if (isAway(cause)) return;
    parts.log.error(`${what} failed`, { why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  });
};
