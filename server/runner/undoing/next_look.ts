import { decidedAgainFrom } from '../executing/take_update';
import type { CaseContent } from '../keeping/kinds/case';
import type { Clock } from '../ports';

/** What is under way is looked at so often, ms. */
export const FOLLOW_MS = 1_000;
/** A due that was written by a wrong clock must not put a case off for long. */
const LONGEST_WAIT_MS = 30_000;

/** When a case is looked at next, monotonic ms. */
export const nextLook = (content: CaseContent, clock: Pick<Clock, 'monotonic' | 'utc'>): number => {
  const now = clock.monotonic();
  if (content.state === 'applying') return now + FOLLOW_MS;
  if (content.outdated === true) return now + Math.max(0, decidedAgainFrom(content) - clock.utc());
  if (content.due === undefined) return content.decision === undefined ? now : now + LONGEST_WAIT_MS;
  return now + Math.min(LONGEST_WAIT_MS, Math.max(0, Date.parse(content.due) - clock.utc()));
};
