import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { anEntry } from '../../../test/builders/undoing';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { EvidenceLog } from '../ports';
import { CommitQueue } from './commit_queue';
import { EvidenceCopier } from './evidence_copier';
import type { Plan } from './plan';
import { SessionLost } from './session_lost';
import { bodyOf, type PlannedDoc } from './state_docs';

/* What a commit queue remembers, whom it tells, and what it sends no more once its session is lost. */

const ID = 'cursor:1';
/** Three of these are more than a session may remember. */
const LARGE = 'x'.repeat(12 * 1_048_576);

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let copier: EvidenceCopier;
let queue: CommitQueue;
/** How long the disk takes to put journal entries, ms. */
let diskTakes: number;
const changed: Array<readonly [kind: string, id: string]> = [];
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  diskTakes = 0;
  changed.length = 0;
  const basics = { clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() };
  const evidence = { append: async () => undefined } as unknown as EvidenceLog;
  copier = new EvidenceCopier({ evidence, ...basics });
  const disk = new FakeDisk();
  queue = new CommitQueue({
    store: port.store,
    journal: disk.ports(() => new Promise((resolve) => scheduler.after(diskTakes, resolve))).journal,
    copier,
    basics,
    session: 's1',
    changed: (kind, id) => changed.push([kind, id]),
  });
});

const run = <Value>(work: Promise<Value>): Promise<Value> => drive(scheduler, work);
/** Writes one more than it sees. */
const add = (id = ID, more: Partial<Plan<number>> & { readonly journaled?: boolean } = {}): Plan<number> => ({
  reads: [id],
  build: (view) => {
    const next = ((view.get(id)?.content as number | undefined) ?? 0) + 1;
    const doc = { id, kind: 'cursor', facets: {}, content: next } as unknown as PlannedDoc;
    return { docs: [doc], answer: next, ...(more.journaled ? { journal: [anEntry()] } : {}) };
  },
});
/** Another agent writes it. */
const meddle = (content: number): void => {
  const doc = fake.get(ID);
  if (!doc) throw new Error(`${ID} is not there`);
  fake.write({ id: ID, expect: doc.version, body: { ...bodyOf(doc), write_id: 'another', content } });
};

describe('a commit queue', () => {
  it('reads a document once: what it wrote itself it knows', async () => {
    const asked = jest.spyOn(port.store, 'getMany');
    for (const n of [1, 2, 3]) expect(await run(queue.settle(add()))).toBe(n);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('reads again what it is told to forget, and loses no write against what others wrote', async () => {
    await run(queue.settle(add()));
    meddle(40);
    queue.forget(ID);
    expect(await run(queue.submit(add()))).toEqual({ kind: 'committed', answer: 41 });
    expect(port.bulks).toHaveLength(2);
  });

  it('does not remember more than it may: what was used longest ago is read again', async () => {
    const large = (id: string): Plan<number> => ({
      reads: [id],
      build: () => ({ docs: [{ id, kind: 'cursor', facets: {}, content: LARGE } as unknown as PlannedDoc], answer: 0 }),
    });
    await run(queue.settle(add()));
    for (const id of ['cursor:2', 'cursor:3', 'cursor:4']) await run(queue.settle(large(id)));
    const asked = jest.spyOn(port.store, 'getMany');
    expect(await run(queue.settle(add()))).toBe(2);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('tells of each document that was written, and of none that was not', async () => {
    await run(Promise.all([queue.submit(add()), queue.submit(add('cursor:2'))]));
    meddle(40);
    expect((await run(queue.submit(add()))).kind).toBe('conflict');
    expect(changed).toEqual([
      ['cursor', ID],
      ['cursor', 'cursor:2'],
    ]);
  });

  it('holds up the copying of records by no write that did not land', async () => {
    await run(queue.settle(add()));
    meddle(40);
    await run(queue.submit(add()));
    expect(copier.copiedThrough).toBe(2);
    const content = { received: { case_id: 'case:1' }, state: 'applying', acts: [], claims: 1 };
    const claim = {
      reads: [],
      build: () => ({
        docs: [{ id: 'case:1', kind: 'case', facets: {}, content } as unknown as PlannedDoc],
        answer: 0,
      }),
    };
    port.bulkFates.push('refused');
    await run(queue.submit(claim));
    // What keeps the late claim from landing has an ordinal of its own, and no records.
    expect(copier.copiedThrough).toBe(fake.get('case:1')?.ordinal);
  });
});

describe('once the session is lost', () => {
  const abandonedAfter = async (ms: number, plan: Plan<number>): Promise<unknown> => {
    const failed = queue.submit(plan).catch((cause: unknown) => cause);
    await scheduler.runUntil(ms);
    queue.abandon();
    return run(failed);
  };

  it('nothing is sent that waited for the undo journal', async () => {
    diskTakes = 500;
    expect(await abandonedAfter(200, add(ID, { journaled: true }))).toBeInstanceOf(SessionLost);
    await scheduler.runUntil(2_000);
    expect(port.bulks).toEqual([]);
  });

  it('nothing is sent that waited for a read', async () => {
    const { getMany } = port.store;
    const slow: typeof getMany = async (ids) => {
      await new Promise<void>((resolve) => scheduler.after(500, resolve));
      return getMany(ids);
    };
    Object.assign(port.store, { getMany: slow });
    expect(await abandonedAfter(200, add())).toBeInstanceOf(SessionLost);
    await scheduler.runUntil(2_000);
    expect(port.bulks).toEqual([]);
  });

  it('an answer that still comes is ignored', async () => {
    port.bulkTakes = () => 500;
    expect(await abandonedAfter(200, add())).toBeInstanceOf(SessionLost);
  });

  it('nothing more is taken', async () => {
    queue.abandon();
    await expect(queue.submit(add())).rejects.toBeInstanceOf(SessionLost);
  });
});
