import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { contentOf, bodyOf } from '../keeping/state_docs';
import { STATE_SCHEMA, StoreUnavailable } from '../ports';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { HostStop } from './host_stop';
import { releaseSwitch, throwSwitch, type SwitchOrder, type SwitchPorts, type SwitchReport } from './kill_switch';
import { Session } from './session';
import { DEAD_AFTER_MS, PERMIT_MS } from './session_times';

/* INV-6, and the permit that every effect needs. */

interface Machine {
  readonly session: Session;
  readonly port: StorePort;
  readonly disk: FakeDisk;
  trusted: boolean;
  over: boolean;
  readonly stop: (order: SwitchOrder) => Promise<SwitchReport>;
  readonly stopPorts: SwitchPorts;
}

const START = Date.parse('2026-11-22T10:00:00.000Z');
const scheduler = { current: new Scheduler() };
let fake: FakeStore;
beforeEach(() => {
  scheduler.current = new Scheduler();
  fake = new FakeStore();
});
const wait = (ms: number): Promise<void> => scheduler.current.runUntil(scheduler.current.now + ms);
let machines = 0;

const machine = async (options: { generation?: string; join?: boolean } = {}): Promise<Machine> => {
  const port = storePort(fake, scheduler.current);
  const clock = clockOf(scheduler.current);
  const chance = chanceOf((machines += 1));
  const disk = new FakeDisk();
  const { localStop } = disk.ports(async () => undefined);
  const hostStop = new HostStop({ clock, log: quietLog(), localStop });
  const session = new Session({
    store: port.store,
    basics: { clock, chance, log: quietLog() },
    name: { agent: `agent-${machines}`, host: 'host', roles: [], engineDigest: 'e' },
    generation: options.generation,
    vitals: () => ({ bundle_version: 0, copied_through: 0, counters: {} }),
    clockTrusted: () => made.trusted,
    hostStop,
  });
  const ports = { session, store: port.store, clock, chance, hostStop };
  const made: Machine = {
    session,
    port,
    disk,
    trusted: true,
    over: false,
    stopPorts: ports,
    stop: (order) => throwSwitch(ports, order),
  };
  if (options.join === false) return made;
  await drive(scheduler.current, session.join());
  void session.keepAlive(() => made.over);
  await wait(50);
  return made;
};
const may = ({ session }: Machine, action = 'block_ip', connector = 'edge', policy = 'block-ioc'): string =>
  session.standstill(action, connector, policy) ?? 'may start';
const gateNow = () => contentOf('gate', fake.get(GATE_ID));
const ALL: SwitchOrder = { scope: 'all', who: 'ann', why: 'too much' };

describe('a session', () => {
  it('may start nothing before it joined, and may afterwards', async () => {
    const one = await machine({ join: false });
    expect(may(one)).toBe('not_joined');
    expect(may(await machine())).toBe('may start');
  });

  it('loses its permit by itself when the store is away, and gets it back', async () => {
    const one = await machine();
    one.port.away = true;
    await wait(PERMIT_MS + 400);
    expect(may(one)).toBe('permit_lapsed');
    one.port.away = false;
    await wait(1_000);
    expect(may(one)).toBe('may start');
  });

  // What counts is the moment before sending: an answer that took long is an old permission.
  it('counts its permit from before the heartbeat was sent', async () => {
    const one = await machine();
    await wait(1_000);
    one.port.bulkFates.push('lost', 'refused', 'lost', 'refused', 'lost', 'refused');
    await wait(PERMIT_MS + HEARTBEAT_SLACK);
    expect(may(one)).toBe('permit_lapsed');
  });
  const HEARTBEAT_SLACK = 310;

  it('starts nothing while the clock of its machine is off', async () => {
    const one = await machine();
    one.trusted = false;
    expect(may(one)).toBe('clock_off');
  });

  it('is found dead by another when it is silent, and is lost when it comes back', async () => {
    const one = await machine();
    const two = await machine();
    await wait(1_500);
    expect(two.session.livePeers).toEqual([one.session.id]);
    one.port.away = true;
    await wait(DEAD_AFTER_MS + 2_500);
    expect(two.session.deadSessions).toEqual([one.session.id]);
    expect(two.session.livePeers).toEqual([]);
    one.port.away = false;
    await wait(500);
    expect([one.session.isLost, may(one)]).toEqual([true, 'lost']);
    expect(fake.get(sessionId(one.session.id))?.facets.state).toBe('dead');
    expect(two.session.deadForMs(one.session.id)).toBeGreaterThan(0);
    expect(may(two)).toBe('may start');
  });

  it('survives its own heartbeat that landed late', async () => {
    const one = await machine();
    one.port.bulkFates.push('late', 'lost', 'fine');
    await wait(8_000);
    expect([one.session.isLost, may(one)]).toEqual([false, 'may start']);
  });

  it('leaves in order, so that others need not wait', async () => {
    const one = await machine();
    const two = await machine();
    one.over = true;
    await drive(scheduler.current, one.session.leave());
    await wait(2_500);
    expect([may(one), two.session.deadSessions]).toEqual(['not_joined', [one.session.id]]);
  });

  it('does not join a state that is not the one it knows', async () => {
    await expect(machine({ generation: 'g1' })).rejects.toThrow('gate of this state is missing');
    const one = await machine();
    await expect(machine({ generation: 'another' })).rejects.toThrow('not the one that this agent worked with');
    const { generation } = contentOf('gate', fake.get(GATE_ID)) ?? { generation: '' };
    expect(may(await machine({ generation }))).toBe('may start');
    expect(may(one)).toBe('may start');
  });

  it('stops when the gate is gone', async () => {
    const one = await machine();
    const gate = fake.get(GATE_ID);
    if (gate) fake.remove(GATE_ID, gate.version);
    await wait(700);
    expect(may(one)).toBe('lost');
  });

  it('keeps every session that enters the gate at the same time', async () => {
    const all = await Promise.all([1, 2, 3].map(() => machine({ join: false })));
    await drive(scheduler.current, Promise.all(all.map(({ session }) => session.join())));
    expect(Object.keys(contentOf('gate', fake.get(GATE_ID))?.sessions ?? {}).sort()).toEqual(
      all.map(({ session }) => session.id).sort(),
    );
  });
});

describe('the gate', () => {
  const rewrite = (change: (gate: Gate) => Gate): void => {
    const gate = fake.get(GATE_ID);
    const content = gateNow();
    if (!gate || !content) throw new Error('no gate');
    fake.write({
      id: GATE_ID,
      expect: gate.version,
      body: { ...bodyOf(gate), write_id: 'x', content: change(content) },
    });
  };

  it('is not followed back to an older version of the same epoch', async () => {
    const one = await machine();
    const old = fake.get(GATE_ID);
    rewrite((gate) => ({ ...gate, bundle_floor: 7 }));
    await wait(400);
    expect(one.session.gate?.bundle_floor).toBe(7);
    jest.spyOn(fake, 'get').mockImplementation((id) => (id === GATE_ID ? old : FakeStore.prototype.get.call(fake, id)));
    await wait(700);
    expect(one.session.gate?.bundle_floor).toBe(7);
  });

  it.each<[what: string, change: Partial<Gate>, lost: boolean]>([
    ['asks for a newer Reflex', { engine_floor: STATE_SCHEMA + 1 }, true],
    ['asks for this Reflex', { engine_floor: STATE_SCHEMA }, false],
  ])('ends the sessions of older agents alone where it %s', async (_what, change, lost) => {
    const one = await machine();
    rewrite((gate) => ({ ...gate, ...change }));
    await wait(700);
    expect([one.session.isLost, may(one)]).toEqual(lost ? [true, 'lost'] : [false, 'may start']);
  });

  it('is not written again and again without a pause when the store refuses it', async () => {
    const one = await machine();
    const { bulk } = one.port.store;
    let refused = 0;
    const refusing: typeof bulk = async (writes) => {
      if (!writes.some(({ id }) => id === GATE_ID)) return bulk(writes);
      refused += 1;
      return writes.map(() => ({ kind: 'failed', message: 'no' }) as const);
    };
    Object.assign(one.port.store, { bulk: refusing });
    void one.session.changeGate((gate) => ({ ...gate, bundle_floor: 9 }));
    await wait(3_000);
    expect(refused).toBeLessThan(20);
    Object.assign(one.port.store, { bulk });
    await wait(1_500);
    expect(gateNow()?.bundle_floor).toBe(9);
  });

  it('tells the time of an agent with a trusted clock, once a minute', async () => {
    const one = await machine();
    const first = gateNow()?.utc;
    expect(Date.parse(first ?? '') - START).toBeLessThan(100);
    await wait(58_000);
    expect(gateNow()?.utc).toBe(first);
    await wait(4_000);
    const second = Date.parse(gateNow()?.utc ?? '') - START;
    expect([second >= 60_000, second < 61_000]).toEqual([true, true]);
    one.trusted = false;
    await wait(120_000);
    expect(Date.parse(gateNow()?.utc ?? '') - START).toBe(second);
  });

  it('tells how long ago the state was adopted, by no clock: not by the one of the machine that adopted', async () => {
    const adopted = { from: 'g0', at: '2026-11-22T09:00:00.000Z', by: 'ana' };
    const one = await machine();
    expect(one.session.adoptedForMs).toBeUndefined();
    await drive(
      scheduler.current,
      one.session.changeGate((gate) => ({ ...gate, adopted })),
    );
    expect(one.session.adoptedForMs).toBeLessThan(100);
    await wait(10_000);
    expect(one.session.adoptedForMs).toBeGreaterThan(9_800);
    expect(one.session.adoptedForMs).toBeLessThan(10_000);
    await wait(55_000);
    const stored = gateNow()?.adopted?.age_ms ?? 0;
    expect([stored > 55_000, stored < 65_000]).toEqual([true, true]);
    const two = await machine();
    expect(two.session.adoptedForMs).toBeGreaterThanOrEqual(stored);
    expect(two.session.adoptedForMs).toBeLessThan(65_000);
  });

  it('gets no time from an agent that joins with a clock in doubt', async () => {
    const one = await machine({ join: false });
    one.trusted = false;
    await drive(scheduler.current, one.session.join());
    expect(gateNow()?.utc).toBeUndefined();
  });
});

describe('the kill switch', () => {
  it('stops every agent within two seconds, and says how each of them stopped', async () => {
    const [one, two, dead] = [await machine(), await machine(), await machine()];
    dead.over = true;
    dead.port.away = true;
    const report = await drive(scheduler.current, one.stop(ALL));
    expect(report.acknowledged).toBe(true);
    expect(report.took_ms).toBeLessThanOrEqual(2_000);
    expect(report.agents).toEqual(
      expect.arrayContaining([
        { session: one.session.id, how: 'this' },
        { session: two.session.id, how: 'obeyed' },
        { session: dead.session.id, how: 'permit_lapsed' },
      ]),
    );
    for (const each of [one, two]) expect(may(each)).toBe('stopped');
    expect(may(dead)).not.toBe('may start');
  });

  it('stops the host that is asked at once, before the store has answered', async () => {
    const one = await machine();
    const done = one.stop(ALL);
    expect(may(one)).toBe('stopped');
    await drive(scheduler.current, done);
    expect(one.disk.stops).toEqual([]);
  });

  it.each([
    ['all', 'stopped', 'stopped', 'stopped'],
    ['action:block_ip', 'stopped', 'stopped', 'may start'],
    ['connector:edge', 'stopped', 'may start', 'stopped'],
  ])('stops %s and nothing else', async (scope, both, action, connector) => {
    const one = await machine();
    await drive(scheduler.current, one.stop({ ...ALL, scope }));
    expect([may(one), may(one, 'block_ip', 'other'), may(one, 'isolate_host', 'edge')]).toEqual([
      both,
      action,
      connector,
    ]);
    await drive(scheduler.current, releaseSwitch(one.stopPorts, one.session.stops));
    await wait(700);
    expect(may(one)).toBe('may start');
  });

  it('keeps the host stopped, and says that nothing is known of others, while the store is away', async () => {
    const [one, two] = [await machine(), await machine()];
    await wait(1_500);
    one.port.away = true;
    const report = await drive(scheduler.current, one.stop(ALL));
    expect(report).toMatchObject({
      acknowledged: false,
      epoch: null,
      agents: [{ how: 'this' }, { session: two.session.id, how: 'unknown' }],
    });
    expect(one.disk.stops).toMatchObject([ALL]);
    expect(may(two)).toBe('may start');
    one.port.away = false;
    await wait(1_500);
    // It is given as soon as it can be: the other agents must not go on for as long as this session lives.
    expect([may(one), may(two), one.disk.stops]).toEqual(['stopped', 'stopped', []]);
    expect(gateNow()?.stops).toMatchObject([ALL]);
  });

  // The first order was never written to the gate: a second one must not make it forgotten.
  it('does not forget an order that only this host knows when another one is given', async () => {
    const one = await machine();
    one.port.away = true;
    await drive(scheduler.current, one.stop(ALL));
    one.port.away = false;
    const report = await drive(scheduler.current, one.stop({ scope: 'action:block_ip', who: 'bob', why: 'this too' }));
    expect(report.acknowledged).toBe(true);
    expect([may(one), may(one, 'isolate_host', 'other')]).toEqual(['stopped', 'stopped']);
    await drive(
      scheduler.current,
      releaseSwitch(
        one.stopPorts,
        one.session.stops.filter(({ scope }) => scope === 'action:block_ip'),
      ),
    );
    await wait(700);
    expect(may(one, 'isolate_host', 'other')).toBe('stopped');
  });

  it('writes an order of this host alone to the gate before it may start anything', async () => {
    const one = await machine();
    one.disk.stops = [{ scope: 'all', who: 'ann', why: 'while away' }];
    await wait(400);
    expect(gateNow()?.stops).toMatchObject([{ scope: 'all', who: 'ann', why: 'while away' }]);
    expect([may(one), one.disk.stops]).toEqual(['stopped', []]);
  });

  it('takes no permit while an order of this host is not in the gate', async () => {
    const one = await machine();
    one.disk.stops = [{ ...ALL, scope: 'action:isolate_host' }];
    const { bulk } = one.port.store;
    const refusing: typeof bulk = (writes) =>
      writes.some(({ id }) => id === GATE_ID) ? Promise.reject(new StoreUnavailable('away')) : bulk(writes);
    Object.assign(one.port.store, { bulk: refusing });
    await wait(PERMIT_MS + 400);
    expect([one.session.silentForMs < 400, may(one)]).toEqual([true, 'permit_lapsed']);
    Object.assign(one.port.store, { bulk });
    await wait(700);
    expect([may(one), may(one, 'isolate_host')]).toEqual(['may start', 'stopped']);
  });

  it('reads the stop file at each heartbeat, made and removed by hand, with OpenSearch away too', async () => {
    const one = await machine();
    one.port.away = true;
    one.disk.stops = [ALL];
    await wait(400);
    expect(may(one)).toBe('stopped');
    one.disk.stops = [];
    await wait(400);
    expect(may(one)).toBe('may start');
  });

  it('is given once by a stop file that can be neither read nor removed, which goes on stopping its own host', async () => {
    const [one, two] = [await machine(), await machine()];
    Object.defineProperty(one.disk, 'stops', {
      get: () => [{ ...ALL, unread: true }],
      set: () => {
        throw new Error('it cannot be removed');
      },
    });
    await wait(2_000);
    const given = gateNow();
    expect([given?.stops.length, may(one), may(two)]).toEqual([1, 'stopped', 'stopped']);
    await wait(3_000);
    expect(gateNow()).toEqual(given);
    const seen = one.session.stops;
    await drive(scheduler.current, releaseSwitch({ session: one.session, hostStop: one.stopPorts.hostStop }, seen));
    await wait(3_000);
    expect([may(one), may(two), gateNow()?.epoch]).toEqual(['stopped', 'may start', (given?.epoch ?? 0) + 1]);
  });

  it('is given before the first permit if it was ordered before a session was there', async () => {
    const [one, two] = [await machine({ join: false }), await machine()];
    one.stopPorts.hostStop.take(ALL);
    await drive(scheduler.current, one.session.join());
    expect(may(one)).toBe('stopped');
    void one.session.keepAlive(() => one.over);
    await wait(700);
    expect([may(one), may(two)]).toEqual(['stopped', 'stopped']);
  });

  it('says which agents are unknown when the gate holds the order and not every session could be told', async () => {
    const [one, two, three] = [await machine(), await machine(), await machine()];
    await wait(700);
    three.over = true;
    const { get } = one.port.store;
    const failing: typeof get = (id) =>
      id === sessionId(three.session.id) ? Promise.reject(new StoreUnavailable('away')) : get(id);
    Object.assign(one.port.store, { get: failing });
    const report = await drive(scheduler.current, one.stop(ALL));
    expect(report).toMatchObject({ acknowledged: false, epoch: gateNow()?.epoch });
    expect(report.agents).toEqual([
      { session: one.session.id, how: 'this' },
      { session: two.session.id, how: 'obeyed' },
      { session: three.session.id, how: 'unknown' },
    ]);
    expect(gateNow()?.stops[0]?.acknowledged_ms).toBeUndefined();
  });

  it('notes in the gate how long it took, for all who look', async () => {
    const one = await machine();
    await machine();
    const report = await drive(scheduler.current, one.stop(ALL));
    expect(gateNow()?.stops).toMatchObject([{ acknowledged_ms: Math.round(report.took_ms) }]);
  });

  it('holds the order in memory if the disk does not take it', async () => {
    const one = await machine();
    Object.assign(one.disk, { stops: Object.freeze([]) });
    jest.spyOn(one.stopPorts.hostStop, 'settled');
    one.port.away = true;
    Object.defineProperty(one.disk, 'stops', {
      get: () => [],
      set: () => {
        throw new Error('disk full');
      },
    });
    await drive(scheduler.current, one.stop(ALL));
    await wait(1_000);
    expect(may(one)).toBe('stopped');
  });

  it('reaches a session although the killer died after writing the gate', async () => {
    const two = await machine();
    const gate = fake.get(GATE_ID);
    const content = contentOf('gate', gate);
    if (!gate || !content) throw new Error('no gate');
    const stops = [{ ...ALL, at: '2026-11-22T10:00:00.000Z', epoch: content.epoch + 1 }];
    fake.write({
      id: GATE_ID,
      expect: gate.version,
      body: { ...bodyOf(gate), write_id: 'killer', content: { ...content, epoch: content.epoch + 1, stops } },
    });
    await wait(400);
    expect(may(two)).toBe('stopped');
    await wait(400);
    expect(contentOf('session', fake.get(sessionId(two.session.id)))?.seen_epoch).toBe(content.epoch + 1);
  });

  it('is not undone by an older gate that is read late', async () => {
    const one = await machine();
    const old = fake.get(GATE_ID);
    await drive(scheduler.current, one.stop(ALL));
    jest.spyOn(fake, 'get').mockImplementation((id) => (id === GATE_ID ? old : FakeStore.prototype.get.call(fake, id)));
    await wait(700);
    expect(may(one)).toBe('stopped');
  });
});
