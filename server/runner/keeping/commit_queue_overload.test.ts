import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import {
  chanceOf,
  clockOf,
  drive,
  quietLog,
  slowFor,
  storePort,
  type StorePort,
} from '../../../test/builders/store_port';
import { anEntry } from '../../../test/builders/undoing';
import { CommitQueue } from './commit_queue';
import { EvidenceCopier } from './evidence_copier';
import { WriteRefused, type Plan } from './plan';
import { SessionLost, TryLater } from './session_lost';
import type { PlannedDoc } from './state_docs';
import { WatchedJournal } from './watched_journal';
import { DiskFailed, type EvidenceEntry, type EvidenceLog, type JournalEntry } from '../ports';

/* One bad plan, a slow node or a full disk must not take everybody else's work with it. */

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let disk: FakeDisk;
let journal: WatchedJournal;
let copier: EvidenceCopier;
let appends: (entries: readonly EvidenceEntry[]) => Promise<void>;
let stuck: number;
let queue: CommitQueue;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  disk = new FakeDisk();
  stuck = 0;
  const basics = { clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() };
  appends = async () => undefined;
  const evidence = { append: (entries: readonly EvidenceEntry[]) => appends(entries) } as unknown as EvidenceLog;
  copier = new EvidenceCopier({ evidence, ...basics });
  journal = new WatchedJournal(disk.ports(async () => undefined).journal, basics);
  const told = { changed: () => undefined, stuck: () => void (stuck += 1) };
  queue = new CommitQueue({ store: port.store, journal, copier, basics, session: 's1', ...told });
});
const run = <Value>(promise: Promise<Value>): Promise<Value> => drive(scheduler, promise);

/** What it holds is not looked at here. */
const planned = (id: string, content: unknown = 1, more: object = {}) =>
  ({ id, kind: 'cursor', facets: {}, content, ...more }) as unknown as PlannedDoc;
const set = (id: string, more: Partial<Plan<string>> = {}): Plan<string> => ({
  reads: [id],
  build: () => ({ docs: [planned(id)], answer: id }),
  ...more,
});
const bug = (): never => {
  throw new Error('a bug');
};
const outcomesOf = async (plans: ReadonlyArray<Plan<string>>): Promise<readonly string[]> => {
  const outcomes = await run(Promise.allSettled(plans.map((plan) => queue.submit(plan))));
  return outcomes.map((each) =>
    each.status === 'fulfilled' ? each.value.kind : (each.reason as Error).constructor.name,
  );
};
const fails = (how: Partial<typeof port.store>): void => void Object.assign(port.store, how);

describe('one plan among many', () => {
  it('that throws fails alone', async () => {
    expect(await outcomesOf([set('a'), set('b', { build: bug }), set('c')])).toEqual([
      'committed',
      'Error',
      'committed',
    ]);
    expect(port.bulks.map((writes) => writes.map(({ id }) => id))).toEqual([['a', 'c']]);
  });

  it('that asks to read again without end is told to come later, alone', async () => {
    const asking = set('b', { build: () => 'read_again' });
    expect(await outcomesOf([set('a'), asking, set('c')])).toEqual(['committed', TryLater.name, 'committed']);
  });

  it('whose document cannot be sent fails alone', async () => {
    const { bulk } = port.store;
    fails({
      bulk: (writes) => (writes.some(({ id }) => id === 'd7') ? Promise.reject(new Error('a bug')) : bulk(writes)),
    });
    const plans = Array.from({ length: 40 }, (_, n) => set(`d${n}`));
    const outcomes = await outcomesOf(plans);
    expect(outcomes.filter((kind) => kind === 'committed')).toHaveLength(39);
    expect(outcomes[7]).toBe('Error');
  });

  it('makes the others go in halves, one bulk after the other', async () => {
    const { bulk } = port.store;
    let under = 0;
    let most = 0;
    const counted: typeof bulk = async (writes) => {
      most = Math.max(most, (under += 1));
      const answer = writes.some(({ id }) => id === 'd7') ? Promise.reject(new Error('a bug')) : bulk(writes);
      return answer.finally(() => (under -= 1));
    };
    fails({ bulk: counted });
    await outcomesOf(Array.from({ length: 40 }, (_, n) => set(`d${n}`)));
    expect(most).toBe(1);
  });

  it('that fails after everything landed is made anew of what is there by then', async () => {
    const { bulk } = port.store;
    let failures = 1;
    const failsOnce: typeof bulk = async (writes) => {
      const outcomes = await bulk(writes);
      if ((failures -= 1) >= 0) throw new Error('a bug');
      return outcomes;
    };
    fails({ bulk: failsOnce });
    expect(await outcomesOf([set('a'), set('b')])).toEqual(['committed', 'committed']);
  });

  it('whose document cannot be read fails alone', async () => {
    const { getMany } = port.store;
    fails({ getMany: (ids) => (ids.includes('d2') ? Promise.reject(new Error('a bug')) : getMany(ids)) });
    expect(await outcomesOf([set('d1'), set('d2'), set('d3')])).toEqual(['committed', 'Error', 'committed']);
  });

  it('that the store turns down is told so, and is not tried for ever', async () => {
    const { bulk } = port.store;
    const tried: number[] = [];
    fails({
      bulk: async (writes) => {
        if (!writes.some(({ id }) => id === 'b')) return bulk(writes);
        tried.push(scheduler.now);
        return [{ kind: 'failed', message: 'too large' }];
      },
    });
    const outcome = run(queue.settle(set('b')));
    await expect(outcome).rejects.toBeInstanceOf(WriteRefused);
    const pauses = tried.slice(1).map((at, index) => Math.round((at - (tried[index] ?? 0)) / 10) * 10);
    expect(pauses).toEqual([100, 200, 400, 800]);
    tried.splice(0);
    await expect(run(queue.submit(set('b')))).resolves.toMatchObject({
      refused: { message: expect.stringContaining('too large') },
    });
  });
});

describe('records', () => {
  it('of later writes are copied though an error came between that nobody expected', async () => {
    const { bulk } = port.store;
    fails({
      bulk: (writes) => (writes.some(({ id }) => id === 'odd') ? Promise.reject(new Error('a bug')) : bulk(writes)),
    });
    expect(await outcomesOf([set('odd')])).toEqual(['Error']);
    expect(await outcomesOf([set('a')])).toEqual(['committed']);
    expect(copier.copiedThrough).toBe(2);
    await run(copier.drained());
  });

  it('of a write that landed are copied though its answer was an error that nobody expected', async () => {
    const { bulk } = port.store;
    fails({ bulk: (writes) => bulk(writes).then(() => Promise.reject(new Error('a bug'))) });
    const copied: string[] = [];
    appends = async (entries) => void copied.push(...entries.map(({ id }) => id));
    const records = [{ family: 'actions', id: 'r1', body: {} }];
    expect(
      await outcomesOf([set('a', { build: () => ({ docs: [planned('a', 1, { records })], answer: '' }) })]),
    ).toEqual(['Error']);
    await run(copier.drained());
    expect(copied).toEqual(['r1']);
  });
});

describe('a node that is too slow', () => {
  const sizes = (): readonly number[] => port.bulks.map((writes) => writes.length);
  const many = (name: string): Promise<unknown> =>
    run(Promise.all(Array.from({ length: 256 }, (_, n) => queue.submit(set(`${name}${n}`)))));

  it('gets half as much after each lost answer, and by and by more again', async () => {
    port.bulkFates.push('lost', 'fine', 'lost', 'fine');
    await many('a');
    await many('b');
    expect(
      sizes()
        .filter((size) => size > 1)
        .slice(0, 6),
    ).toEqual([256, 256, 128, 128, 64, 64]);
    port.bulks.length = 0;
    for (const name of ['c', 'd', 'e', 'f']) await many(name);
    expect(Math.max(...sizes())).toBeGreaterThan(128);
  });

  it('costs one bulk to find out about a batch, whatever its size', async () => {
    port.bulkFates.push('lost');
    await many('a');
    expect(sizes()).toEqual([256, 256]);
  });

  it('still gets one document after many lost answers', async () => {
    port.bulkFates.push(...Array.from({ length: 24 }, (_, n) => (n % 2 === 0 ? ('lost' as const) : ('fine' as const))));
    for (let n = 0; n < 12; n += 1) await run(queue.submit(set(`x${n}`)));
    await many('a');
    expect(fake.documents.size).toBe(268);
  });
});

describe('what ends or undoes', () => {
  const closing = { closing: true, urgent: true } as const;

  it('is written while the answer to claims is being found out', async () => {
    port.bulkFates.push('lost', 'fine', 'lost', 'lost');
    const claims = Promise.all(Array.from({ length: 100 }, (_, n) => queue.submit(set(`a${n}`))));
    await scheduler.runUntil(scheduler.now + 10);
    await run(queue.submit(set('undo', closing)));
    expect([fake.get('undo') !== undefined, scheduler.now < 1_000]).toEqual([true, true]);
    await run(claims);
  });

  it('waits only for a claim that is writing the same document', async () => {
    port.bulkTakes = slowFor('x');
    const claim = queue.submit(set('x'));
    await scheduler.runUntil(scheduler.now + 10);
    const same = queue.submit(
      set('x', {
        ...closing,
        build: (view) => ({ docs: [planned('x', view.get('x')?.content === 1 ? 2 : 0)], answer: '' }),
      }),
    );
    await run(queue.submit(set('y', closing)));
    expect([fake.get('x'), fake.get('y')?.content]).toEqual([undefined, 1]);
    await run(Promise.all([claim, same]));
    expect(fake.get('x')?.content).toBe(2);
  });

  it('goes before a claim that waits for the same document, and the claim sees it', async () => {
    port.bulkTakes = slowFor('z');
    const first = queue.submit(set('z'));
    await scheduler.runUntil(scheduler.now + 10);
    let seen: unknown;
    const claim = queue.submit(
      set('x', { build: (view) => ((seen = view.get('x')?.content), { docs: [planned('x', 'claimed')], answer: '' }) }),
    );
    await run(queue.submit({ reads: ['x'], ...closing, build: () => ({ docs: [planned('x', 'ended')], answer: '' }) }));
    await run(Promise.all([first, claim]));
    expect([seen, fake.get('x')?.content]).toEqual(['ended', 'claimed']);
  });

  it('goes before a claim also where both wait for the claims under way', async () => {
    port.bulkTakes = slowFor('z');
    const order: string[] = [];
    const first = queue.submit(set('z'));
    await scheduler.runUntil(scheduler.now + 10);
    // Ending waits for `z`, and wants `x` as well: nobody claims `x` before it.
    const ending = queue.submit(set('x', { ...closing, reads: ['z', 'x'] })).then(() => order.push('ended'));
    const claim = queue.submit(set('x')).then(() => order.push('claimed'));
    await run(Promise.all([first, ending, claim]));
    expect(order).toEqual(['ended', 'claimed']);
  });

  it('is not overtaken by claims that come again and again for the same document', async () => {
    let claims = 0;
    let isEnded = false;
    const claimAgain = async (): Promise<void> => {
      while (!isEnded && claims < 200) {
        claims += 1;
        await Promise.all([queue.submit(set('x')), queue.submit(set(`z${claims}`))]);
      }
    };
    void claimAgain();
    void claimAgain();
    await scheduler.runUntil(scheduler.now + 10);
    const before = claims;
    await run(queue.submit(set('x', closing)));
    isEnded = true;
    expect(claims - before).toBeLessThan(20);
  });

  it('never has a document in two bulks at once, and nothing waits for ever', async () => {
    const under = new Map<string, number>();
    let most = 0;
    const { bulk } = port.store;
    fails({
      bulk: async (writes) => {
        for (const { id } of writes) {
          under.set(id, (under.get(id) ?? 0) + 1);
          most = Math.max(most, under.get(id) ?? 0);
        }
        return bulk(writes).finally(() => {
          for (const { id } of writes) under.set(id, (under.get(id) ?? 1) - 1);
        });
      },
    });
    const plans = Array.from({ length: 300 }, (_, n) => queue.submit(set(`d${n % 11}`, n % 3 === 0 ? closing : {})));
    await run(Promise.all(plans));
    expect(most).toBe(1);
  });

  it('does not let records count as copied while an earlier write is on its way', async () => {
    port.bulkTakes = slowFor('x');
    const record = { family: 'actions', id: 'r1', at: '2026-11-22T10:00:00.000Z', body: {} } as const;
    const claim = queue.submit(
      set('x', { build: () => ({ docs: [planned('x', 1, { records: [record] })], answer: '' }) }),
    );
    await scheduler.runUntil(scheduler.now + 10);
    await run(queue.submit(set('y', closing)));
    expect(copier.copiedThrough).toBe(0);
    await run(claim);
    await run(copier.drained());
    expect(copier.copiedThrough).toBe(2);
  });
});

describe('a full disk', () => {
  const insisting = (id: string, entry: JournalEntry = anEntry()): Plan<string> =>
    set(id, { build: () => ({ docs: [planned(id)], journal: [entry], answer: id }) });
  /** A claim as it is made: once the disk is known to be full it holds what it would start. */
  const knowing = (id: string): Plan<string> =>
    set(id, {
      build: () =>
        journal.trouble === undefined
          ? { docs: [planned(id, 'claimed')], journal: [anEntry()], answer: 'claimed' }
          : { docs: [planned(id, 'held')], answer: 'held' },
    });
  beforeEach(() => {
    disk.full = true;
  });

  it('lets what needs no disk be written, and what knows of it be held', async () => {
    expect(await outcomesOf([set('a'), knowing('b'), set('c')])).toEqual(['committed', 'committed', 'committed']);
    expect(fake.get('b')?.content).toBe('held');
  });

  it('is not written to for plans that note nothing in the journal', async () => {
    const put = jest.spyOn(journal, 'put');
    await outcomesOf([set('a'), set('b')]);
    expect(put).not.toHaveBeenCalled();
  });

  it('refuses what insists on the disk, alone and as what it is', async () => {
    expect(await outcomesOf([set('a'), insisting('b'), set('c')])).toEqual(['committed', DiskFailed.name, 'committed']);
    expect(fake.get('b')).toBeUndefined();
  });

  it('is over by itself', async () => {
    let over = false;
    void journal.run(() => over);
    await outcomesOf([knowing('a')]);
    disk.full = false;
    await scheduler.runUntil(scheduler.now + 5_000);
    expect(await outcomesOf([knowing('b')])).toEqual(['committed']);
    expect([fake.get('a')?.content, fake.get('b')?.content, journal.trouble]).toEqual(['held', 'claimed', undefined]);
    over = true;
  });
});

it('a session that can find nothing out any more ends, instead of waiting for ever', async () => {
  fake.write({
    id: 'x',
    expect: 'absent',
    body: { kind: 'cursor', write_id: 'w', session: 'o', owner: 'o', ordinal: 1, facets: {}, content: 0, outbox: [] },
  });
  let sent = 0;
  const { bulk } = port.store;
  fails({
    bulk: async (writes) => {
      if ((sent += 1) > 1) return [{ kind: 'failed', message: 'strict mapping' }];
      port.bulkFates.push('refused');
      return bulk(writes);
    },
  });
  await expect(run(queue.submit(set('x')))).rejects.toBeInstanceOf(SessionLost);
  expect(stuck).toBe(1);
});
