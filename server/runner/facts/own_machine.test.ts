import { keyOf } from '../../../common/entity/read';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { StoreUnavailable, type OwnFound } from '../ports';
import { LOOK_EVERY_MS, OwnMachineKeeper } from './own_machine';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A keeper with a machine and a cluster, and a name server that knows some names. */
const scene = () => {
  const scheduler = new Scheduler();
  const logged: string[] = [];
  const names = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const world = {
    machine: [{ text: '192.0.2.2', from: 'this machine' }],
    cluster: 'away' as 'away' | OwnFound,
  };
  const keeper = new OwnMachineKeeper({
    sources: [
      { name: 'this machine', look: async () => ({ things: world.machine, missing: [] }) },
      {
        name: 'OpenSearch',
        look: async () => {
          if (world.cluster === 'away') throw new StoreUnavailable('OpenSearch is away');
          return world.cluster;
        },
      },
    ],
    resolve: async (name) => {
      asked.push(name);
      const found = names.get(name);
      if (found === undefined) throw new Error('no such name');
      return found;
    },
    clock: clockOf(scheduler),
    log: quietLog(logged),
  });
  const covers = (text: string): string | undefined => {
    const key = keyOf('ip', text);
    return key && keeper.covers([key])?.from;
  };
  const wait = async (ms: number): Promise<void> => {
    await settle();
    await scheduler.runUntil(scheduler.now + ms);
    await settle();
  };
  return { scheduler, keeper, names, asked, world, covers, wait, logged };
};
const nodes = (...texts: string[]): OwnFound => ({
  things: texts.map((text) => ({ text, from: 'OpenSearch node' })),
  missing: [],
});

describe('what belongs to this machine', () => {
  it('is settled once every place said what it is, and guards what is known before', async () => {
    const { keeper, world, covers } = scene();
    expect([keeper.settled(), covers('192.0.2.2')]).toEqual([false, undefined]);
    await keeper.look();
    expect([keeper.settled(), covers('192.0.2.2')]).toEqual([false, 'this machine']);
    expect(keeper.list.missing).toEqual(['OpenSearch does not say what it is: OpenSearch is away']);
    world.cluster = nodes('198.51.100.1');
    await keeper.look();
    expect([keeper.settled(), covers('198.51.100.1')]).toEqual([true, 'OpenSearch node']);
    expect(keeper.list.missing).toEqual([]);
  });

  it('is told to the other agents once all of it was found, and what they tell is guarded at once', async () => {
    const { keeper, world, covers } = scene();
    await keeper.look();
    expect(keeper.published).toBeUndefined();
    world.cluster = nodes('198.51.100.1');
    await keeper.look();
    keeper.expectOthers();
    expect(keeper.settled()).toBe(false);
    const things = [{ text: '198.51.100.9', from: 'name of this machine' }];
    keeper.noteOthers([{ session: 's2', agent: 'b', isAlive: true, things }]);
    expect([keeper.settled(), covers('198.51.100.9')]).toEqual([true, 'agent `b`: name of this machine']);
    expect(keeper.published?.map(({ text }) => text)).toEqual(['192.0.2.2', '198.51.100.1']);
    await keeper.look();
    expect(covers('198.51.100.9')).toBe('agent `b`: name of this machine');
  });

  it('stays as it was found last while a place says nothing', async () => {
    const { keeper, world, covers } = scene();
    world.cluster = nodes('198.51.100.1');
    await keeper.look();
    world.cluster = 'away';
    await keeper.look();
    expect([keeper.settled(), covers('198.51.100.1')]).toEqual([true, 'OpenSearch node']);
  });

  it('is looked for again: what is new counts within 30 s, what is gone counts no more', async () => {
    const { keeper, world, covers, wait } = scene();
    world.cluster = nodes();
    let over = false;
    const following = keeper.follow(() => over);
    await wait(10);
    world.machine = [{ text: '192.0.2.77', from: 'this machine' }];
    await wait(LOOK_EVERY_MS);
    expect([covers('192.0.2.77'), covers('192.0.2.2')]).toEqual(['this machine', undefined]);
    over = true;
    await wait(LOOK_EVERY_MS);
    await following;
  });

  it('is looked for every second until all of it was found', async () => {
    const { keeper, world, wait } = scene();
    let over = false;
    const following = keeper.follow(() => over);
    await wait(10);
    world.cluster = nodes();
    await wait(1_000);
    expect(keeper.settled()).toBe(true);
    over = true;
    await wait(LOOK_EVERY_MS);
    await following;
  });

  it('guards a name and its addresses; a name server is asked seldom, and what it said stays', async () => {
    const { keeper, world, names, asked, covers, wait } = scene();
    world.cluster = nodes('search.example');
    names.set('search.example', ['198.51.100.7']);
    await keeper.look();
    expect(covers('198.51.100.7')).toBe('OpenSearch node: `search.example`');
    await keeper.look();
    expect(asked).toEqual(['search.example']);
    await wait(300_000);
    names.set('search.example', ['198.51.100.8']);
    await keeper.look();
    expect([covers('198.51.100.7'), covers('198.51.100.8')]).toEqual(
      Array(2).fill('OpenSearch node: `search.example`'),
    );
    names.delete('search.example');
    await wait(3_600_000);
    await keeper.look();
    expect(covers('198.51.100.8')).toBe('OpenSearch node: `search.example`');
    names.set('search.example', ['198.51.100.8']);
    await keeper.look();
    expect(covers('198.51.100.7')).toBeUndefined();
    expect(covers('198.51.100.8')).toBeDefined();
  });

  it('says which name has no address, and asks for it again with the next look', async () => {
    const { keeper, world, names, covers } = scene();
    world.cluster = nodes('search.example');
    await keeper.look();
    expect(keeper.settled()).toBe(true);
    expect(keeper.list.missing).toEqual(['`search.example` has no address that this machine can find: no such name']);
    names.set('search.example', ['198.51.100.7']);
    await keeper.look();
    expect([covers('198.51.100.7'), keeper.list.missing]).toEqual(['OpenSearch node: `search.example`', []]);
  });
});
