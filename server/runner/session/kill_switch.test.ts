import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { aGate } from '../../../test/builders/undo_room';
import { withStop, type Gate, type StopOrder } from '../keeping/kinds/gate';
import { StoreUnavailable } from '../ports';
import { HostStop } from './host_stop';
import { explainStop, releaseSwitch, throwSwitch } from './kill_switch';
import type { Session } from './session';

/*
 * What is written by the time at which somebody is told: a gate that takes 20 ms to change, and a disk that takes
 * 30 ms, show who does not wait.
 */

const ALL = { scope: 'all', who: 'ann', why: 'too much' };

const named = (orders: readonly StopOrder[], scope: string): readonly StopOrder[] =>
  orders.filter((each) => each.scope === scope);

const scene = ({ away = false, noting = true, livePeers = ['s2'] as readonly string[] } = {}) => {
  const scheduler = new Scheduler();
  const clock = clockOf(scheduler);
  const disk = new FakeDisk();
  const { localStop } = disk.ports(() => clock.sleep(30));
  const hostStop = new HostStop({ clock, log: quietLog(), localStop });
  let gate: Gate = { ...aGate(), sessions: {} };
  const session = {
    id: 's1',
    livePeers,
    publishOrders: async () => {
      if (away) throw new StoreUnavailable('away');
      gate = hostStop.orders.reduce(withStop, gate);
      return gate;
    },
    changeGate: async (change: (current: Gate) => Gate) => {
      await clock.sleep(20);
      if (!noting) throw new StoreUnavailable('away');
      gate = change(gate);
      return gate;
    },
  } as unknown as Session;
  const { store } = storePort(new FakeStore(), scheduler);
  const ports = { session, store, clock, chance: chanceOf(), hostStop };
  const seen = () => ({
    stops: gate.stops,
    here: hostStop.orders.map(({ scope }) => scope),
    onDisk: disk.stops.length,
  });
  const run = <Value>(work: Promise<Value>) =>
    drive(
      scheduler,
      work.then((value) => ({ value, ...seen() })),
    );
  /** Another host gives an order. */
  const give = (order: StopOrder): void => {
    gate = withStop(gate, order);
  };
  return { ports, hostStop, run, give };
};

describe('an order to stop', () => {
  it('is not acknowledged while only this host knows it, though it knows of no other', async () => {
    const { ports, run } = scene({ away: true, livePeers: [] });
    const { value, here } = await run(throwSwitch(ports, ALL));
    // Who joined since this host last read the gate may start something.
    expect([value.acknowledged, value.epoch, here]).toEqual([false, null, ['all']]);
  });

  it('says how long it took in the gate by the time at which it is reported', async () => {
    const { ports, run } = scene();
    const { value, stops, here } = await run(throwSwitch(ports, ALL));
    expect(value).toMatchObject({ acknowledged: true, agents: [{ session: 's1', how: 'this' }] });
    expect(stops).toMatchObject([{ ...ALL, acknowledged_ms: expect.any(Number) as number }]);
    expect(here).toEqual(['all']);
  });

  it('is acknowledged where that cannot be noted: it is given', async () => {
    const { ports, run } = scene({ noting: false });
    const { value, stops } = await run(throwSwitch(ports, ALL));
    expect(value.acknowledged).toBe(true);
    expect(stops).toMatchObject([ALL]);
    expect(stops[0]?.acknowledged_ms).toBeUndefined();
  });

  it('is on the disk of this host, and of no other anything is known, while the store is away', async () => {
    const { ports, run } = scene({ away: true });
    const { value, onDisk } = await run(throwSwitch(ports, ALL));
    expect(value).toMatchObject({ acknowledged: false, epoch: null, agents: [{}, { session: 's2', how: 'unknown' }] });
    expect(onDisk).toBe(1);
  });

  it('holds here until the gate is changed, and is gone here by the time at which its release is told', async () => {
    const { ports, hostStop, run } = scene();
    hostStop.take(ALL);
    hostStop.take({ ...ALL, scope: 'connector:edge' });
    const released = releaseSwitch(ports, named(hostStop.orders, 'all'));
    const { value, here, onDisk } = await run(released);
    expect(value.stops).toEqual([]);
    expect([here, onDisk]).toEqual([['connector:edge'], 1]);
  });

  it('holds here where the gate cannot be changed', async () => {
    const { ports, hostStop, run } = scene({ noting: false });
    hostStop.take(ALL);
    await expect(run(releaseSwitch(ports, hostStop.orders))).rejects.toThrow('away');
    expect(named(hostStop.orders, 'all')).toHaveLength(1);
  });

  it.each([
    ['here', ['all'], 1],
    ['at another host', [], 0],
  ])(
    'does not end with an earlier one that is let go, where it was given %s meanwhile',
    async (where, here, onDisk) => {
      const { ports, hostStop, run, give } = scene();
      hostStop.take(ALL);
      const seen = hostStop.orders;
      const later: StopOrder = { scope: 'all', who: 'bob', why: 'and this', at: '2026-11-22T12:00:00.000Z', epoch: 0 };
      const released = releaseSwitch(ports, seen);
      if (where === 'here') hostStop.take(later);
      else give(later);
      const { value, ...after } = await run(released);
      expect(value.past_stops).toMatchObject([{ who: 'ann' }]);
      expect(after).toMatchObject({ here, onDisk });
      expect(value.stops.map(({ who }) => who)).toEqual(where === 'here' ? [] : ['bob']);
    },
  );
});

describe('a reason that is given afterwards', () => {
  const at = '2026-11-22T10:00:00.000Z';
  const order = (scope: string, why: string): StopOrder => ({ scope, who: 'ann', why, at, epoch: 2 });
  const explained = (stops: readonly StopOrder[], scope = 'all'): Promise<Gate> => {
    const changeGate: Session['changeGate'] = async (change) => change(aGate({ stops }));
    return explainStop({ changeGate }, { scope, at }, { by: 'ben', why: 'a false alarm' });
  };

  it('goes to that order alone, with who gave it', async () => {
    const [all, edge] = [order('all', ''), order('connector:edge', '')];
    const { stops } = await explained([all, edge]);
    expect(stops).toEqual([{ ...all, why: 'a false alarm', why_by: 'ben' }, edge]);
  });

  it.each([
    ['has one already', order('all', 'too much')],
    ['was given at another moment', { ...order('all', ''), at: '2026-11-22T10:00:01.000Z' }],
    ['is of another scope', order('connector:edge', '')],
  ])('changes nothing where the order %s', async (_note, other) => {
    expect((await explained([other])).stops).toEqual([other]);
  });
});
