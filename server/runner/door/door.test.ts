import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { chanceOf, clockOf, drive, quietLog } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeEvidence } from '../../../test/fakes/fake_evidence';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { SessionLost, TryLater } from '../keeping/session_lost';
import { isDurable, isKept, type Admission } from './admission';
import { IntakeDoor } from './door';
import { DiskFailed, StoreUnavailable, type EvidenceLog } from '../ports';
import type { Receipt } from '../executing/process_event';

/* INV-3: received = duplicates + quarantined + accepted, and nothing is acknowledged before it is durable. */

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
let scheduler: Scheduler;
let disk: FakeDisk;
let evidence: FakeEvidence;
let evidenceAway: boolean;
/** The evidence answers with an error that nobody expected. */
let evidenceOdd: boolean;
let seen: Map<string, ReceivedEvent>;
let up: boolean;
/** What processing does with an event; by default it is decided, or found. */
let act: (received: ReceivedEvent) => Promise<Receipt>;
let door: IntakeDoor;
let over: boolean;
let starts = 0;

const contentOf = (event: ReceivedEvent): Receipt['content'] => ({
  received: event,
  state: 'decided',
  acts: [],
  claims: 0,
});
const decide = async (event: ReceivedEvent): Promise<Receipt> => {
  const before = seen.get(event.case_id);
  if (before) return { kind: before.digest === event.digest ? 'duplicate' : 'conflicting', content: contentOf(before) };
  seen.set(event.case_id, event);
  return { kind: 'decided', content: contentOf(event) };
};
const after = (ms: number): Promise<void> => new Promise((resolve) => scheduler.after(ms, resolve));

beforeEach(() => {
  scheduler = new Scheduler();
  disk = new FakeDisk();
  evidence = new FakeEvidence();
  evidenceAway = false;
  evidenceOdd = false;
  seen = new Map();
  up = true;
  act = decide;
  over = false;
  door = doorOf();
});
const SIEM = { type: 'webhook', id: 'siem' } as const;
/** A process on the disk; what is there was put aside before. */
const doorOf = (): IntakeDoor => {
  const log = {
    append: async (entries: Parameters<FakeEvidence['append']>[0]) => {
      if (evidenceAway) throw new StoreUnavailable('away');
      if (evidenceOdd) throw new Error('a mapping that refuses it');
      evidence.append(entries);
    },
  } as unknown as EvidenceLog;
  return new IntakeDoor({
    isOff: () => false,
    basics: { clock: clockOf(scheduler, NOW), chance: chanceOf((starts += 1)), log: quietLog() },
    evidence: log,
    spool: disk.ports(async () => undefined).spool,
    process: () => (up ? (event) => act(event) : undefined),
  });
};

let count = 0;
const anEvent = (overrides: Partial<DetectionEvent> = {}, kept: Partial<ReceivedEvent> = {}): ReceivedEvent =>
  received({ event_id: `e${(count += 1)}`, ...overrides }, kept);
const admit = (event: ReceivedEvent): Promise<Admission> => drive(scheduler, door.admit(event));
const quarantine = (): Array<Record<string, unknown>> =>
  [...(evidence.records.get('quarantine')?.values() ?? [])].map(({ body }) => body);
const drainAll = async (): Promise<void> => {
  void door.drain(() => over);
  for (let round = 0; round < 50; round += 1) await drive(scheduler, after(100));
  over = true;
};
const balance = (): void => {
  const { received: all, duplicates, quarantined, accepted } = door.counters;
  expect(all).toBe(duplicates + quarantined + accepted);
};

describe('the door', () => {
  it('accepts what is decided, knows duplicates, and files conflicts', async () => {
    const one = anEvent();
    expect((await admit(one)).kind).toBe('accepted');
    expect((await admit(one)).kind).toBe('duplicate');
    expect(await admit({ ...one, digest: 'other' })).toMatchObject({
      kind: 'quarantined',
      reason: 'conflicting_duplicate',
    });
    expect(door.counters).toEqual({
      received: 3,
      duplicates: 1,
      updates: 0,
      quarantined: 1,
      accepted: 1,
      refused: 0,
      resumed: 0,
    });
    expect(door.unaccounted).toBe(0);
    expect(door.conflicts.troubles).toMatchObject([{ text: expect.stringMatching(/^1 event has the identity of/) }]);
  });

  it.each([
    [-91, 'quarantined'],
    [-89, 'accepted'],
    [0.9, 'accepted'],
    [1.1, 'quarantined'],
  ])('takes an event %d days from now: %s', async (days, kind) => {
    expect((await admit(anEvent({ timestamp: iso(NOW + days * 86_400_000) }))).kind).toBe(kind);
    balance();
  });

  it('keeps an event on the disk while no session is up, and decides it later', async () => {
    up = false;
    const one = anEvent();
    expect(await admit(one)).toEqual({ kind: 'spooled', case_id: one.case_id });
    expect(door.backlog.spooled).toBe(1);
    up = true;
    await drainAll();
    expect([seen.has(one.case_id), door.backlog.spooled]).toEqual([true, 0]);
    balance();
  });
  it('puts everything behind what is on the disk already', async () => {
    up = false;
    await admit(anEvent());
    up = true;
    expect((await admit(anEvent())).kind).toBe('spooled');
  });
  it('says that it is not durable when the disk is full as well', async () => {
    up = false;
    disk.full = true;
    expect((await admit(anEvent())).kind).toBe('unavailable');
    expect(door.counters).toMatchObject({ received: 0, refused: 1, accepted: 0 });
  });
  it.each([new StoreUnavailable('away'), new SessionLost()])(
    'puts an event aside when the store or the session goes away: %p',
    async (cause) => {
      act = () => Promise.reject(cause);
      expect((await admit(anEvent())).kind).toBe('spooled');
      act = decide;
      await drainAll();
      expect(seen.size).toBe(1);
      balance();
    },
  );
  it('does not keep a sender waiting, and counts the event once although it was decided late', async () => {
    act = async (event) => {
      await after(4_000);
      return decide(event);
    };
    const one = anEvent();
    expect((await admit(one)).kind).toBe('spooled');
    expect(scheduler.now).toBeLessThan(2_500);
    await drainAll();
    await scheduler.runUntil(scheduler.now + 20_000);
    expect(door.counters).toMatchObject({ received: 1, accepted: 1, duplicates: 0 });
  });
  it('files what a bug stumbles over, and goes on with the rest', async () => {
    act = (event) => (event.event.event_id === 'poison' ? Promise.reject(new Error('a bug')) : decide(event));
    expect(await admit(anEvent({ event_id: 'poison' }))).toMatchObject({ kind: 'quarantined', reason: 'poison' });
    expect((await admit(anEvent())).kind).toBe('accepted');
    up = false;
    await admit(anEvent({ event_id: 'poison' }, { case_id: 'p2' }));
    const good = anEvent();
    await admit(good);
    up = true;
    await drainAll();
    expect([seen.has(good.case_id), door.backlog.spooled, quarantine().map(({ reason }) => reason)]).toEqual([
      true,
      0,
      ['poison', 'poison'],
    ]);
    balance();
  });
  it('finds duplicates and conflicts also among what was on the disk', async () => {
    const one = anEvent();
    await admit(one);
    up = false;
    await admit({ ...one, received_at: '2026-11-22T10:00:05.000Z' });
    await admit({ ...one, digest: 'other', received_at: '2026-11-22T10:00:06.000Z' });
    up = true;
    await drainAll();
    expect(door.counters).toEqual({
      received: 3,
      duplicates: 1,
      updates: 0,
      quarantined: 1,
      accepted: 1,
      refused: 0,
      resumed: 0,
    });
    expect(door.unaccounted).toBe(0);
  });
  it('refuses when too much is under way, critical events last', async () => {
    act = () => new Promise(() => undefined);
    const many = Array.from({ length: 4_000 }, () => door.admit(anEvent()));
    expect(await admit(anEvent())).toEqual({ kind: 'overloaded', retry_after_s: 2 });
    const critical = door.admit(anEvent({ severity: 'critical' }));
    expect(door.backlog.pending).toBe(4_001);
    expect(door.counters).toMatchObject({ refused: 1, received: 4_001 });
    void many;
    void critical;
  });
});

describe('the door for sources that can repeat', () => {
  const firmly = (event: ReceivedEvent): Promise<Admission> => drive(scheduler, door.firm.admit(event));

  it('counts only what is in OpenSearch as in hand', async () => {
    const one = anEvent();
    const answers = [await firmly(one), await firmly(one), await firmly({ ...one, digest: 'other' })];
    expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'duplicate', 'quarantined']);
    expect(answers.every(isDurable)).toBe(true);
    balance();
  });

  it.each<[when: string, arrange: () => void | Promise<unknown>]>([
    ['no session is up', () => void (up = false)],
    ['OpenSearch goes away', () => void (act = () => Promise.reject(new StoreUnavailable('away')))],
    ['the session is lost', () => void (act = () => Promise.reject(new SessionLost()))],
    ['other agents are faster each time', () => void (act = () => Promise.reject(new TryLater('busy')))],
    ['OpenSearch takes more than 30 s', () => void (act = () => after(40_000).then(() => decide(anEvent())))],
    [
      'events wait on the disk already',
      async () => {
        up = false;
        await admit(anEvent());
        up = true;
      },
    ],
  ])('takes nothing while %s, and puts nothing on the disk', async (_when, arrange) => {
    await arrange();
    const { spooled } = door.backlog;
    const answer = await firmly(anEvent());
    expect([answer.kind, isDurable(answer), isKept(answer)]).toEqual(['unavailable', false, false]);
    expect(door.backlog.spooled).toBe(spooled);
    balance();
  });

  it('is patient: an event that takes 10 s is taken, not sent back', async () => {
    act = (event) => after(10_000).then(() => decide(event));
    expect((await firmly(anEvent())).kind).toBe('accepted');
  });

  it('does not call in quarantine what could not be filed', async () => {
    evidenceAway = true;
    const source = { type: 'kafka', id: 'k' } as const;
    const answer = await drive(scheduler, door.firm.refuse('invalid', source, 'x', []));
    expect([answer.kind, door.backlog.spooled]).toEqual(['unavailable', 0]);
    balance();
  });
});

describe('what is kept on the local disk', () => {
  it('is in hand for a webhook, and not durable', async () => {
    up = false;
    evidenceAway = true;
    const answers = [await admit(anEvent()), await drive(scheduler, door.refuse('invalid', SIEM, 'x', []))];
    expect(answers.map((answer) => [answer.kind, isKept(answer), isDurable(answer)])).toEqual([
      ['spooled', true, false],
      ['quarantined', true, false],
    ]);
  });

  it('keeps an event that other agents were faster with each time, and takes it again last', async () => {
    const one = anEvent();
    act = () => Promise.reject(new TryLater('busy'));
    expect((await admit(one)).kind).toBe('spooled');
    up = false;
    const two = anEvent();
    await admit(two);
    up = true;
    const order: string[] = [];
    let tries = 0;
    act = async (event) => {
      if (event.case_id === one.case_id && (tries += 1) < 3) throw new TryLater('busy');
      order.push(event.case_id);
      return decide(event);
    };
    await drainAll();
    expect([order, quarantine(), door.backlog.spooled]).toEqual([[two.case_id, one.case_id], [], 0]);
    balance();
  });

  it('is settled once, though one of its batch must be tried again', async () => {
    const one = anEvent();
    await admit(one);
    up = false;
    await admit({ ...one, received_at: '2026-11-22T10:00:05.000Z' });
    await admit({ ...one, digest: 'other', received_at: '2026-11-22T10:00:06.000Z' });
    const last = anEvent();
    await admit(last);
    up = true;
    let tries = 0;
    act = async (event) => {
      if (event.case_id === last.case_id && (tries += 1) < 5) throw new StoreUnavailable('away');
      return decide(event);
    };
    await drainAll();
    expect(door.counters).toMatchObject({ received: 4, duplicates: 1, quarantined: 1, accepted: 2 });
    expect([quarantine().length, door.backlog.spooled]).toEqual([1, 0]);
  });

  it('does not turn a full disk into poison', async () => {
    act = () => Promise.reject(new DiskFailed('no space left'));
    expect((await admit(anEvent())).kind).toBe('spooled');
    expect(quarantine()).toEqual([]);
  });

  it('is told as trouble where there is no room, until there is', async () => {
    up = false;
    disk.full = true;
    await admit(anEvent());
    expect(door.diskTrouble).toBe('the disk is full');
    disk.full = false;
    await admit(anEvent());
    expect(door.diskTrouble).toBeUndefined();
  });
});

describe('after a restart with events on the disk', () => {
  /** The next process on the same disk. */
  const restart = (): void => {
    door = doorOf();
  };

  it('nothing is counted below zero, whatever they turn out to be', async () => {
    const [first, second] = [anEvent(), anEvent()];
    await admit(first);
    up = false;
    await admit(second);
    await admit({ ...first, received_at: '2026-11-22T10:00:05.000Z' });
    await admit({ ...first, digest: 'other', received_at: '2026-11-22T10:00:06.000Z' });
    await admit(anEvent({ event_id: 'poison' }, { case_id: 'p' }));
    restart();
    act = (event) => (event.case_id === 'p' ? Promise.reject(new Error('a bug')) : decide(event));
    up = true;
    await drainAll();
    expect(door.counters).toEqual({
      received: 4,
      duplicates: 1,
      updates: 0,
      quarantined: 2,
      accepted: 1,
      refused: 0,
      resumed: 4,
    });
    balance();
  });

  it('the sum over both starts counts each event once', async () => {
    up = false;
    await admit(anEvent());
    const before = door.counters;
    restart();
    await admit(anEvent());
    up = true;
    await drainAll();
    const { received: all, resumed } = door.counters;
    expect([before.received + all - resumed, resumed]).toEqual([2, 1]);
    balance();
  });
});

describe('the quarantine', () => {
  const source = { type: 'webhook', id: 'siem' } as const;
  const refuse = (original: unknown): Promise<Admission> =>
    drive(scheduler, door.refuse('invalid', source, original, [{ path: 'x', message: 'is bad' }]));
  it('keeps the reason and as much of the original as fits', async () => {
    expect(await refuse({ a: 1 })).toEqual({
      kind: 'quarantined',
      reason: 'invalid',
      fields: [{ path: 'x', message: 'is bad' }],
    });
    await refuse('x'.repeat(100_000));
    expect(quarantine()).toMatchObject([
      { reason: 'invalid', intake: source, original: '{"a":1}' },
      { original: 'x'.repeat(60_000) },
    ]);
    balance();
  });
  it('takes what cannot be written as JSON', async () => {
    await refuse(JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)));
    await refuse(undefined);
    expect(quarantine().map(({ original }) => original)).toEqual(['nested too deep to be kept', '']);
  });
  it('waits on the disk while the store is away', async () => {
    evidenceAway = true;
    expect((await refuse('x')).kind).toBe('quarantined');
    expect([quarantine(), door.backlog.spooled]).toEqual([[], 1]);
    evidenceAway = false;
    await drainAll();
    expect([quarantine().length, door.backlog.spooled]).toEqual([1, 0]);
    balance();
  });
  it.each(['kept', 'durable'] as const)('that refuses an event gives it back to its sender (%s)', async (need) => {
    evidenceOdd = true;
    act = () => Promise.reject(new Error('a bug'));
    const answers = [await refuse('x'), await drive(scheduler, door.admit(anEvent(), need))];
    expect(answers.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable']);
    expect([door.unaccounted, door.counters.refused, door.backlog.spooled]).toEqual([0, 2, 0]);
    balance();
  });
  it('says that nothing is kept when the disk is full as well', async () => {
    evidenceAway = true;
    disk.full = true;
    expect((await refuse('x')).kind).toBe('unavailable');
    balance();
  });
});
