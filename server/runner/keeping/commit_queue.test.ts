import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import {
  chanceOf,
  clockOf,
  drive,
  quietLog,
  storePort,
  type Fate,
  type StorePort,
} from '../../../test/builders/store_port';
import { CommitQueue } from './commit_queue';
import type { Committed, Plan } from './plan';
import { SessionLost } from './session_lost';
import type { PlannedDoc } from './state_docs';
import { EvidenceCopier } from './evidence_copier';
import { StoreUnavailable, type EvidenceEntry, type EvidenceLog, type StateKind, type StateWrite } from '../ports';
import { writeForSure } from './write_for_sure';

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let disk: FakeDisk;
let appended: EvidenceEntry[];
let queue: CommitQueue;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  disk = new FakeDisk();
  appended = [];
  queue = queueOf('s1');
});
const queueOf = (session: string): CommitQueue => {
  const clock = clockOf(scheduler);
  const log = quietLog();
  const evidence = {
    append: async (entries: readonly EvidenceEntry[]) => void appended.push(...entries),
  } as unknown as EvidenceLog;
  const copier = new EvidenceCopier({ evidence, clock, log });
  return new CommitQueue({
    store: port.store,
    journal: disk.ports(async () => undefined).journal,
    copier,
    basics: { clock, chance: chanceOf(session.length), log },
    session,
    changed: () => undefined,
  });
};
const run = <Value>(promise: Promise<Value>): Promise<Value> => drive(scheduler, promise);

/** What it holds is not looked at here. */
const planned = (id: string, content: unknown, kind: StateKind = 'cursor') =>
  ({ id, kind, facets: {}, content }) as unknown as PlannedDoc;
const set = (id: string, content: unknown, more: Partial<Plan<string>> = {}, kind?: StateKind): Plan<string> => ({
  reads: [id],
  build: () => ({ docs: [planned(id, content, kind)], answer: 'done' }),
  ...more,
});
const add = (id: string): Plan<number> => ({
  reads: [id],
  build: (view) => {
    const next = ((view.get(id)?.content as number | undefined) ?? 0) + 1;
    return { docs: [planned(id, next)], answer: next };
  },
});
const contentOf = (id: string): unknown => fake.get(id)?.content;
/** Somebody else writes it. */
const meddle = (id: string, content: unknown): void => {
  const stored = fake.get(id);
  const body = {
    kind: 'cursor',
    write_id: `other-${String(content)}`,
    session: 'other',
    owner: 'other',
    ordinal: 1,
    facets: {},
    content,
    outbox: [],
  } as const;
  fake.write({ id, expect: stored?.version ?? 'absent', body });
};

describe('the commit queue', () => {
  it('writes all that wait in one bulk, in order, each seeing the one before', async () => {
    const answers = await run(Promise.all(Array.from({ length: 50 }, () => queue.submit(add('x')))));
    expect(answers.map(({ answer }) => answer)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(contentOf('x')).toBe(50);
    expect(port.bulks.map((writes) => writes.length)).toEqual([1]);
  });
  it('keeps what comes while a bulk is under way for the next one', async () => {
    const first = queue.submit(add('x'));
    await scheduler.runUntil(0.5);
    await run(Promise.all([first, ...['a', 'b', 'c'].map((id) => queue.submit(add(id)))]));
    expect(port.bulks.map((writes) => writes.map(({ id }) => id))).toEqual([['x'], ['a', 'b', 'c']]);
  });
  it('has one bulk under way at a time', async () => {
    let under = 0;
    let most = 0;
    const { bulk } = port.store;
    Object.assign(port.store, {
      bulk: async (writes: readonly StateWrite[]) => {
        most = Math.max(most, (under += 1));
        return bulk(writes).finally(() => (under -= 1));
      },
    });
    await run(Promise.all(Array.from({ length: 20 }, (_, n) => queue.submit(set(`d${n % 7}`, n)))));
    expect(most).toBe(1);
  });
  it('lets urgent plans go first', async () => {
    const order: string[] = [];
    const noted = (name: string, urgent: boolean): Promise<unknown> =>
      queue.submit(
        set(name, 1, { urgent, build: () => (order.push(name), { docs: [planned(name, 1)], answer: 'done' }) }),
      );
    await run(Promise.all([noted('first', false), noted('usual', false), noted('urgent', true)]));
    expect(order).toEqual(['urgent', 'first', 'usual']);
  });
  it('says what landed and what did not, when somebody else was faster', async () => {
    await run(queue.submit(set('b', 1)));
    meddle('b', 'theirs');
    const both: Plan<string> = {
      reads: ['a', 'b'],
      build: () => ({ docs: [planned('a', 1), planned('b', 2)], answer: 'done' }),
    };
    const committed = await run(queue.submit(both));
    expect(committed).toMatchObject({ kind: 'conflict', landed: new Set(['a']), missed: new Set(['b']) });
    expect(contentOf('b')).toBe('theirs');
  });
  it('reads again what it lost, and settles', async () => {
    await run(queue.submit(add('x')));
    meddle('x', 10);
    expect(await run(queue.settle(add('x')))).toBe(11);
  });
  it('writes the journal to the disk before anything is sent', async () => {
    let known = -1;
    fake.watch(() => (known = disk.journalEntries.size));
    const entry = {
      command_id: 'c',
      effect_id: 'e',
      connector: 'edge',
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      deadline: null,
      at: '',
    } as const;
    await run(
      queue.submit(set('x', 1, { build: () => ({ docs: [planned('x', 1)], journal: [entry], answer: 'done' }) })),
    );
    expect(known).toBe(1);
  });
  it('gives up a plan that cannot be read, and goes on', async () => {
    port.away = true;
    await expect(run(queue.submit(add('x')))).rejects.toBeInstanceOf(StoreUnavailable);
    port.away = false;
    expect((await run(queue.submit(add('x')))).kind).toBe('committed');
  });
  it('does not let a plan that throws take the queue down', async () => {
    await expect(
      run(
        queue.submit({
          reads: [],
          build: () => {
            throw new Error('a bug');
          },
        }),
      ),
    ).rejects.toThrow('a bug');
    expect((await run(queue.submit(add('x')))).kind).toBe('committed');
  });
  it('ends a plan that asks to read again for ever', async () => {
    let builds = 0;
    const build = (): 'read_again' => {
      builds += 1;
      return 'read_again';
    };
    await expect(run(queue.submit({ reads: ['x'], build }))).rejects.toThrow('without end');
    expect(builds).toBe(4);
  });
  it('drops everything when the session is lost', async () => {
    const waiting = [queue.submit(add('x')), queue.submit(add('y')), queue.submit(add('z'))];
    const outcomes = Promise.allSettled(waiting);
    queue.abandon();
    for (const outcome of await run(outcomes))
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(SessionLost) as unknown });
    await expect(queue.submit(add('x'))).rejects.toBeInstanceOf(SessionLost);
  });
});

// protocol.md section 0, docs/decisions/004: after a lost answer everything is fenced before anybody is told anything.
describe('a lost answer', () => {
  const claim = (content: unknown): Plan<string> => set('case:1', content, {}, 'case');
  const mine = { received: { case_id: 'case:1' }, state: 'applying', acts: [], claims: 1 };

  it('of a write that landed is found, and written once more before it counts', async () => {
    port.bulkFates.push('lost');
    expect((await run(queue.submit(claim(mine)))).kind).toBe('committed');
    expect(contentOf('case:1')).toEqual(mine);
    expect(port.bulks).toHaveLength(2);
    expect(port.bulks[1]?.[0]).toMatchObject({ id: 'case:1', expect: { seqNo: 1 } });
    expect(port.bulks[1]?.[0]?.body.write_id).toBe(port.bulks[0]?.[0]?.body.write_id);
  });

  // A read shows what is not on the disk yet: were it taken for proof, the crash of the node would take the claim back.
  it('does not take a read for proof: what the node forgets in a crash was not committed', async () => {
    port.bulkFates.push('lost', 'refused');
    const committed = queue.submit(claim(mine));
    await Promise.resolve();
    await scheduler.runUntil(500);
    expect(contentOf('case:1')).toEqual(mine);
    await scheduler.runUntil(1_500);
    fake.crash();
    expect(contentOf('case:1')).toBeUndefined();
    const outcome = await run(committed);
    const isThere = JSON.stringify(contentOf('case:1')) === JSON.stringify(mine);
    expect(outcome.kind === 'committed').toBe(isThere);
  });

  it('of a write that never landed ends in a case that is held, and the late write is refused', async () => {
    port.bulkFates.push('late');
    const outcome = await run(queue.submit(claim(mine)));
    expect(outcome).toMatchObject({ kind: 'conflict', missed: new Set(['case:1']) });
    await scheduler.runUntil(scheduler.now + 5_000);
    expect(contentOf('case:1')).toMatchObject({ state: 'held', acts: [], claims: 0 });
  });

  it('of an effect that never landed ends in an absent one', async () => {
    port.bulkFates.push('refused');
    await run(
      queue.submit(set('effect:1', { state: 'applying', reasons: [1], requested: [], gen: 1, fence: 1 }, {}, 'effect')),
    );
    expect(contentOf('effect:1')).toMatchObject({ state: 'absent', reasons: [], fence: 0 });
  });

  it('of a write that stands alone is repeated until it is certain', async () => {
    port.bulkFates.push('refused', 'lost', 'refused');
    expect((await run(queue.submit(set('cursor:1', 7)))).kind).toBe('committed');
    expect(contentOf('cursor:1')).toBe(7);
  });

  it('while somebody else is faster is a conflict, and theirs stays', async () => {
    port.bulkFates.push('refused');
    const outcome = queue.submit(set('case:1', mine, {}, 'case'));
    await scheduler.runUntil(500);
    meddle('case:1', 'theirs');
    expect((await run(outcome)).kind).toBe('conflict');
    expect(contentOf('case:1')).toBe('theirs');
  });

  it('is fenced for every document of the bulk, whatever landed', async () => {
    const three: Plan<string> = {
      reads: ['case:1', 'effect:1', 'ledger:1'],
      build: () => ({
        docs: [
          planned('case:1', mine, 'case'),
          planned('effect:1', { state: 'applying', reasons: [1], requested: [], gen: 1, fence: 1 }, 'effect'),
          planned('ledger:1', { limit: 'l', scope: 's', entries: [1], buckets: [] }, 'ledger'),
        ],
        answer: 'done',
      }),
    };
    for (const fate of ['lost', 'refused', 'late'] as const) {
      fake.documents.clear();
      queue = queueOf('s2');
      port.bulkFates.splice(0, 10, fate);
      const outcome: Committed<string> = await run(queue.submit(three));
      await scheduler.runUntil(scheduler.now + 6_000);
      const landed = ['case:1', 'effect:1', 'ledger:1'].filter(
        (id) => JSON.stringify(contentOf(id)).includes('1]') || (contentOf(id) as { claims?: number }).claims === 1,
      );
      expect([fate, landed.length]).toEqual([fate, outcome.kind === 'committed' ? 3 : 0]);
    }
  });

  it.each([
    ['lost', 'lost', 'late', 'refused'],
    ['late', 'late', 'lost'],
    ['refused', 'late', 'late', 'lost', 'refused', 'late'],
  ] as Fate[][])('never counts twice, however often: %s %s %s', async (...fates) => {
    port.bulkFates.push(...fates);
    let sum = 0;
    for (let round = 0; round < 4; round += 1) if ((await run(queue.submit(add('x')))).kind === 'committed') sum += 1;
    await scheduler.runUntil(scheduler.now + 10_000);
    expect(contentOf('x')).toBe(sum);
  });
});

describe('writeForSure', () => {
  const write = (id: string): StateWrite => ({
    id,
    expect: 'absent',
    body: {
      kind: 'bundle',
      write_id: 'mine',
      session: 's',
      owner: '',
      ordinal: 0,
      facets: {},
      content: 'mine',
      outbox: [],
    },
  });
  const sure = (): Promise<boolean> => run(writeForSure({ store: port.store, chance: chanceOf() }, write('bundle:2')));
  it('says that it landed, or that somebody else was first', async () => {
    expect(await sure()).toBe(true);
    meddle('bundle:3', 'theirs');
    expect(await run(writeForSure({ store: port.store, chance: chanceOf() }, write('bundle:3')))).toBe(false);
  });
  it('knows its own write that the transport sent twice, and writes it once more', async () => {
    fake.write(write('bundle:2'));
    expect(await sure()).toBe(true);
    expect(fake.get('bundle:2')).toMatchObject({ content: 'mine', version: { seqNo: 2 } });
  });
  it('knows nothing when the answer is lost', async () => {
    port.bulkFates.push('lost');
    await expect(sure()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
