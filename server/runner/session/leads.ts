import type { Session } from './session';

/**
 * What one agent does for all and not every agent can. `index:NAME` is a source of the settings, `tell:NAME` a receiver
 * of outcomes, `hand_over:NAME` a channel for what waits for people.
 */
export type Task = 'alerts' | 'policies' | `index:${string}` | `tell:${string}` | `hand_over:${string}`;

/** Whether a session can do it; of one that does not say so, of an older version, that is assumed. */
const can = (session: Pick<Session, 'saysOfItself'>, id: string, task: Task | undefined): boolean =>
  task === undefined || session.saysOfItself(id)?.tasks?.includes(task) !== false;

/**
 * One agent does for all what must not be done twice: the first in the order of session ids of those that can. Another
 * one is only late, never wrong.
 *
 * @param task missing: every agent can do it
 */
export const leads = (session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>, task?: Task): boolean =>
  can(session, session.id, task) &&
  session.livePeers.filter((peer) => can(session, peer, task)).every((peer) => session.id < peer);
