import { clockOf, drive, storePort } from '../../../test/builders/store_port';
import { SEARCH_LAG_MS } from './search_lag';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { iso } from '../../../common/iso';
import type { StateKind, StateQuery } from '../ports';
import { SparingStore } from './sparing_store';
import { loneBody } from './state_docs';

const GRANTS: StateQuery = { kinds: ['grant'], limit: 10 };

/** A store as one agent asks for it, and how often OpenSearch was asked. */
const world = () => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const { store } = storePort(fake, scheduler);
  let isAlone = true;
  let asked = 0;
  const counted = { ...store, search: (query: StateQuery) => ((asked += 1), store.search(query)) };
  const sparing = new SparingStore({ store: counted, clock: clockOf(scheduler), isAlone: () => isAlone });
  const put = (id: string, kind: StateKind = 'grant') =>
    ({ id, expect: 'absent', body: loneBody(kind, {} as never, { write_id: id, facets: {} }) }) as const;
  return {
    pass: (ms: number) => scheduler.runUntil(scheduler.now + ms),
    comes: () => void (isAlone = false),
    leaves: () => void (isAlone = true),
    /** As somebody left it: due at a UTC. */
    puts: (id: string, at: string) =>
      void fake.write({
        id,
        expect: 'absent',
        body: loneBody('grant', {} as never, { write_id: id, facets: { due: at } }),
      }),
    /** By another agent. */
    others: (id: string) => void fake.write(put(id)),
    writes: (id: string, kind?: StateKind) => drive(scheduler, sparing.bulk([put(id, kind)])),
    removes: (id: string) => drive(scheduler, sparing.remove(id, { seqNo: 1, primaryTerm: 1 })),
    /** What a search finds, and whether OpenSearch was asked. */
    search: async (query: StateQuery = GRANTS) => {
      const before = asked;
      fake.refresh();
      const docs = await drive(scheduler, sparing.search(query));
      return [docs.map(({ id }) => id), asked > before];
    },
  };
};

describe('searches of an agent that is alone', () => {
  it('are sent once a minute', async () => {
    const { search, pass, others } = world();
    expect(await search()).toEqual([[], true]);
    others('g1');
    await pass(59_000);
    expect(await search()).toEqual([[], false]);
    await pass(1_000);
    expect(await search()).toEqual([['g1'], true]);
  });

  it('are sent each time while others are there, and right after they came', async () => {
    const { search, comes, leaves, others } = world();
    await search();
    comes();
    others('g1');
    expect(await search()).toEqual([['g1'], true]);
    others('g2');
    leaves();
    expect(await search()).toEqual([['g1', 'g2'], true]);
  });

  it('find what it writes itself, as soon as search sees it', async () => {
    const { search, pass, writes } = world();
    await search();
    await writes('g1');
    expect(await search()).toEqual([['g1'], true]);
    await pass(SEARCH_LAG_MS - 1_000);
    expect((await search())[1]).toBe(true);
    await pass(1_500);
    expect([(await search())[1], (await search())[1]]).toEqual([true, false]);
  });

  it('are sent after anything was removed', async () => {
    const { search, pass, removes, writes } = world();
    await writes('g1');
    await pass(6_000);
    expect(await search()).toEqual([['g1'], true]);
    await removes('g1');
    expect(await search()).toEqual([[], true]);
  });

  it('are spared by what they ask for', async () => {
    const { search, writes } = world();
    await search();
    await writes('e1', 'effect');
    expect((await search())[1]).toBe(false);
    expect((await search({ ...GRANTS, limit: 20 }))[1]).toBe(true);
  });

  it('that are to be fresh are spared as well, and see what was written here at once', async () => {
    const { search, comes, others, writes } = world();
    const fresh = { ...GRANTS, fresh: true };
    await search(fresh);
    expect(await search(fresh)).toEqual([[], false]);
    await writes('g1');
    expect(await search(fresh)).toEqual([['g1'], true]);
    comes();
    others('g2');
    expect(await search(fresh)).toEqual([['g1', 'g2'], true]);
  });

  it('are sent each time where what they ask for is to be old by now', async () => {
    const { search } = world();
    const query = { ...GRANTS, atBefore: '2026-11-22T10:00:00.000Z' };
    expect([(await search(query))[1], (await search(query))[1]]).toEqual([true, true]);
  });
});

describe('searches for what is due, of an agent that is alone', () => {
  const NOON = Date.parse('2026-11-22T12:00:00.000Z');
  /** What is due so many seconds after noon. */
  const due = (seconds: number, more: Partial<StateQuery> = {}): StateQuery => ({
    kinds: ['grant'],
    dueBefore: iso(NOON + seconds * 1_000),
    ...more,
  });

  it('find each thing once it is due, and ask once a minute', async () => {
    const { search, pass, puts } = world();
    puts('g1', iso(NOON + 10_000));
    puts('g2', iso(NOON + 59_000));
    puts('late', iso(NOON + 70_000));
    expect(await search(due(0))).toEqual([[], true]);
    await pass(10_000);
    expect(await search(due(10))).toEqual([[], false]);
    expect(await search(due(10.001))).toEqual([['g1'], false]);
    await pass(50_000);
    expect(await search(due(60))).toEqual([['g1', 'g2'], false]);
    expect(await search(due(60.001))).toEqual([['g1', 'g2'], true]);
    await pass(10_000);
    expect(await search(due(70.001))).toEqual([['g1', 'g2', 'late'], false]);
  });

  it('find what was written here meanwhile', async () => {
    const { search, writes, puts } = world();
    await search(due(0));
    puts('g1', iso(NOON + 10_000));
    await writes('other');
    expect(await search(due(11))).toEqual([['g1'], true]);
  });

  it('are sent each time while others are there', async () => {
    const { search, comes, puts } = world();
    await search(due(0));
    comes();
    puts('g1', iso(NOON - 1_000));
    expect(await search(due(0))).toEqual([['g1'], true]);
    expect((await search(due(0)))[1]).toBe(true);
  });

  it('find the first of many, though more are due soon than are kept', async () => {
    const { search, puts } = world();
    for (let nth = 0; nth < 150; nth += 1) puts(`g${nth}`, iso(NOON + nth * 100));
    const first = { limit: 500, sort: 'due' } as const;
    expect((await search(due(0.15, first)))[0]).toEqual(['g0', 'g1']);
    expect((await search(due(0.25, first)))[0]).toEqual(['g0', 'g1', 'g2']);
    expect((await search(due(14.9, { limit: 120, sort: 'due' })))[0]).toHaveLength(120);
    expect((await search(due(0.15, { limit: 1, sort: 'due' })))[0]).toEqual(['g0']);
  });

  it('are other ones where they ask for other things', async () => {
    const { search, puts } = world();
    puts('g1', iso(NOON));
    expect(await search(due(1, { states: ['waiting'] }))).toEqual([[], true]);
    expect(await search(due(1))).toEqual([['g1'], true]);
  });
});
