import type { SessionContent } from '../keeping/kinds/session';
import { rolesMissing } from './roles_missing';

type Says = Pick<SessionContent, 'roles' | 'bundle_version'>;
const ALL = ['intake', 'decide', 'act', 'undo'];
const agent = (roles: readonly string[], bundle_version = 3): Says => ({ roles, bundle_version });

const missing = (mine: Says, peers: Readonly<Record<string, Says | undefined>> = {}) =>
  rolesMissing(
    {
      id: 'me',
      livePeers: Object.keys(peers),
      saysOfItself: (id) => (id === 'me' ? { ...mine, bundle_version: 0 } : peers[id]) as SessionContent | undefined,
    },
    { bundle_version: mine.bundle_version },
  );

describe('roles that nobody who lives fills', () => {
  it.each<[note: string, mine: Says, peers: Readonly<Record<string, Says | undefined>>, roles: readonly string[]]>([
    ['none where one agent does everything', agent(ALL), {}, []],
    [
      'none where several do it together',
      agent(['ui', 'decide']),
      { a: agent(['decide', 'act']), b: agent(['undo']) },
      [],
    ],
    ['acting and undoing', agent(['ui', 'decide']), { a: agent(['intake']) }, ['act', 'undo']],
    ['deciding, where the only one that is to has no policies', agent(ALL, 0), {}, ['decide']],
    ['deciding, where no one that is to has policies', agent(ALL, 0), { a: agent(ALL, 0) }, ['decide']],
    ['none while one was not looked at yet: it may fill them', agent(['ui']), { a: undefined }, []],
  ])('%s', (_note, mine, peers, roles) => expect(missing(mine, peers)).toEqual(roles));
});
