import type { Session } from './session';

/**
 * One agent does for all what must not be done twice: the first in the order of session ids. Another one is only late,
 * never wrong.
 */
export const leads = (session: Pick<Session, 'id' | 'livePeers'>): boolean =>
  session.livePeers.every((peer) => session.id < peer);
