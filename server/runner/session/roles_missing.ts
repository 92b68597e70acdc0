import type { SessionContent } from '../keeping/kinds/session';
import type { Session } from './session';

/** What every fleet needs somebody for. */
const NEEDED = ['decide', 'act', 'undo'] as const;
export type NeededRole = (typeof NEEDED)[number];

/** A session as far as what it can do for the fleet. To decide takes policies in force. */
type Able = Pick<SessionContent, 'roles' | 'bundle_version'>;

const fills = ({ roles, bundle_version }: Able, role: NeededRole): boolean =>
  roles.includes(role) && (role !== 'decide' || bundle_version > 0);

/**
 * Roles that no agent which lives fills, this one and others. Of one that was not looked at yet that is not known: then
 * nothing is missing, for an alarm that is wrong at each start is soon overlooked.
 */
export const rolesMissing = (
  session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>,
  own: Pick<SessionContent, 'bundle_version'>,
): readonly NeededRole[] => {
  const mine = session.saysOfItself(session.id);
  const peers = session.livePeers.map((id) => session.saysOfItself(id));
  if (mine === undefined || peers.includes(undefined)) return [];
  const all = [{ ...mine, ...own }, ...peers.flatMap((peer) => peer ?? [])];
  return NEEDED.filter((role) => !all.some((each) => fills(each, role)));
};
