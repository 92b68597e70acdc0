import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { drive, storePort } from '../../../test/builders/store_port';
import { StoreUnavailable } from '../ports';
import { ReadTogether } from './read_together';
import { findIds } from './state_docs';

let scheduler: Scheduler;
let fake: FakeStore;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
});
const write = (id: string, ordinal: number, session = 's1'): void => {
  const body = {
    kind: 'effect',
    write_id: id,
    session,
    owner: 's1',
    ordinal,
    facets: {},
    content: 1,
    outbox: [],
  } as const;
  fake.write({ id, expect: 'absent', body });
};
const found = async (): Promise<readonly string[]> => {
  fake.refresh();
  const { store } = storePort(fake, scheduler);
  return drive(scheduler, findIds(store, { kinds: ['effect'] }));
};

describe('finding everything, page by page', () => {
  it('finds each once, beyond what one search answers', async () => {
    for (let n = 0; n < 3_456; n += 1) write(`effect:${n}`, n);
    const ids = await found();
    expect([ids.length, new Set(ids).size]).toEqual([3_456, 3_456]);
  });

  it('finds also those of other writers that have the same ordinal', async () => {
    for (let n = 0; n < 1_500; n += 1)
      for (const session of ['s1', 's2', 's3']) write(`effect:${session}:${n}`, n, session);
    expect(new Set(await found()).size).toBe(4_500);
  });

  it('gets past pages of one ordinal, also where they are more than any search answers', async () => {
    for (let n = 0; n < 10_500; n += 1) write(`effect:${n}`, 7);
    write('effect:last', 8);
    const ids = await found();
    expect([ids.length, new Set(ids).size]).toEqual([10_501, 10_501]);
  });
});

describe('documents that are asked for in the same moment', () => {
  it('are read with one multi-get', async () => {
    for (let n = 0; n < 5; n += 1) write(`effect:${n}`, n);
    const { store } = storePort(fake, scheduler);
    const getMany = jest.spyOn(store, 'getMany');
    const reads = new ReadTogether(store);
    const docs = await drive(
      scheduler,
      Promise.all(['effect:1', 'effect:3', 'effect:1', 'effect:9'].map((id) => reads.get(id))),
    );
    expect([docs.map((doc) => doc?.id), getMany.mock.calls.length]).toEqual([
      ['effect:1', 'effect:3', 'effect:1', undefined],
      1,
    ]);
    expect((await drive(scheduler, reads.get('effect:2')))?.id).toBe('effect:2');
  });

  it('are all told where the store is away', async () => {
    const port = storePort(fake, scheduler);
    port.away = true;
    const reads = new ReadTogether(port.store);
    const outcomes = await drive(scheduler, Promise.allSettled([reads.get('a'), reads.get('b')]));
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason instanceof StoreUnavailable)).toEqual([
      true,
      true,
    ]);
  });
});
