import { knownTarget } from '../../engine/brakes/judge_target';
import { protectedBy } from '../../engine/brakes/protection';
import { effectIds } from '../keeping/kinds/effect';
import type { InventoryItem } from '../ports';
import { Inventory, InventoryKeeper } from './inventory';

const host = (value: string, about: Partial<InventoryItem> = {}): InventoryItem => ({
  type: 'host',
  value,
  origin: 'file',
  ...about,
});
const inventoryOf = (...items: readonly InventoryItem[]): Inventory => new Inventory('v1', items);
const hostCount = (inventory: Inventory): number | undefined => inventory.populationOf('hosts', 'all')?.count;

const EXECUTIVE = host('ws-3', { criticality: 'critical', tags: ['executive'], addresses: ['10.0.0.3'] });
const heard = (value: string, about: Partial<InventoryItem> = {}): InventoryItem =>
  host(value, { ...about, origin: 'cluster' });

describe('an inventory that several made', () => {
  it.each([
    ['before', [EXECUTIVE, heard('ws-3', { name: 'printer', addresses: ['203.0.113.9'] }), heard('made-1')]],
    ['behind', [heard('ws-3', { name: 'printer', addresses: ['203.0.113.9'] }), heard('made-1'), EXECUTIVE]],
    ['in another spelling', [EXECUTIVE, heard('WS-3.'), heard('made-1')]],
  ])('keeps what a file says of a host that logs name as well, %s', (_, items) => {
    const inventory = inventoryOf(...items);
    expect(inventory.asset('host', 'ws-3')).toMatchObject({
      name: 'ws-3',
      criticality: 'critical',
      tags: ['executive'],
    });
    expect(inventory.asset('ip', '10.0.0.3')).toMatchObject({ criticality: 'critical' });
    expect(inventory.asset('ip', '203.0.113.9')).toMatchObject({ known: true, external: true });
    expect(hostCount(inventory)).toBe(1);
  });

  it('takes no address from a listed host', () => {
    const inventory = inventoryOf(heard('intruder', { addresses: ['10.0.0.3'] }), EXECUTIVE);
    expect(inventory.asset('ip', '10.0.0.3')).toMatchObject({ name: 'ws-3', criticality: 'critical' });
  });

  it('lets a file say more than the demo, and the demo what the file leaves open', () => {
    const inventory = inventoryOf(
      host('db-1', { criticality: 'low', tags: ['demo'], owner: 'them', origin: 'demo' }),
      host('db-1', { criticality: 'high', tags: [] }),
    );
    expect(inventory.asset('host', 'db-1')).toMatchObject({ criticality: 'high', tags: [], owner: 'them' });
    expect(hostCount(inventory)).toBe(1);
  });

  it('counts a host once that a file lists twice, and keeps what either row says', () => {
    const inventory = inventoryOf(
      host('DC01', { criticality: 'critical', tags: ['server'] }),
      host('dc01', { criticality: 'low', tags: ['domain-controller'], subnets: ['10.0.0.0/24'] }),
    );
    expect(inventory.asset('host', 'dc01')).toMatchObject({
      criticality: 'critical',
      tags: ['server', 'domain-controller'],
      subnets: ['10.0.0.0/24'],
    });
    expect(hostCount(inventory)).toBe(1);
  });

  it('knows nobody at an address that two listed hosts have', () => {
    const both = inventoryOf(host('a', { addresses: ['10.0.0.9'] }), host('b', { addresses: ['10.0.0.9'] }));
    expect(both.asset('ip', '10.0.0.9')).toEqual({ type: 'ip', value: '10.0.0.9', known: false });
    const third = inventoryOf(...both.items, host('c', { addresses: ['10.0.0.9'] }));
    expect(third.asset('ip', '10.0.0.9')).toMatchObject({ known: false });
  });

  it('joins what is said of a host and of its address', () => {
    const inventory = inventoryOf(EXECUTIVE, { type: 'ip', value: '10.0.0.3', tags: ['scanner'], origin: 'file' });
    expect(inventory.asset('ip', '10.0.0.3')).toMatchObject({
      criticality: 'critical',
      tags: ['executive', 'scanner'],
    });
  });

  it('takes no network as its own because logs say so', () => {
    const inventory = inventoryOf({ type: 'subnet', value: '203.0.113.0/24', origin: 'cluster' });
    expect(inventory.asset('ip', '203.0.113.7')).toMatchObject({ known: true, external: true });
  });
});

describe('a network that an act would touch', () => {
  const LISTED: readonly InventoryItem[] = [
    { type: 'subnet', value: '203.0.113.0/25', origin: 'file' },
    { type: 'ip', value: '198.51.100.7', origin: 'file' },
    { type: 'ip', value: '2001:db8:1::7', origin: 'file' },
  ];

  it.each(['2001:db8:77:1::/64', '198.51.100.8/29', '203.0.113.128/25', '192.0.2.0/24'])('%s is outside', (network) =>
    expect(inventoryOf(...LISTED).asset('ip', network)).toEqual({
      type: 'ip',
      value: network,
      known: true,
      external: true,
    }),
  );

  it.each([
    ['with an address of ours', '198.51.100.0/29'],
    ['with an IPv6 address of ours', '2001:db8:1::/64'],
    ['that lies in one of ours', '203.0.113.16/28'],
    ['that holds one of ours', '203.0.113.0/24'],
    ['that is partly private', '8.0.0.0/6'],
    ['that carries private addresses', '64:ff9b::a00:0/104'],
    ['that is none', '198.51.100.0/33'],
  ])('one %s is unknown: %s', (_, network) =>
    expect(inventoryOf(...LISTED).asset('ip', network)).toEqual({ type: 'ip', value: network, known: false }),
  );
});

describe('a host that the inventory lists', () => {
  const DB = host('db-1.corp.example', {
    ...{ criticality: 'critical', tags: ['server'], addresses: ['10.0.0.5'] },
    aliases: [],
  });
  const inventory = inventoryOf(DB, host('ws-1', { addresses: ['10.0.0.6'] }));

  it.each([
    ['host', 'DB-1.corp.example.'],
    ['host', 'db-1'],
    ['host', '10.0.0.5'],
    ['host', '::ffff:10.0.0.5'],
    ['host', '64:ff9b::10.0.0.5'],
    ['ip', '10.0.0.5'],
    ['ip', '64:ff9b::a00:5'],
    ['ip', '2002:a00:5::1'],
  ] as const)('is that one as the %s %s', (type, value) => {
    expect(inventory.asset(type, value)).toMatchObject({
      value,
      known: true,
      criticality: 'critical',
      tags: ['server'],
    });
    if (type === 'host') expect(inventory.scopesOf('hosts', { type, value })).toEqual(['all']);
  });

  it('asks a person by its short name as before, where it was listed when nobody said its other names', () => {
    const { aliases: _none, ...earlier } = DB;
    const before = inventoryOf(earlier);
    expect(before.asset('host', 'db-1')).toEqual({ type: 'host', value: 'db-1', known: false });
    expect(before.scopesOf('hosts', { type: 'host', value: 'db-1' })).toBeUndefined();
    expect(before.asset('host', '10.0.0.5')).toMatchObject({ known: true, criticality: 'critical' });
  });

  it('is none by a name of which only the first part is its own', () => {
    expect(inventory.asset('host', 'db-1.evil.example')).toMatchObject({ known: false });
    const two = inventoryOf(DB, host('db-1.lab.example'));
    expect(two.asset('host', 'db-1')).toMatchObject({ known: false });
    expect(two.scopesOf('hosts', { type: 'host', value: 'db-1' })).toBeUndefined();
  });

  it('has all that is said of it where a short name lists it as well, and counts once', () => {
    const both = inventoryOf(DB, host('db-1', { criticality: 'low', tags: ['edr'], addresses: ['10.0.0.5'] }));
    for (const value of ['db-1', 'db-1.corp.example', '10.0.0.5'])
      expect(both.asset('host', value)).toMatchObject({ criticality: 'critical', tags: ['server', 'edr'] });
    expect(hostCount(both)).toBe(1);
  });

  it('is inside where its address is, however IPv6 carries that', () => {
    expect(inventory.asset('ip', '64:ff9b::10.0.0.99')).toEqual({
      type: 'ip',
      value: '64:ff9b::10.0.0.99',
      known: false,
    });
    expect(inventory.asset('ip', '64:ff9b::203.0.113.9')).toMatchObject({ known: true, external: true });
  });
});

describe('an account that the inventory lists', () => {
  const SID = 'S-1-5-21-1-2-3-1104';
  const ANA: InventoryItem = {
    type: 'user',
    value: 'CORP\\ana',
    aliases: [SID, 'ana@corp.example'],
    criticality: 'critical',
    groups: ['finance'],
    origin: 'file',
  };
  const inventory = inventoryOf(ANA, { type: 'user', value: 'ben', groups: ['finance'], origin: 'file' });
  const effectOf = (value: string) =>
    effectIds('directory', 'disable_user', { type: 'user', value: value.toLowerCase() }, inventory)[0];

  it.each(['corp\\ana', SID, SID.toLowerCase(), 'Ana@corp.example', 'corp.example\\ana', 'ana@CORP'])(
    'is that one as %s: in facts, in limits, in effects, for protections',
    (value) => {
      expect(inventory.asset('user', value)).toMatchObject({ known: true, criticality: 'critical' });
      expect(inventory.scopesOf('users_in_group', { type: 'user', value })).toEqual(['finance']);
      expect(effectOf(value)).toBe(effectOf('corp\\ana'));
      const { names } = knownTarget({ type: 'user', value }, inventory);
      expect(protectedBy({ users: ['ana@corp.example'] }, names)).toBe('ana@corp.example');
      expect(protectedBy({ users: [SID] }, names)).toBe(SID);
    },
  );

  it('is no other: nobody guesses a name that is not listed', () => {
    for (const value of ['ana@other.example', 'S-1-5-21-1-2-3-1105', 'EU\\ana'])
      expect(inventory.asset('user', value)).toMatchObject({ known: false });
    expect(inventory.populations.get('users\nall')).toBe(2);
  });
});

describe('what only logs name', () => {
  it('is not known: nobody has said that it is not critical', () => {
    const inventory = inventoryOf(host('ws-1'), heard('dc02', { addresses: ['10.0.0.2'] }), {
      type: 'user',
      value: 'krbtgt2',
      origin: 'cluster',
    });
    expect(inventory.asset('host', 'dc02')).toEqual({ type: 'host', value: 'dc02', known: false });
    expect(inventory.asset('ip', '10.0.0.2')).toEqual({ type: 'ip', value: '10.0.0.2', known: false });
    expect(inventory.asset('user', 'krbtgt2')).toEqual({ type: 'user', value: 'krbtgt2', known: false });
  });

  it('makes no room in any population, however long it is there', () => {
    let now = 0;
    const keeper = new InventoryKeeper(() => now);
    keeper.replace(inventoryOf(host('ws-1'), host('ws-2')), true);
    const many = Array.from({ length: 500 }, (_, index) => heard(`made-${index}`));
    keeper.replace(new Inventory('v2', [host('ws-1'), host('ws-2'), ...many]), false);
    now = 3_600_000;
    expect(keeper.populationOf('hosts', 'all')?.count).toBe(2);
  });

  it('counts in the limits of what is listed', () => {
    const inventory = inventoryOf(host('ws-1'), heard('made-1'));
    expect(inventory.scopesOf('hosts', { type: 'host', value: 'made-1' })).toEqual(['all']);
    expect(hostCount(inventory)).toBe(1);
  });

  it('is a population of nobody where nothing is listed, so that shares leave no act', () => {
    const inventory = inventoryOf(heard('made-1'));
    expect(hostCount(inventory)).toBeUndefined();
  });
});
