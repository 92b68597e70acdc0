import type { BrakeRules } from '../../engine/brakes/clear';
import type { KeepRule } from '../../engine/brakes/keep_roles';
import { emptyLedger, type LedgerEntry } from '../../engine/brakes/ledger';
import type { Effect } from '../../engine/execution/effect';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aReason, anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import { LedgerSights } from '../executing/ledger_sights';
import { Inventory } from '../facts/inventory';
import { ledgerId, plannedLedger } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';
import { CountKept } from './count_kept';

const ID = ledgerId('keep-dcs', 'domain-controller');
const RULE: KeepRule = {
  name: 'keep-dcs',
  keep: { at_least: 1, of: 'domain-controller' },
  actions: new Set(['isolate_host', 'block_ip']),
};
const inventory = new Inventory('v1', [
  { type: 'host', value: 'dc01', addresses: ['10.0.0.10'], tags: ['domain-controller'], origin: 'file' },
  { type: 'host', value: 'dc02', addresses: ['10.0.0.11'], tags: ['domain-controller'], origin: 'file' },
]);
const isolated = (value: string, overrides: Partial<Effect> = {}): Effect =>
  anEffect({ action: 'isolate_host', target: { type: 'host', value }, ...overrides });

describe('counting what is contained of a role', () => {
  let room: Room;
  let rules: Pick<BrakeRules, 'keeps' | 'bundleVersion'>;
  let over: boolean;
  const ledger = () => contentOf('ledger', room.fake.get(ID));
  const counted = () => ledger()?.entries.map(({ target, command_id }) => [target, command_id]);
  const begin = (): void => {
    const { port } = room.session;
    const kept = new CountKept({
      ...room,
      store: room.port.store,
      session: port,
      ledgerSights: new LedgerSights(),
      scopes: inventory,
      rules: () => rules,
    });
    void kept.run(() => over);
  };
  beforeEach(() => {
    room = undoRoom();
    rules = { keeps: [RULE], bundleVersion: 4 };
    over = false;
  });
  afterEach(() => {
    over = true;
  });

  it('begins its ledger, also where nothing is contained', async () => {
    begin();
    await room.wait(500);
    expect(ledger()).toMatchObject({ limit: 'keep-dcs', scope: 'domain-controller', population: 2, bundle_version: 4 });
    expect(ledger()?.entries).toEqual([]);
  });

  it.each(['applying', 'present', 'unknown', 'undoing'] as const)(
    'enters what was %s before the policy was in force, for whoever looks after it',
    async (state) => {
      room.putEffect(isolated('DC01', { state, session: 'other' }));
      begin();
      await room.wait(500);
      expect(ledger()?.entries).toEqual([
        { target: 'host:dc01', command_id: 'c1', session: 'other', effect_id: EFFECT, age_ms: 0 },
      ]);
    },
  );

  it('enters nothing that is gone, no other action and no other host', async () => {
    room.putEffect(isolated('dc01', { state: 'absent' }), 'effect:gone');
    room.putEffect(isolated('dc01', { action: 'kill_process' }), 'effect:other-action');
    room.putEffect(isolated('ws-1'), 'effect:other-host');
    begin();
    await room.wait(500);
    expect(counted()).toEqual([]);
  });

  it('enters each member and each reason once, and leaves what is known as it is', async () => {
    const known: LedgerEntry = { target: 'host:dc01', command_id: 'c1', session: ME, effect_id: EFFECT, age_ms: 7_000 };
    const terms = { limit: 'keep-dcs', scope: 'domain-controller', within_ms: 0, most: 1, rate: false } as const;
    const empty = emptyLedger({ ...terms, population: 2, population_version: 'v1', bundle_version: 4 });
    room.put(plannedLedger({ ...empty, entries: [known] }, utcAt(0)));
    room.putEffect(isolated('dc01', { reasons: [aReason('c1'), aReason('c2')] }));
    room.putEffect(anEffect({ action: 'block_ip', target: { type: 'ip', value: '10.0.0.0/24' } }), 'effect:2');
    begin();
    await room.wait(500);
    expect(counted()).toEqual([
      ['host:dc01', 'c1'],
      ['host:dc01', 'c2'],
      ['host:dc02', 'c1'],
    ]);
    expect(ledger()?.entries[0]?.age_ms).toBeGreaterThanOrEqual(7_000);
  });

  it('counts again after half a minute: a host may have got the tag, or the state may have been put back', async () => {
    begin();
    await room.wait(2_000);
    room.putEffect(isolated('dc02'));
    await room.wait(20_000);
    expect(counted()).toEqual([]);
    await room.wait(15_000);
    expect(counted()).toEqual([['host:dc02', 'c1']]);
  });

  it('counts at once for a policy that comes into force, and asks nothing while there is none', async () => {
    rules = { keeps: [], bundleVersion: 4 };
    const search = jest.spyOn(room.port.store, 'search');
    begin();
    await room.wait(60_000);
    expect([search.mock.calls.length, ledger()]).toEqual([0, undefined]);
    rules = { keeps: [RULE], bundleVersion: 5 };
    room.putEffect(isolated('dc01'));
    await room.wait(1_500);
    expect(counted()).toEqual([['host:dc01', 'c1']]);
  });
});
