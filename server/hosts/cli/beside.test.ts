import type { BesideView } from '../../../common/api/routes';
import { parseCommand } from './arguments';
import { besideLines } from './beside';

const ROW: BesideView['connectors'][number] = {
  connector: 'edge',
  kind: 'crowdsec',
  effects: [
    {
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      whose: 'others',
      since: '2026-11-22T10:00:00Z',
    },
    {
      action: 'quarantine_file',
      target: { type: 'file', value: '/tmp/x', host: 'ws-1' },
      whose: 'unknown_mark',
      command_id: 'c1',
    },
  ],
};

describe('`reflex beside`', () => {
  it('says of each thing what it is, where, and whose', () => {
    expect(besideLines({ ...ROW, more: 3 })).toEqual([
      'edge (crowdsec): 5 beside us',
      '  block_ip 203.0.113.7: of others, since 2026-11-22T10:00:00Z',
      '  quarantine_file /tmp/x on ws-1: with a mark of Reflex that no containment has',
      '  and 3 more',
    ]);
  });

  it('tells nothing there from nobody who says', () => {
    expect(besideLines({ ...ROW, effects: [] })).toEqual(['edge (crowdsec): nothing beside us']);
    expect(besideLines({ ...ROW, effects: [], why: 'it is down' })).toEqual([
      'edge (crowdsec): its target could not say: it is down',
    ]);
  });

  it('takes no further words', () => {
    expect(parseCommand(['beside'], '/key')).toMatchObject({ ok: true, value: { name: 'beside' } });
    expect(parseCommand(['beside', 'all'], '/key').ok).toBe(false);
  });
});
