import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { GATE_ID, type StopOrder } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { contentOf } from '../keeping/state_docs';
import { StoreUnavailable } from '../ports';
import { HostStop } from './host_stop';
import { throwSwitch, type SwitchPorts } from './kill_switch';
import { Session } from './session';
import { StopWatch } from './stop_watch';

const ORDER = { scope: 'all', who: 'ann', why: 'too much' };

describe('an order to stop', () => {
  let scheduler: Scheduler;
  let fake: FakeStore;
  let seed = 0;
  let lines: string[];
  beforeEach(() => {
    scheduler = new Scheduler();
    fake = new FakeStore();
    lines = [];
  });
  const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);
  const stop = (): StopOrder | undefined => contentOf('gate', fake.get(GATE_ID))?.stops[0];

  const machine = async () => {
    const port: StorePort = storePort(fake, scheduler);
    const basics = { clock: clockOf(scheduler), chance: chanceOf((seed += 1)), log: quietLog() };
    const { localStop } = new FakeDisk().ports(async () => undefined);
    const hostStop = new HostStop({ ...basics, localStop });
    const life = { over: false };
    const session = new Session({
      store: port.store,
      basics,
      hostStop,
      name: { agent: 'a', host: 'h', roles: [], engineDigest: 'e' },
      generation: undefined,
      vitals: () => ({ bundle_version: 0, copied_through: 0, counters: {} }),
      clockTrusted: () => true,
    });
    const ports: SwitchPorts = { session, hostStop, store: port.store, ...basics };
    const watch = new StopWatch({ ...ports, log: quietLog(lines) });
    await drive(scheduler, session.join());
    void session.keepAlive(() => life.over);
    void watch.run(() => life.over);
    await wait(400);
    const state = () => session.stops.map((order) => watch.stateOf(order));
    return { port, session, ports, watch, life, hostStop, state };
  };

  it('that was acknowledged says so at every host, with the time that it took', async () => {
    const [one, two] = [await machine(), await machine()];
    await drive(scheduler, throwSwitch(one.ports, ORDER));
    await wait(700);
    expect([one.state(), two.state()]).toEqual([['acknowledged'], ['acknowledged']]);
    expect(stop()?.acknowledged_ms).toBeLessThan(2_000);
  });

  it('is seen to after a try that failed as nobody expected, which is said', async () => {
    const [one, two] = [await machine(), await machine()];
    one.hostStop.take(ORDER);
    await drive(scheduler, one.session.publishOrders());
    one.life.over = true;
    const { readGate } = two.session;
    await wait(2_000);
    Object.assign(two.session, { readGate: () => Promise.reject(new Error('OpenSearch answered 404')) });
    await wait(6_000);
    expect(lines).toContain('seeing to an order to stop failed');
    Object.assign(two.session, { readGate });
    await wait(4_000);
    expect(two.state()).toEqual(['acknowledged']);
  });

  it('that the store did not take is local, and known to nobody else', async () => {
    const [one, two] = [await machine(), await machine()];
    one.port.away = true;
    await drive(scheduler, throwSwitch(one.ports, ORDER));
    expect([one.state(), two.state()]).toEqual([['local'], []]);
  });

  it('that was taken late is acknowledged by whoever took it, measured from the order on', async () => {
    const [one] = [await machine(), await machine()];
    one.port.away = true;
    await drive(scheduler, throwSwitch(one.ports, ORDER));
    const began = scheduler.now;
    await wait(3_000);
    one.port.away = false;
    await wait(4_000);
    expect(one.state()).toEqual(['acknowledged']);
    expect(stop()?.acknowledged_ms).toBeGreaterThan(3_000);
    expect(stop()?.acknowledged_ms).toBeLessThanOrEqual(scheduler.now - began + 50);
  });

  it('is overdue after two seconds, for as long as one agent is unknown, and acknowledged after that', async () => {
    const [one, two] = [await machine(), await machine()];
    await wait(1_500);
    const { get } = one.port.store;
    const failing: typeof get = (id) =>
      id === sessionId(two.session.id) ? Promise.reject(new StoreUnavailable('away')) : get(id);
    two.life.over = true;
    Object.assign(one.port.store, { get: failing });
    const given = throwSwitch(one.ports, ORDER);
    await wait(1_900);
    expect(one.state()).toEqual(['ordered']);
    await wait(300);
    expect(one.state()).toEqual(['overdue']);
    expect((await drive(scheduler, given)).acknowledged).toBe(false);
    Object.assign(one.port.store, { get });
    await wait(4_000);
    expect(one.state()).toEqual(['acknowledged']);
    expect(stop()?.acknowledged_ms).toBeGreaterThan(2_000);
  });

  it('is left to whoever gave it for two and a half seconds, and then seen to', async () => {
    const one = await machine();
    one.hostStop.take(ORDER);
    await drive(scheduler, one.session.publishOrders());
    await wait(2_300);
    expect(stop()?.acknowledged_ms).toBeUndefined();
    await wait(1_500);
    expect(one.state()).toEqual(['acknowledged']);
  });

  it('is acknowledged by the others when its killer died right after the gate', async () => {
    const [one, two] = [await machine(), await machine()];
    one.hostStop.take(ORDER);
    await drive(scheduler, one.session.publishOrders());
    one.life.over = true;
    await wait(600);
    expect(two.state()).toEqual(['ordered']);
    await wait(12_000);
    expect(two.state()).toEqual(['acknowledged']);
  });

  it('that cannot be seen to is told in the log once, and again after it could be in between', async () => {
    const [one, two] = [await machine(), await machine()];
    one.hostStop.take(ORDER);
    await drive(scheduler, one.session.publishOrders());
    two.life.over = true;
    const { get } = one.port.store;
    Object.assign(one.port.store, {
      get: (id: string) => (id === sessionId(two.session.id) ? Promise.reject(new StoreUnavailable('away')) : get(id)),
    });
    const readGate = one.session.readGate.bind(one.session);
    let fails = true;
    jest
      .spyOn(one.session, 'readGate')
      .mockImplementation(() => (fails ? Promise.reject(new Error('a bug')) : readGate()));
    const told = () => lines.filter((line) => line === 'seeing to an order to stop failed').length;
    await wait(6_000);
    expect(told()).toBe(1);
    fails = false;
    await wait(4_500);
    fails = true;
    await wait(6_000);
    expect(told()).toBe(2);
  });

  it('that was released is not written back', async () => {
    const one = await machine();
    one.hostStop.take(ORDER);
    await drive(scheduler, one.session.publishOrders());
    await drive(
      scheduler,
      one.session.changeGate((gate) => ({ ...gate, epoch: gate.epoch + 1, stops: [] })),
    );
    await wait(6_000);
    expect([one.state(), stop()]).toEqual([[], undefined]);
  });
});
