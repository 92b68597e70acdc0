import type { SessionContent } from '../keeping/kinds/session';
import { peersWithoutPolicies } from './without_policies';

const says: Readonly<Record<string, Partial<SessionContent>>> = {
  blind: { agent: 'dashboards@b', roles: ['decide'], bundle_version: 0 },
  able: { agent: 'dashboards@c', roles: ['decide'], bundle_version: 3 },
  taker: { agent: 'agent@d', roles: ['intake'], bundle_version: 0 },
};

describe('agents that decide nothing', () => {
  it('are those that are to decide and have no policies; whoever was not looked at yet is none', () => {
    const livePeers = [...Object.keys(says), 'unseen'];
    const saysOfItself = (id: string) => says[id] as SessionContent | undefined;
    expect(peersWithoutPolicies({ livePeers, saysOfItself })).toEqual(['dashboards@b']);
  });
});
