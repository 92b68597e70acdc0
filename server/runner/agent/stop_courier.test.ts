import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { aGate } from '../../../test/builders/undo_room';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { GATE_ID, withoutStops, type Gate } from '../keeping/kinds/gate';
import { contentOf, loneBody } from '../keeping/state_docs';
import { STATE_SCHEMA, type LocalOrder } from '../ports';
import { HostStop } from '../session/host_stop';
import { releaseSwitch } from '../session/kill_switch';
import { Session } from '../session/session';
import { GENERATION, IDENTITY } from './adopt';
import type { Shift } from './shift';
import { StopCourier } from './stop_courier';

/* INV-6: an order that the store did not take reaches the others as soon as the store takes one write. */

const ALL = { scope: 'all', who: 'ann', why: 'too much' };
const NOW: Gate = aGate({ engine_floor: STATE_SCHEMA });

let scheduler: Scheduler;
let fake: FakeStore;
let seed = 0;
let lives: Array<{ over: boolean }>;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  lives = [];
});
afterEach(() => {
  for (const life of lives) life.over = true;
});
const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);

const putGate = (gate: Gate): void => {
  const expect_ = fake.get(GATE_ID)?.version ?? 'absent';
  fake.write({
    id: GATE_ID,
    expect: expect_,
    body: loneBody('gate', gate, { write_id: `${scheduler.now}`, facets: {} }),
  });
};
const gate = (): Gate | undefined => contentOf('gate', fake.get(GATE_ID));
const inForce = (): readonly string[] => (gate()?.stops ?? []).map(({ scope, who }) => `${scope} ${who}`);
const release = (scope: string): void => {
  const found = gate() ?? NOW;
  putGate(
    withoutStops(
      found,
      found.stops.filter((each) => each.scope === scope),
    ),
  );
};

interface Host {
  readonly port: StorePort;
  readonly disk: FakeDisk;
  readonly lines: string[];
  /** Its courier and the orders of its process. */
  readonly start: () => Promise<HostStop>;
  shift: Shift | undefined;
  schema: number;
}

const host = async (knows: { generation?: string; identity?: string } = { generation: 'g1' }): Promise<Host> => {
  const port = storePort(fake, scheduler);
  const disk = new FakeDisk();
  const ports = disk.ports(async () => undefined);
  if (knows.generation !== undefined) await ports.memory.write(GENERATION, knows.generation);
  if (knows.identity !== undefined) await ports.memory.write(IDENTITY, knows.identity);
  const lines: string[] = [];
  const basics = { clock: clockOf(scheduler), chance: chanceOf((seed += 1)), log: quietLog(lines) };
  const made: Host = {
    port,
    disk,
    lines,
    shift: undefined,
    schema: STATE_SCHEMA,
    start: async () => {
      for (const life of lives) if (life === own) life.over = true;
      own = { over: false };
      const life = own;
      lives.push(life);
      const hostStop = new HostStop({ ...basics, localStop: ports.localStop });
      const courier = new StopCourier({
        store: port.store,
        basics,
        memory: ports.memory,
        hostStop,
        shift: () => made.shift,
        schema: made.schema,
      });
      void courier.run(() => life.over);
      return hostStop;
    },
  };
  let own: { over: boolean } = { over: false };
  return made;
};

describe('an order to stop on a host without a session', () => {
  it('is in the gate as soon as the store takes a write, and stays in force on the host', async () => {
    putGate(NOW);
    const one = await host();
    const stop = await one.start();
    one.port.away = true;
    const order = stop.take(ALL);
    await wait(5_000);
    expect([inForce(), stop.stateOf(order)]).toEqual([[], 'local']);
    one.port.away = false;
    await wait(600);
    expect([inForce(), stop.stateOf(order)]).toEqual([['all ann'], 'ordered']);
    expect([stop.orders, one.disk.stops.length]).toEqual([[order], 1]);
    const { epoch } = gate() ?? NOW;
    const gets = jest.spyOn(one.port.store, 'get');
    await wait(20_000);
    expect([gate()?.epoch, one.port.bulks.length]).toEqual([epoch, 1]);
    // Looked after each two seconds, three documents at the most.
    expect(gets.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(gets.mock.calls.length).toBeLessThanOrEqual(33);
  });

  it('is looked for four times a second', async () => {
    putGate(NOW);
    const stop = await (await host()).start();
    await wait(1_010);
    stop.take(ALL);
    await wait(280);
    expect(inForce()).toEqual(['all ann']);
  });

  it('of the process before is given by the next one, once', async () => {
    putGate(NOW);
    const one = await host();
    one.port.away = true;
    (await one.start()).take(ALL);
    await wait(1_000);
    one.port.away = false;
    const next = await one.start();
    await wait(600);
    expect(inForce()).toEqual(['all ann']);
    const { epoch } = gate() ?? NOW;
    await one.start();
    await wait(2_500);
    expect([next.orders.length, gate()?.epoch]).toEqual([1, epoch]);
  });

  it('is not given again after a person let it go on, though its answer was lost and the process died', async () => {
    putGate(NOW);
    const one = await host();
    one.port.bulkFates.push('lost');
    (await one.start()).take(ALL);
    await wait(600);
    expect(inForce()).toEqual(['all ann']);
    release('all');
    const handedOn = (): number => one.lines.filter((line) => line.includes('handed on')).length;
    const before = handedOn();
    const next = await one.start();
    await wait(3_000);
    expect([inForce(), next.orders, one.disk.stops]).toEqual([[], [], []]);
    expect(handedOn()).toBe(before);
  });

  it('does not take the place of what another host ordered since, and both end with one release', async () => {
    putGate(NOW);
    const [one, two] = [await host(), await host()];
    one.port.bulkFates.push('lost');
    (await one.start()).take(ALL);
    await wait(600);
    (await two.start()).take({ ...ALL, who: 'bob' });
    await wait(3_000);
    expect(inForce()).toEqual(['all bob']);
    release('all');
    await wait(6_000);
    expect([inForce(), one.disk.stops, two.disk.stops]).toEqual([[], [], []]);
  });

  it('goes into the gate of older agents, for they are whom it has to stop', async () => {
    putGate({ ...NOW, engine_floor: STATE_SCHEMA - 1 });
    const one = await host();
    (await one.start()).take(ALL);
    await wait(600);
    expect([inForce(), gate()?.engine_floor]).toEqual([['all ann'], STATE_SCHEMA - 1]);
  });

  it.each<[note: string, gate: Gate | undefined, knows: { generation?: string; identity?: string }]>([
    ['has no gate', undefined, { generation: 'g1' }],
    ['is of another generation', NOW, { generation: 'another' }],
    ['is another index', NOW, { generation: 'g1', identity: 'another' }],
    ['is for newer agents', { ...NOW, engine_floor: STATE_SCHEMA + 1 }, { generation: 'g1' }],
  ])('is not written into a state that %s, and stays', async (_note, before, knows) => {
    if (before) putGate(before);
    const one = await host(knows);
    const stop = await one.start();
    const order = stop.take(ALL);
    await wait(3_000);
    expect([inForce(), stop.orders, stop.stateOf(order)]).toEqual([[], [order], 'local']);
    expect([one.port.bulks, one.lines]).toEqual([[], []]);
  });

  it('goes into a state that went on from the one it knows, and into the first one that it meets', async () => {
    for (const knows of [{ generation: 'g1', identity: 'identity' }, {}]) {
      putGate({ ...NOW, generation: 'g2', lineage: ['g1'] });
      const one = await host(knows);
      (await one.start()).take(ALL);
      await wait(600);
      expect(inForce()).toEqual(['all ann']);
    }
  });

  it.each<[note: string, file: readonly LocalOrder[]]>([
    ['by hand', [ALL]],
    ['by another program', [{ ...ALL, at: '2026-11-22T09:00:00.000Z' }]],
  ])('may be given in the stop file, %s', async (_note, file) => {
    putGate(NOW);
    const one = await host();
    await one.start();
    one.disk.stops = file;
    await wait(800);
    expect(inForce()).toEqual(['all ann']);
  });
});

describe('an order to stop on a host with a session', () => {
  const joined = async (one: Host, hostStop: HostStop): Promise<Session> => {
    const session = new Session({
      store: one.port.store,
      basics: { clock: clockOf(scheduler), chance: chanceOf((seed += 1)), log: quietLog() },
      name: { agent: 'a', host: 'h', roles: [], engineDigest: 'e' },
      generation: undefined,
      vitals: () => ({ bundle_version: 0, copied_through: 0, counters: {} }),
      clockTrusted: () => true,
      hostStop,
    });
    await drive(scheduler, session.join());
    one.shift = { session } as Shift;
    return session;
  };

  it('is handed on though no heartbeat gets through, and leaves the host only with one', async () => {
    putGate(NOW);
    const one = await host();
    const stop = await one.start();
    const session = await joined(one, stop);
    stop.take(ALL);
    await wait(600);
    expect([inForce(), session.isStopped('block_ip', 'edge', 'p'), stop.orders.length]).toEqual([['all ann'], true, 1]);
    expect(session.stops.length).toBe(1);
    let over = false;
    void session.keepAlive(() => over);
    await wait(1_000);
    over = true;
    expect([session.isStopped('block_ip', 'edge', 'p'), stop.orders, session.stops.length]).toEqual([true, [], 1]);
  });

  it('stays until its session has read what replaced it', async () => {
    putGate(NOW);
    const [one, two] = [await host(), await host()];
    const stop = await one.start();
    const session = await joined(one, stop);
    stop.take(ALL);
    await wait(600);
    (await two.start()).take({ ...ALL, who: 'bob' });
    await wait(6_000);
    expect([inForce(), session.isStopped('block_ip', 'edge', 'p')]).toEqual([['all bob'], true]);
  });

  it('is left to a heartbeat that gets through', async () => {
    putGate(NOW);
    const one = await host({ generation: 'g1', identity: 'identity' });
    const stop = await one.start();
    const session = await joined(one, stop);
    let over = false;
    void session.keepAlive(() => over);
    await wait(700);
    const gets = jest.spyOn(one.port.store, 'identity');
    stop.take(ALL);
    await wait(1_000);
    expect([inForce(), gets.mock.calls.length]).toEqual([['all ann'], 0]);
    over = true;
  });

  it('is not given once more by a heartbeat that was under way when a person let it go on', async () => {
    putGate(NOW);
    const one = await host();
    const stop = await one.start();
    const session = await joined(one, stop);
    one.port.away = true;
    stop.take(ALL);
    await wait(400);
    one.port.away = false;
    const publishing = session.publishOrders();
    await drive(scheduler, Promise.all([releaseSwitch({ session, hostStop: stop }, session.stops), publishing]));
    await wait(1_000);
    expect([inForce(), stop.orders]).toEqual([[], []]);
  });

  it('is not let go with another one: what was taken since stays', async () => {
    putGate(NOW);
    const one = await host();
    const stop = await one.start();
    const session = await joined(one, stop);
    one.port.bulkTakes = () => 200;
    stop.take(ALL);
    const released = releaseSwitch({ session, hostStop: stop }, session.stops);
    await wait(50);
    stop.take({ ...ALL, who: 'bob' });
    await drive(scheduler, released);
    expect(stop.orders).toMatchObject([{ who: 'bob' }]);
  });
});
