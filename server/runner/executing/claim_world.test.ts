import { WordBook } from '../facts/words';
import { NOBODY_HERE } from '../../engine/brakes/people_here';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import { bareIdentities } from '../../engine/entity/identity';
import { anEffect, aReason, NOW, TARGET, theAct, utcIn } from '../../../test/builders/executing';
import type { BrakeRules } from '../../engine/brakes/clear';
import type { Gate } from '../keeping/kinds/gate';
import type { Connector, JournalEntry, Readiness } from '../ports';
import type { NoPermit } from '../session/session';
import { claimWorld, isEndedOffline, isUndoneOffline, type WorldPorts } from './claim_world';
import { LedgerSights } from './ledger_sights';

const rules: BrakeRules = { bundleVersion: 3, hashes: new Map(), limits: [], keeps: [], protections: [] };
const capabilities = { actions: ['block_ip'], settle_time_ms: 3_000, request_timeout_ms: 2_000 };
const edge = { name: 'edge', capabilities } as unknown as Connector;
const inventory = {
  ...bareIdentities,
  scopesOf: () => ['net-1'],
  membersOf: () => [],
  criticalOf: () => undefined,
  populationOf: () => undefined,
};
const gate = (adopted?: Gate['adopted']): Gate => ({
  generation: 'g1',
  epoch: 1,
  stops: [],
  sessions: {},
  bundle_floor: 1,
  ...(adopted ? { adopted } : {}),
});

interface Here {
  readonly gate?: Gate;
  readonly adoptedForMs?: number;
  readonly open?: readonly JournalEntry[];
  readonly lack?: NoPermit;
  readonly diskTrouble?: string;
  readonly connectors?: readonly Connector[];
  readonly readiness?: Readiness;
}

const worldOf = (
  { gate: stored, adoptedForMs, open = [], lack, diskTrouble, connectors = [], readiness }: Here = {},
  told: unknown[] = [],
) => {
  const ports: WorldPorts = {
    session: {
      id: 's1',
      gate: stored,
      adoptedForMs,
      isStopped: (action, connector, policy) => {
        told.push([action, connector, policy]);
        return action === 'isolate_host';
      },
      breakerAt: (action, connector, policy) => {
        told.push(['breaker', action, connector, policy]);
        return undefined;
      },
      noPermit: () => lack,
      deadForMs: (id) => ({ dying: 0, dead: 7_000 })[id],
    },
    bundles: {
      brakeRules: (now) => {
        told.push(now);
        return rules;
      },
    },
    inventory,
    own: NOTHING_OWN,
    people: NOBODY_HERE,
    words: new WordBook(),
    connectors: new Map([edge, ...connectors].map((each) => [each.name, each])),
    journal: { ofEffect: (id) => open.filter((each) => each.effect_id === id) },
    basics: {
      clock: { utc: () => NOW, monotonic: () => 5, sleep: async () => undefined },
      chance: { uuid: () => 'n1', random: () => 0 },
    },
    ledgerSights: new LedgerSights(),
    asked: { within: () => 0 },
    diskTrouble: () => diskTrouble,
    readiness,
  };
  return claimWorld(ports);
};

const entry = (command_id: string, undone_offline?: boolean): JournalEntry => ({
  command_id,
  effect_id: 'effect:1',
  connector: 'edge',
  action: 'block_ip',
  target: TARGET,
  deadline: null,
  at: utcIn(0),
  ...(undone_offline === undefined ? {} : { undone_offline }),
});
const effect = anEffect('present', { reasons: [aReason('c1'), aReason('c2')] });

describe('what a claim is judged against', () => {
  it('is this session, its moment, its connectors, and the rules of the bundle in force at that moment', () => {
    const told: unknown[] = [];
    const { session, now, uuid, brakes } = worldOf({}, told);
    expect({ session, now, id: uuid(), told }).toEqual({ session: 's1', now: NOW, id: 'n1', told: [NOW] });
    expect(brakes.rules).toBe(rules);
    expect(brakes.scopes).toBe(inventory);
    expect(brakes.connectors).toEqual([{ name: 'edge', actions: ['block_ip'], settleMs: 3_000 }]);
  });

  it('asks what a target does not let its connector do now', () => {
    const readiness = {
      cannot: (...asked: readonly [string, string]) => (asked.join() === 'edge,block_ip' ? 'no licence' : undefined),
    };
    const [offer] = worldOf({ readiness }).brakes.connectors;
    expect([offer?.cannot?.('block_ip'), offer?.cannot?.('block_domain')]).toEqual(['no licence', undefined]);
  });

  it('asks the kill switch for the act, its connector and its policy', () => {
    const told: unknown[] = [];
    const { isStopped } = worldOf({}, told).brakes;
    expect([isStopped(theAct('a0').action, 'edge', 'p1'), isStopped('isolate_host', null, 'p2')]).toEqual([
      false,
      true,
    ]);
    expect(told.slice(1)).toEqual([
      ['block_ip', 'edge', 'p1'],
      ['isolate_host', null, 'p2'],
    ]);
  });

  it('lets nothing start while the clock of this agent is off', () => {
    expect(worldOf().brakes.standstill()).toBeUndefined();
    expect(worldOf({ lack: 'clock_off' }).brakes.standstill()).toContain('the clock of this agent is off');
  });

  // A claim reserves in its limits: what may not be sent anyway must not use them up.
  it.each<[lack: NoPermit, text: string]>([
    ['permit_lapsed', 'OpenSearch has not confirmed its heartbeat'],
    ['lost', 'has lost its session'],
    ['not_joined', 'has not joined'],
  ])('claims nothing without a valid permit: %s', (lack, text) => {
    expect(worldOf({ lack }).brakes.standstill()).toContain(text);
  });

  it('nothing starts while the disk of this host cannot be written', () => {
    expect(worldOf({ diskTrouble: 'no space left' }).brakes.standstill()).toContain('the disk of this host');
  });

  it.each([
    ['s1', false],
    ['dying', true],
    ['dead', true],
  ])('knows whether session %s is dead: %s', (session, dead) => {
    expect(worldOf().known.isDead(session)).toBe(dead);
  });

  // What counted before the adoption may still count: for the window of the limit and the longest permit before it.
  it.each([
    [0, true],
    [61_259, true],
    [61_260, false],
    [90_000, false],
  ])('%d ms after an adoption, what counts within 60 s is forgotten: %s', (adoptedForMs, forgotten) => {
    expect(worldOf({ adoptedForMs }).known.isForgotten(60_000)).toBe(forgotten);
  });

  it('does not believe the clock of the machine that adopted', () => {
    const stored = gate({ from: 'g0', at: utcIn(-90_000), by: 'ann' });
    expect(worldOf({ gate: stored, adoptedForMs: 5_000 }).known.isForgotten(60_000)).toBe(true);
  });

  it.each([
    ['a state that was never adopted', gate()],
    ['a gate that was not read yet', undefined],
  ])('forgets nothing in %s', (_what, stored) => {
    expect(worldOf(stored ? { gate: stored } : {}).known.isForgotten(60_000)).toBe(false);
  });
});

describe('effects end', () => {
  const named = (name: string, can: object, more: object = {}): Connector =>
    ({ name, capabilities: { ...capabilities, ...can }, ...more }) as unknown as Connector;
  const connectors = [
    named('plain', { native_ttl: false, idempotency: 'none' }),
    named('expires', { native_ttl: true, idempotency: 'none' }),
    named('repeats', { native_ttl: true, idempotency: 'set' }),
    named('extends', { native_ttl: true, idempotency: 'none' }, { extend: async () => ({ kind: 'succeeded' }) }),
  ];

  it.each([
    ['only when Reflex ends them, where the target never does', 'plain', 'when_told'],
    ['by themselves for good, where the target can be told no later end', 'expires', 'for_good'],
    ['by themselves, and later where the order is repeated', 'repeats', 'by_itself'],
    ['by themselves, and later where the target is told', 'extends', 'by_itself'],
    ['for good where nobody here knows the target', 'elsewhere', 'for_good'],
  ])('%s', (_note, connector, how) => expect(worldOf({ connectors }).known.endsHow(connector)).toBe(how));
});

describe('an effect was undone by this agent alone', () => {
  it.each<[string, readonly JournalEntry[], boolean]>([
    ['if its journal says so of one of the reasons', [entry('c9'), entry('c2', true)], true],
    ['not if its journal only has the reasons', [entry('c1'), entry('c2', false)], false],
    ['not if that was the effect of another command', [entry('c9', true), entry('c1')], false],
    ['not if its journal is empty', [], false],
  ])('%s', (_what, open, undone) => {
    const ofEffect = (id: string) => open.filter((each) => each.effect_id === id);
    expect(isUndoneOffline({ ofEffect }, 'effect:1', effect)).toBe(undone);
    expect(worldOf({ open }).known.isUndoneOffline('effect:1', effect)).toBe(undone);
    expect(worldOf({ open }).known.isUndoneOffline('effect:2', effect)).toBe(false);
  });

  it.each<[string, readonly JournalEntry[], boolean]>([
    ['once its journal says so of every reason', [entry('c1', true), entry('c2', true)], true],
    ['not while a reason is left that its journal does not know', [entry('c2', true)], false],
    ['not while a reason is left that was not undone', [entry('c1'), entry('c2', true)], false],
    ['not if its journal is empty', [], false],
  ])('and is to be ended everywhere %s', (_what, open, isEnded) => {
    const ofEffect = (id: string) => open.filter((each) => each.effect_id === id);
    expect(isEndedOffline({ ofEffect }, 'effect:1', effect)).toBe(isEnded);
    expect(isEndedOffline({ ofEffect }, 'effect:1', { ...effect, reasons: [] })).toBe(false);
  });

  it('and is to be ended everywhere also where it had one reason only', () =>
    expect(
      isEndedOffline({ ofEffect: () => [entry('c1', true)] }, 'effect:1', { ...effect, reasons: [aReason('c1')] }),
    ).toBe(true));
});
