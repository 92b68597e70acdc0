import type { Session } from './session';

/** Names of other agents that live, are to decide, and have no bundle in force. */
export const peersWithoutPolicies = (session: Pick<Session, 'livePeers' | 'saysOfItself'>): readonly string[] =>
  session.livePeers
    .flatMap((id) => session.saysOfItself(id) ?? [])
    .filter(({ roles, bundle_version }) => roles.includes('decide') && bundle_version === 0)
    .map(({ agent }) => agent);
