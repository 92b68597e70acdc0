import type { Shift } from './shift';

/** One agent does for all what must not be done twice: the first in the order of session ids. */
export const leads = ({ session }: Shift): boolean => session.livePeers.every((peer) => session.id < peer);
