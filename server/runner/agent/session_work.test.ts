import { WordBook } from '../facts/words';
import { NOBODY_HERE } from '../../engine/brakes/people_here';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import { allOn, received } from '../../../test/builders/events';
import { compiled } from '../../../test/builders/policies';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEffect, TTL_MS, utcAt } from '../../../test/builders/undoing';
import type { CompiledBundle } from '../../engine/policy/compiled';
import { INITIAL_WEIGHTS, modelOf } from '../../engine/decision/model';
import { processEvent } from '../executing/process_event';
import { ConnectorSights } from '../facts/connector_sights';
import { AskedBook } from '../executing/asked_book';
import { LedgerSights } from '../executing/ledger_sights';
import { bareIdentities } from '../../engine/entity/identity';
import { HistoryBook } from '../facts/history';
import { LookupDesk } from '../facts/look_ups';
import { InventoryKeeper } from '../facts/inventory';
import { brakeRulesOf } from '../trust/bundle_keeper';
import type { ShiftParts } from './parts';
import { sessionWork, type SessionWork } from './session_work';

/* One session from an event to the end of its effect: what executes hands over to what looks after it. */

const BLOCK = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-known-ioc, title: Block sources that match a known IOC, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "known_ioc"
  rollout: { percent: 100, by: asset }
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1m }
  rollback: { action: unblock_ip }
`;
const bundle = compiled([BLOCK]);
const OTHER = compiled([BLOCK.replace('soc-network', 'soc-endpoint')]);

let room: Room;
let work: SessionWork;
let sights: ConnectorSights;
let history: HistoryBook;
let trusted: boolean;
/** Why the local disk takes nothing. */
let diskTrouble: string | undefined;
/** True once the bundle in force was taken back. */
let withdrawn: boolean;
let over: boolean;

/** When somebody asked for the rules of the brakes, UTC ms. */
let looked: number[];
/** Text of the policies in force. */
let inForce: CompiledBundle;
/** True while the rollout of the policy has stopped. */
let stopped: boolean;
/** How long a look-up in the records takes. */
let storeMs: number;

const begin = (can?: Parameters<typeof undoRoom>[0]): void => {
  room = undoRoom(can);
  history = new HistoryBook();
  trusted = true;
  diskTrouble = undefined;
  withdrawn = false;
  over = false;
  looked = [];
  inForce = bundle;
  stopped = false;
  storeMs = 0;
  sights = new ConnectorSights(room.basics.clock);
  Object.assign(room.session, {
    isStopped: () => false,
    breakerAt: () => undefined,
    standstill: () => undefined,
    noPermit: () => (trusted ? undefined : 'clock_off'),
  });
  const parts = {
    ...room,
    ...room.basics,
    store: room.port.store,
    session: room.session.port,
    bundles: {
      get active() {
        return withdrawn ? undefined : inForce;
      },
      brakeRules: (now: number) => {
        looked.push(now);
        return brakeRulesOf(withdrawn ? undefined : inForce, now);
      },
    },
    model: () => modelOf(INITIAL_WEIGHTS),
    engineDigest: 'engine',
    inventory: new InventoryKeeper(room.basics.clock.monotonic),
    own: NOTHING_OWN,
    people: NOBODY_HERE,
    words: new WordBook(),
    switches: allOn,
    history,
    ledgerSights: new LedgerSights(),
    connectorSights: sights,
    asked: new AskedBook(room.basics.clock),
    rollouts: { isStopped: () => stopped },
    lookUps: new LookupDesk({
      clock: room.basics.clock,
      inventory: bareIdentities,
      connectors: new Map(),
      evidence: {
        find: () => Promise.reject(new Error('no step is asked about')),
        glance: async () => {
          await room.basics.clock.sleep(storeMs);
          return { found: [], isWhole: true };
        },
      },
    }),
    suspensions: { holds: () => false },
    clockTrusted: () => trusted,
    diskTrouble: () => diskTrouble,
    retry: { attempts: 2, firstPauseMs: 200, longestPauseMs: 1_000, deadlineMs: 60_000 },
  } as unknown as ShiftParts;
  work = sessionWork(parts);
};
const run = (): void => {
  for (const keeper of [work.effects, work.cases, work.ledgers]) void keeper.run(() => over);
};
const EVENT = received({ rule: { id: 'r', origin: 'known_ioc' } });
const comesIn = () => room.run(processEvent(work.processing, EVENT, work.hooks));
const told = () => room.records().map(({ state }) => state);
const caseOf = () => room.caseOf(EVENT.case_id);

beforeEach(() => begin());
afterEach(() => {
  over = true;
});

describe('one session', () => {
  it('acts, verifies what it did, and undoes it in its time', async () => {
    run();
    await comesIn();
    expect(work.effects.size).toBe(1);
    await room.wait(3_000);
    expect(told()).toEqual(['claimed', 'succeeded', 'verified_present']);
    expect(caseOf()).toMatchObject({ state: 'decided', acts: [{ status: 'present' }] });
    await room.wait(TTL_MS + 5_000);
    expect(told().slice(3)).toEqual(['undo_started', 'undone']);
    expect([room.target.is, work.effects.size, room.journal.open()]).toEqual(['absent', 0, []]);
  });

  it('notes for the breaker of its connector what commands came to, and that undoing works', async () => {
    run();
    await comesIn();
    const [seen, ...more] = sights.since('edge', -Infinity);
    expect([seen?.fails, more.length, sights.wasRemovedSince('edge', -Infinity)]).toEqual([false, 0, false]);
    await room.wait(TTL_MS + 5_000);
    expect(sights.wasRemovedSince('edge', TTL_MS - 1_000)).toBe(true);
  });

  it('frees the trial of a breaker where nothing was sent', async () => {
    const giveBack = jest.spyOn(room.session.probes, 'giveBack');
    Object.assign(room.session, { standstill: () => 'stopped' });
    await comesIn();
    expect([giveBack.mock.calls.length, sights.since('edge', -Infinity)]).toEqual([1, []]);
  });

  it('has its ledgers looked at soon after an effect ended', async () => {
    run();
    const hurried = jest.spyOn(work.ledgers, 'hurry');
    await comesIn();
    await room.wait(TTL_MS - 2_000);
    expect(hurried).not.toHaveBeenCalled();
    await room.wait(7_000);
    expect(hurried).toHaveBeenCalledTimes(1);
  });

  it('does not take a command that takes long for one that nobody executes', async () => {
    begin({ request_timeout_ms: 40_000 });
    room.target.takes = async () => {
      await room.basics.clock.sleep(30_000);
      return { kind: 'succeeded' };
    };
    run();
    await comesIn();
    await room.wait(35_000);
    expect(told()).toEqual(['claimed', 'succeeded', 'verified_present']);
  });

  it('decides and holds while the local disk is full, and goes on by itself', async () => {
    diskTrouble = 'no space left';
    await comesIn();
    expect(caseOf()).toMatchObject({ state: 'held', acts: [{ status: 'held' }] });
    run();
    const { decision } = caseOf() ?? {};
    await room.wait(60_000);
    expect([caseOf()?.decision?.decision_id, room.target.calls]).toEqual([decision?.decision_id, []]);
    diskTrouble = undefined;
    await room.wait(35_000);
    expect(room.target.calls[0]).toBe('execute block_ip');
  });

  it('looks after a case that waits', async () => {
    trusted = false;
    await comesIn();
    expect(caseOf()).toMatchObject({ state: 'held', acts: [{ status: 'held' }] });
    expect([work.cases.size, room.target.calls]).toEqual([1, []]);
    run();
    trusted = true;
    await room.wait(4_000);
    expect(room.target.calls[0]).toBe('execute block_ip');
  });

  it('undoes nothing of a dead session by a clock that is in doubt', async () => {
    trusted = false;
    room.putEffect(anEffect({ session: 'gone' }));
    room.session.deadSince.set('gone', room.scheduler.now);
    run();
    await room.wait(TTL_MS + 30_000);
    expect([work.effects.size, room.target.count('undo')]).toEqual([1, 0]);
    trusted = true;
    await room.wait(5_000);
    expect(room.target.is).toBe('absent');
  });

  it('keeps an event while no bundle is in force, and decides it once one is', async () => {
    withdrawn = true;
    run();
    await comesIn();
    expect(caseOf()?.state).toBe('accepted');
    withdrawn = false;
    await room.wait(4_000);
    expect(room.target.calls[0]).toBe('execute block_ip');
  });

  it('asks the bundle in force once more right before the first byte', async () => {
    const receipt = comesIn();
    room.fake.watch((id) => (withdrawn ||= id === EVENT.case_id));
    await receipt;
    await room.wait(200);
    expect(room.target.calls).toEqual([]);
    expect(caseOf()?.acts).toMatchObject([{ status: 'held' }]);
    expect(room.journal.open()).toEqual([]);
  });

  it('asks for the brakes of this moment, when it claims and right before the first byte', async () => {
    await room.wait(5_000);
    await comesIn();
    await room.wait(200);
    expect(looked.length).toBeGreaterThan(1);
    expect(looked.filter((now) => now < Date.parse(utcAt(5_000)))).toEqual([]);
  });

  it('tries again as often as it is told to', async () => {
    room.target.takes = async () => ({ kind: 'failed', error: { code: 'busy', message: 'busy', retryable: true } });
    await comesIn();
    await room.wait(5_000);
    expect(room.target.count('execute')).toBe(2);
  });

  it('asks a person where a rollout has stopped, and again once other policies are in force', async () => {
    stopped = true;
    run();
    await comesIn();
    expect([caseOf()?.state, caseOf()?.decision?.verdict]).toEqual(['waiting', 'escalate']);
    inForce = OTHER;
    work.cases.nudgeAll();
    await room.wait(1_000);
    expect(caseOf()?.decision?.bundle.digest).toBe(OTHER.origin.digest);
  });

  it('forgets a command that the target refused', async () => {
    room.target.takes = async () => ({ kind: 'failed', error: { code: 'no', message: 'no', retryable: false } });
    await comesIn();
    await room.wait(200);
    expect([told(), room.journal.open(), work.effects.size]).toEqual([['claimed', 'failed'], [], 0]);
  });

  it('remembers what came in, for the decisions that follow', async () => {
    await comesIn();
    await room.wait(200);
    expect(history.factsFor(received({ event_id: 'next' }), Date.parse(utcAt(1_000))).src).toMatchObject({
      events_1h: 1,
      acts_1h: 1,
    });
  });

  it('decides a case again in the words of whoever asks', async () => {
    const decision = await work.processing.decide(EVENT, { predecessor: 'before', review: true });
    expect(decision).toMatchObject({ predecessor: 'before', engine_digest: 'engine', inputs: { review: true } });
    expect(decision?.bundle).toMatchObject({ version: 1 });
  });

  describe('whose policy reads a look-up', () => {
    const LOOKING = BLOCK.replace(
      / {2}when: .*/,
      '  lookups: { lateral_chain: {} }\n  when: lookups.lateral_chain.hops == 0',
    );
    beforeEach(() => (inForce = compiled([LOOKING])));
    const from = { src_host: 'ws-1', dst_host: 'db-1' };
    const looking = received({ ...EVENT.event, ...from });
    const looks = () => room.run(processEvent(work.processing, looking, work.hooks));

    it('asks, decides by the answer, and keeps both', async () => {
      storeMs = 40;
      await looks();
      await room.wait(200);
      expect(caseOf()?.decision?.inputs.lookups).toMatchObject([{ answer: { hops: 0 }, took_ms: 40 }]);
      expect(room.target.calls[0]).toBe('execute block_ip');
    });

    it('decides after half a second without one: a person is asked, and nothing is done', async () => {
      storeMs = 10_000;
      const before = room.scheduler.now;
      await looks();
      expect(room.scheduler.now - before).toBeLessThan(1_000);
      expect(caseOf()).toMatchObject({ state: 'waiting', decision: { verdict: 'escalate' } });
      expect(caseOf()?.decision?.acts[0]?.reasons.map(({ code }) => code)).toContain('missing_context');
      await room.wait(15_000);
      expect(room.target.calls).toEqual([]);
    });

    it('keeps the event for others where the bundle was withdrawn while it asked', async () => {
      storeMs = 100;
      const decided = work.processing.decide(looking);
      withdrawn = true;
      expect(await room.run(Promise.resolve(decided))).toBeUndefined();
    });

    it('asks nothing for an event that names no destination', async () => {
      await comesIn();
      expect([caseOf()?.decision?.inputs.lookups, caseOf()?.state]).toEqual([undefined, 'waiting']);
    });
  });

  it('may be asked what it would decide, with the same means', () => {
    expect(work.deciding.bundles.active).toBe(bundle);
    expect(work.processing.worldNow()).toMatchObject({ session: room.session.id, now: room.basics.clock.utc() });
  });
});

describe('a session that cannot go on with an event', () => {
  const QUIET = received({ rule: { id: 'r', origin: 'unheard_of' } });
  const ownerOf = (id: string) => room.fake.get(id)?.owner;

  it.each<[note: string, limp: () => void, why: RegExp]>([
    ['has no bundle', () => void (withdrawn = true), /no policy bundle is in force/],
    ['has no role to decide', () => void (room.session.roles = ['intake', 'act']), /no role `decide`/],
    ['has no role to act on what it permits', () => void (room.session.roles = ['decide']), /no role `act`/],
  ])('and %s keeps it for one that can', async (_note, limp, why) => {
    limp();
    run();
    const receipt = await comesIn();
    expect(receipt).toMatchObject({
      kind: 'decided',
      content: { state: 'accepted', note: expect.stringMatching(why) },
    });
    await room.wait(10_000);
    expect(ownerOf(EVENT.case_id)).toBe('released');
    expect([told(), work.cases.size, room.target.calls]).toEqual([[], 0, []]);
  });

  it('decides what permits nothing though it does not act', async () => {
    room.session.roles = ['decide'];
    run();
    const receipt = await room.run(processEvent(work.processing, QUIET, work.hooks));
    expect(receipt.content.decision).toBeDefined();
    expect(ownerOf(QUIET.case_id)).not.toBe('released');
  });

  it('goes on with it as soon as it can itself', async () => {
    withdrawn = true;
    run();
    await comesIn();
    withdrawn = false;
    await room.wait(6_000);
    expect(told()[0]).toBe('claimed');
    expect(ownerOf(EVENT.case_id)).toBe(room.session.id);
  });
});
