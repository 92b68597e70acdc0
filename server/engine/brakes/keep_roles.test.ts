import type { Target } from '../../../common/flow/decision';
import type { InventoryItem } from '../../runner/ports';
import { Inventory, InventoryKeeper } from '../../runner/facts/inventory';
import { breachOf, notCounted } from './breach';
import { countOf, emptyLedger, granted, refusalOf } from './ledger';
import { keepTerms, keptPlaces, keptReservations, membersReached, type KeepRule } from './keep_roles';

const ITEMS: readonly InventoryItem[] = [
  { type: 'host', value: 'dc01.corp.example', addresses: ['10.0.0.10'], tags: ['domain-controller'], origin: 'file' },
  { type: 'host', value: 'dc02.corp.example', addresses: ['10.0.0.11'], tags: ['domain-controller'], origin: 'file' },
  { type: 'host', value: 'dc03.corp.example', addresses: ['10.0.9.12'], tags: ['domain-controller'], origin: 'file' },
  { type: 'host', value: 'ws-1', addresses: ['10.0.0.99'], tags: ['laptop'], origin: 'file' },
  { type: 'user', value: 'a.admin', aliases: ['CORP\\a.admin'], groups: ['admins'], origin: 'file' },
  { type: 'user', value: 'b.admin', groups: ['admins'], origin: 'file' },
];
const inventory = new Inventory('v1', ITEMS);
const RULE: KeepRule = {
  name: 'keep-dcs',
  keep: { at_least: 2, of: 'domain-controller' },
  actions: new Set(['isolate_host', 'block_ip', 'disable_user']),
};
const host = (value: string): Target => ({ type: 'host', value });
const ip = (value: string): Target => ({ type: 'ip', value });
const user = (value: string): Target => ({ type: 'user', value });
const reached = (target: Target, role = 'domain-controller'): readonly string[] =>
  membersReached(inventory.membersOf(role), target, inventory).map((key) => key.replace(/^\w+:/, ''));

describe('who of a role an act takes away', () => {
  it.each<[note: string, target: Target, members: readonly string[]]>([
    ['by its full name', host('dc01.corp.example'), ['dc01.corp.example']],
    ['by its short name, in capitals', host('DC01'), ['dc01.corp.example']],
    ['by its address', ip('10.0.0.11'), ['dc02.corp.example']],
    ['by the IPv6 address that carries it', ip('::ffff:10.0.0.11'), ['dc02.corp.example']],
    ['several by a network around them', ip('10.0.0.0/24'), ['dc01.corp.example', 'dc02.corp.example']],
    ['by its machine account', user('CORP\\DC03$'), ['dc03.corp.example']],
    ['nobody where another host is meant', host('ws-1'), []],
    ['nobody by an address outside', ip('203.0.113.7'), []],
  ])('%s', (_note, target, members) => expect(reached(target)).toEqual(members));

  it('is found among users by every spelling, and not among those without the group', () => {
    expect(reached(user('corp\\A.Admin'), 'admins')).toEqual(['a.admin']);
    expect(reached(user('somebody'), 'admins')).toEqual([]);
  });

  it('is counted though only the documents of the cluster say that the address is its own', () => {
    const heard = new Inventory('v1', [
      { type: 'host', value: 'dc01', tags: ['domain-controller'], origin: 'file' },
      { type: 'host', value: 'dc01', addresses: ['10.0.0.50'], origin: 'cluster' },
    ]);
    const members = heard.membersOf('domain-controller');
    expect(membersReached(members, ip('10.0.0.50'), heard)).toEqual(members.map(({ key }) => key));
  });
});

describe('members whom nobody reaches', () => {
  const keys = inventory.membersOf('domain-controller').map(({ key }) => key);
  const [dc01 = '' as never, dc02 = '' as never, dc03 = '' as never] = keys;
  const seenBy = (unseen?: readonly string[]) => ({
    ...{ membersOf: (role: string) => inventory.membersOf(role) },
    ...{ populationOf: () => ({ count: 3, version: 'v1' }) },
    ...(unseen === undefined ? {} : { unseenOf: () => unseen as never }),
  });
  const rule = (also?: readonly string[]): KeepRule => ({
    ...RULE,
    keep: { at_least: 2, of: 'domain-controller', ...(also ? { also } : {}) },
  });
  const refused = (also: readonly string[] | undefined, unseen: readonly string[] | undefined, target: string) => {
    const terms = keepTerms(rule(also), seenBy(unseen), 1);
    return refusalOf(emptyLedger(terms), terms, target);
  };

  it.each<[note: string, asked: { also?: string[]; unseen?: string[]; target: string }, refused: boolean]>([
    ['do not count where no policy asks', { unseen: keys, target: dc01 }, false],
    ['count as away: another one may not go', { also: ['ssh'], unseen: [dc02], target: dc01 }, true],
    ['may be contained themselves: they are away anyway', { also: ['ssh'], unseen: [dc01], target: dc01 }, false],
    ['are nobody where all are seen', { also: ['ssh'], unseen: [], target: dc01 }, false],
    ['are all of them where nobody looks', { also: ['ssh'], target: dc01 }, true],
    [
      'leave no way for those that are away once too many are',
      { also: ['ssh'], unseen: [dc01, dc02], target: dc01 },
      true,
    ],
  ])('%s', (_note, { also, unseen, target }, isRefused) =>
    expect(refused(also, unseen, target)).toBe(isRefused ? 'exceeded' : undefined),
  );

  it('count once with what is contained', () => {
    const terms = keepTerms(rule(['ssh']), seenBy([dc03]), 1);
    const ledger = granted(emptyLedger(terms), terms, {
      ...{ target: dc03, command_id: 'c1', session: 's', effect_id: 'effect:1' },
    });
    expect(countOf(ledger, false, terms.unseen)).toBe(1);
    expect([refusalOf(ledger, terms, dc03), refusalOf(ledger, terms, dc01)]).toEqual([undefined, 'exceeded']);
  });

  it('are those of the inventory in force, as it is handed to the brakes', () => {
    const keeper = new InventoryKeeper(() => 0, { unseen: (members) => members.slice(1).map(({ key }) => key) });
    keeper.replace(inventory, true);
    expect(keepTerms(rule(['ssh']), keeper, 1).unseen).toEqual([dc02, dc03]);
    expect(keepTerms(rule(['ssh']), inventory, 1).unseen).toEqual(keys);
  });

  it('are told with the refusal', () => {
    const { text } = breachOf(keepTerms(rule(['ssh']), seenBy([dc02]), 1), 'escalate', 'exceeded');
    expect(text).toContain('no more than 1 may be contained at once, and 1 of them cannot be reached now');
  });
});

describe('what a role is in the inventory', () => {
  it('is what a person listed, each thing once', () => {
    const found = new Inventory('v1', [
      ...ITEMS,
      { type: 'host', value: 'dc04', tags: ['domain-controller'], origin: 'cluster' },
      { type: 'ip', value: '10.0.0.10', tags: ['domain-controller'], origin: 'file' },
      { type: 'ip', value: '10.0.0.53', tags: ['domain-controller', 'resolver'], origin: 'file' },
    ]);
    expect(found.membersOf('domain-controller')).toHaveLength(4);
    expect(found.populationOf('in_role', 'domain-controller')?.count).toBe(4);
    expect(found.populationOf('in_role', 'resolver')?.count).toBe(1);
    expect([found.membersOf('nobody'), found.populationOf('in_role', 'nobody')]).toEqual([[], undefined]);
  });
});

describe('what an act must reserve for a role', () => {
  const reserved = (target: Target, action = 'isolate_host', rule = RULE) =>
    keptReservations({ action, target }, [rule], { bundleVersion: 3, facts: inventory });

  it('is a place for each member that it takes away, of all but those that are kept', () => {
    expect(reserved(ip('10.0.0.0/24'), 'block_ip').map(({ member, terms }) => [member, terms.most])).toEqual([
      ['host:dc01.corp.example', 1],
      ['host:dc02.corp.example', 1],
    ]);
    expect(reserved(host('dc03'))[0]).toMatchObject({
      onBreach: 'escalate',
      terms: { limit: 'keep-dcs', scope: 'domain-controller', population: 3, keeps: 2, within_ms: 0, rate: false },
    });
  });

  it('is nothing for other acts and other targets, and where nobody has the role', () => {
    const nobody: KeepRule = { ...RULE, keep: { at_least: 1, of: 'nobody' } };
    expect([
      reserved(host('dc01'), 'kill_process'),
      reserved(host('ws-1')),
      reserved(host('dc01'), undefined, nobody),
    ]).toEqual([[], [], []]);
  });

  it('is asked for in the ledgers that are read before', () => {
    const places = (target: Target, action: string) => keptPlaces({ action, target }, [RULE], inventory);
    expect(places(host('dc01'), 'isolate_host')).toEqual([{ limit: 'keep-dcs', scope: 'domain-controller' }]);
    expect([places(host('ws-1'), 'isolate_host'), places(host('dc01'), 'kill_process')]).toEqual([[], []]);
  });

  it('is nothing at all while there are no more than are kept', () => {
    const most = (at_least: number) => keepTerms({ ...RULE, keep: { ...RULE.keep, at_least } }, inventory, 3).most;
    expect([most(1), most(2), most(3), most(4)]).toEqual([2, 1, 0, 0]);
  });

  it('says what stands in the way', () => {
    const terms = keepTerms(RULE, inventory, 3);
    expect(breachOf(terms, 'deny', 'exceeded')).toMatchObject({
      reason: 'role_kept',
      then: 'deny',
      text: '`keep-dcs` keeps 2 of `domain-controller` untouched, and there are 3: no more than 1 may be contained at once',
      limit: 'keep-dcs',
    });
    expect(breachOf({ ...terms, most: 0 }, 'escalate', 'exceeded').text).toContain('none may be contained');
    expect(breachOf(terms, 'deny', 'forgotten')).toMatchObject({ reason: 'role_kept', then: 'escalate' });
    expect(notCounted(terms)).toMatchObject({ reason: 'role_kept', then: 'hold' });
  });
});
