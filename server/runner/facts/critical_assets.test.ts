import type { Target } from '../../../common/flow/decision';
import type { InventoryItem } from '../ports';
import { Inventory } from './inventory';

const ITEMS: readonly InventoryItem[] = [
  { type: 'subnet', value: '10.0.1.0/24', origin: 'file' },
  { type: 'subnet', value: '10.0.2.0/24', origin: 'file' },
  { type: 'host', value: 'db01.corp.example', addresses: ['10.0.1.5'], criticality: 'critical', origin: 'file' },
  { type: 'host', value: 'ws-1', addresses: ['10.0.2.7'], criticality: 'low', origin: 'file' },
  { type: 'user', value: 'svc-backup', criticality: 'critical', origin: 'file' },
  { type: 'user', value: 'j.doe', origin: 'file' },
];
const target = (type: Target['type'], value: string, host?: string): Target => ({
  type,
  value,
  ...(host === undefined ? {} : { host }),
});
const critical = (aim: Target, items = ITEMS) => new Inventory('v1', items).criticalOf(aim);

describe('whether a target is critical', () => {
  it.each<[note: string, aim: Target, is: 'listed' | 'unknown' | undefined]>([
    ['a listed host by its full name', target('host', 'db01.corp.example'), 'listed'],
    ['a listed host by its short name', target('host', 'DB01'), 'listed'],
    ['a listed host by its address', target('ip', '10.0.1.5'), 'listed'],
    ['a network around it', target('ip', '10.0.0.0/16'), 'listed'],
    ['its machine account', target('user', 'DB01$'), 'listed'],
    ['a process on it', target('process', 'dump.exe', 'db01'), 'listed'],
    ['a listed account', target('user', 'SVC-Backup'), 'listed'],
    ['a listed host that is not', target('host', 'ws-1'), undefined],
    ['a listed account that is not', target('user', 'j.doe'), undefined],
    ['a process on a host that is not', target('process', 'dump.exe', 'ws-1'), undefined],
    ['an address that nobody listed, beside a critical one', target('ip', '10.0.1.77'), 'unknown'],
    ['an address that nobody listed, in a network without one', target('ip', '10.0.2.77'), undefined],
    ['an address of ours in no listed network', target('ip', '192.168.7.7'), 'unknown'],
    ['an address outside', target('ip', '203.0.113.7'), undefined],
    ['a host that nobody listed', target('host', 'ws-99'), 'unknown'],
    ['a process on a host that nobody listed', target('process', 'dump.exe', 'ws-99'), 'unknown'],
    ['a process of which nobody says where', target('process', 'dump.exe'), 'unknown'],
    ['an account that nobody listed', target('user', 'x.y'), 'unknown'],
    ['a domain', target('domain', 'bad.example'), undefined],
  ])('%s', (_note, aim, is) => expect(critical(aim)).toBe(is));

  it('is nothing where nothing is listed as critical, or only the cluster says so', () => {
    const heard = ITEMS.map((item) => ({ ...item, origin: 'cluster' as const }));
    for (const items of [[], heard])
      for (const aim of [target('host', 'db01'), target('ip', '10.0.1.77'), target('user', 'x.y')])
        expect(critical(aim, items)).toBeUndefined();
  });

  it('asks for accounts and hosts apart', () => {
    const hosts = ITEMS.filter(({ type }) => type !== 'user');
    const users = ITEMS.filter(({ type }) => type === 'user');
    expect([critical(target('user', 'x.y'), hosts), critical(target('host', 'ws-99'), users)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
