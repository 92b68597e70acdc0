import { clockOf, quietLog } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { StopOrder } from '../keeping/kinds/gate';
import type { LocalOrder, LocalStop } from '../ports';
import { HostStop } from './host_stop';

const ALL = { scope: 'all', who: 'ann', why: 'too much' };
const EDGE = { scope: 'connector:edge', who: 'bob', why: 'it misbehaves' };

describe('orders to stop that only this host knows', () => {
  let disk: FakeDisk;
  let lines: string[];
  let flushed: Array<() => void>;
  let stop: HostStop;
  const scopes = (): readonly string[] => stop.orders.map(({ scope }) => scope);
  const flush = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) {
      flushed.splice(0).forEach((done) => done());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  beforeEach(() => {
    disk = new FakeDisk();
    lines = [];
    flushed = [];
    const { localStop } = disk.ports(() => new Promise((resolve) => flushed.push(resolve)));
    stop = new HostStop({ clock: clockOf(new Scheduler()), log: quietLog(lines), localStop });
  });

  it('are in force before anything is written, and on the disk soon', async () => {
    stop.take(ALL);
    stop.look();
    expect([scopes(), disk.stops]).toEqual([['all'], []]);
    await flush();
    expect([scopes(), disk.stops]).toMatchObject([['all'], [ALL]]);
  });

  it('are written once: what ends no order writes nothing', async () => {
    stop.take(ALL);
    await flush();
    stop.over([{ ...EDGE, at: '2026-11-22T10:00:00.000Z', epoch: 0 }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([flushed, scopes()]).toEqual([[], ['all']]);
  });

  it('have no epoch, for the gate does not know them yet', () => {
    expect(stop.take(EDGE)).toEqual({ ...EDGE, at: '2026-11-22T10:00:00.000Z', epoch: 0 });
  });

  it('keep their scope, and stand side by side', async () => {
    stop.take(ALL);
    stop.take(EDGE);
    stop.take({ ...EDGE, why: 'still' });
    await flush();
    expect(disk.stops).toMatchObject([ALL, { ...EDGE, why: 'still' }]);
  });

  it('are not brought back by a file that names what they displaced, while it is being written', async () => {
    stop.take(EDGE);
    await flush();
    stop.look();
    stop.take({ ...EDGE, why: 'still' });
    stop.look();
    await flush();
    stop.look();
    expect(stop.orders).toMatchObject([{ ...EDGE, why: 'still' }]);
  });

  it('outlive the process, and are the same orders in the next one', async () => {
    const order = stop.take(EDGE);
    await flush();
    const { localStop } = disk.ports(async () => undefined);
    const later = clockOf(new Scheduler(), Date.parse('2026-11-23T10:00:00.000Z'));
    const next = new HostStop({ clock: later, log: quietLog(), localStop });
    next.look();
    expect(next.orders).toEqual([order]);
  });

  it('are local until they are given to the others, and in force for as long as nobody says that they are over', async () => {
    const [all, edge] = [stop.take(ALL), stop.take(EDGE)];
    await flush();
    stop.given([edge]);
    stop.look();
    expect([scopes(), stop.stateOf(all), stop.stateOf(edge)]).toEqual([['all', 'connector:edge'], 'local', 'ordered']);
  });

  it('are lifted by hand once they were on the disk, and not before', async () => {
    stop.take(ALL);
    await flush();
    stop.look();
    disk.stops = [];
    stop.look();
    expect(scopes()).toEqual([]);
  });

  it('are lifted by hand as soon as they were on the disk, though nobody has looked at the file since', async () => {
    stop.take(ALL);
    await flush();
    disk.stops = [];
    stop.look();
    expect(scopes()).toEqual([]);
  });

  it('are other orders where the stop file says the same words at another moment', async () => {
    const at = ['2026-11-22T08:00:00.000Z', '2026-11-22T09:00:00.000Z'];
    disk.stops = [{ ...ALL, at: at[0] }];
    stop.look();
    stop.given(stop.orders);
    expect(stop.orders.map((order) => [order.at, stop.stateOf(order)])).toEqual([[at[0], 'ordered']]);
    disk.stops = [{ ...ALL, at: at[1] }];
    stop.look();
    expect(stop.orders.map((order) => [order.at, stop.stateOf(order)])).toEqual([[at[1], 'local']]);
  });

  it('leave once they are published, and the file with them', async () => {
    stop.take(ALL);
    await flush();
    stop.over(stop.orders);
    stop.look();
    expect(scopes()).toEqual([]);
    await flush();
    stop.look();
    expect([scopes(), disk.stops]).toEqual([[], []]);
  });

  it('stay if they came while others were published, by hand or not', async () => {
    stop.take(ALL);
    await flush();
    const published = stop.orders;
    disk.stops = [...disk.stops, EDGE];
    stop.over(published);
    await flush();
    expect([scopes(), disk.stops]).toMatchObject([['connector:edge'], [EDGE]]);
  });

  it.each([
    ['all', ['connector:edge']],
    ['connector:edge', ['all']],
  ])('are released by scope: %s', async (scope, left) => {
    stop.take(ALL);
    stop.take(EDGE);
    await flush();
    stop.over(stop.orders.filter((order) => order.scope === scope));
    await flush();
    expect([scopes(), disk.stops.map((order) => order.scope)]).toEqual([left, left]);
  });

  it('hold in memory while the disk takes nothing, and say so', async () => {
    Object.defineProperty(disk, 'stops', {
      get: () => [],
      set: () => {
        throw new Error('the disk is full');
      },
    });
    stop.take(ALL);
    await flush();
    stop.look();
    expect([scopes(), lines.length]).toEqual([['all'], 1]);
  });

  it('are measured from the moment that they were taken', () => {
    const order = stop.take(ALL);
    expect(stop.takenAt(order)).toBe(0);
    expect(stop.takenAt({ ...order, at: 'another moment' })).toBeUndefined();
  });
});

describe('a stop file that cannot be changed', () => {
  const UNREAD = { scope: 'all', who: 'somebody', why: 'the stop file cannot be read (EIO)', unread: true };
  const READ = { ...ALL, at: '2026-11-22T09:00:00.000Z' };
  let found: readonly LocalOrder[];
  let fails: boolean;
  let lines: string[];
  let stop: HostStop;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  beforeEach(() => {
    fails = true;
    lines = [];
    const scheduler = new Scheduler();
    const localStop: LocalStop = {
      read: () => found,
      write: async (orders) => {
        if (fails) throw new Error('EIO: stop.json');
        found = orders;
      },
    };
    stop = new HostStop({ clock: clockOf(scheduler), log: quietLog(lines), localStop });
  });

  /** Looks at the file and publishes what it finds, as each heartbeat does. */
  const beat = async (): Promise<readonly StopOrder[]> => {
    stop.look();
    const given = stop.toGive;
    if (given.length > 0) stop.over(given);
    await settled();
    return given;
  };

  it('stops this host for as long as it cannot be read, and is given to the others once', async () => {
    found = [UNREAD];
    expect(await beat()).toMatchObject([{ scope: 'all', why: UNREAD.why }]);
    const [order] = stop.orders;
    // Its cause may be told in other words each time.
    for (const why of ['EIO', 'EACCES', 'EIO']) {
      found = [{ ...UNREAD, why }];
      expect([await beat(), stop.orders]).toEqual([[], [order]]);
    }
    expect(lines.length).toBe(1);
    expect(order && [stop.stays(order), stop.stateOf(order)]).toEqual([true, 'local']);
    expect(stop.fault).toEqual({ kind: 'stays_unread', why: 'EIO: stop.json' });
  });

  it('stops this host whatever a person lets go on, until the file is gone', async () => {
    found = [UNREAD];
    await beat();
    stop.over(stop.orders);
    await settled();
    stop.look();
    expect([stop.orders.length, stop.toGive]).toEqual([1, []]);
    found = [];
    stop.look();
    expect([stop.orders, stop.fault]).toEqual([[], undefined]);
  });

  it('is removed once it can be, when a person lets it go on', async () => {
    found = [UNREAD];
    await beat();
    fails = false;
    stop.over(stop.orders);
    await settled();
    expect([stop.orders, found, stop.fault]).toEqual([[], [], undefined]);
  });

  it('is read again once it can be: what it says is another order', async () => {
    found = [UNREAD];
    await beat();
    found = [READ];
    expect(await beat()).toMatchObject([READ]);
  });

  it('does not displace what a person ordered here, nor is it displaced by that', async () => {
    found = [UNREAD];
    await beat();
    stop.take(EDGE);
    stop.take(ALL);
    await settled();
    stop.look();
    expect(stop.orders.map(({ who }) => who)).toEqual(['somebody', 'bob', 'ann']);
    expect(await beat()).toMatchObject([EDGE, ALL]);
    expect(stop.orders.map(({ who }) => who)).toEqual(['somebody']);
  });

  it('stops nothing any more by an order that is over and that it goes on naming, and is given once', async () => {
    found = [READ];
    expect(await beat()).toMatchObject([READ]);
    expect([await beat(), stop.orders]).toEqual([[], []]);
    expect([stop.fault, lines.length]).toEqual([{ kind: 'stays', why: 'EIO: stop.json' }, 1]);
    // Put there anew it is another order.
    found = [{ ...READ, at: '2026-11-22T10:00:00.000Z' }];
    expect((await beat()).length).toBe(1);
    found = [];
    stop.look();
    expect(stop.fault).toBeUndefined();
  });

  it('is a fault while it does not hold what is in force here', async () => {
    found = [];
    stop.take(ALL);
    await settled();
    expect(stop.fault).toEqual({ kind: 'unwritten', why: 'EIO: stop.json' });
    fails = false;
    stop.take(EDGE);
    await settled();
    expect([stop.fault, found.length]).toEqual([undefined, 2]);
  });
});
