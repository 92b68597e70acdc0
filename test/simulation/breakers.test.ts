import { iso } from '../../common/iso';
import type { BreakerNotice, Breakers } from '../../server/runner/agent/breakers/breakers';
import { BREAKER } from '../../server/runner/record/reserved';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { StopOrder } from '../../server/runner/keeping/kinds/gate';
import { releaseSwitch } from '../../server/runner/session/kill_switch';
import { received } from '../builders/events';
import { FAIR } from './network';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World } from './world';

/* A target that breaks: the breaker of its connector trips for all agents, and one act at a time tries it again. */

const WAIT_MS = 10_000;

describe('a connector whose target breaks', () => {
  let world: World;
  let notices: BreakerNotice[];
  let made: number;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const order = (): StopOrder | undefined =>
    contentOf('gate', world.store.get('gate'))?.stops.find(({ scope }) => scope === 'connector:edge');
  const until = async (isSo: () => boolean, what: string, withinMs = 60_000): Promise<void> => {
    const end = world.now + withinMs;
    while (!isSo()) {
      if (world.now > end) throw new Error(`it never came to that: ${what}`);
      await pass(100);
    }
  };
  /** Each agent gets so many events about addresses that nobody named before; each wants one act. */
  const report = (each: number): void => {
    for (const { agent } of world.agents)
      for (let n = 0; n < each; n += 1) {
        made += 1;
        const event = {
          event_id: `e${made}`,
          timestamp: iso(EPOCH + world.now),
          rule: { id: 'r', origin: 'known_ioc' },
          source: { ip: `198.51.${100 + Math.floor(made / 250)}.${made % 250}` },
        };
        void agent?.admit(received(event));
      }
  };
  /** Acts that began to be sent since a moment. */
  const commandsSince = (moment: number): ReadonlySet<string> =>
    new Set(world.sendings.filter(({ at }) => at >= moment).map(({ command }) => command.command_id));
  const breakTarget = (): void => {
    world.weather = { ...FAIR, targetLost: 1 };
  };
  const mendTarget = (): void => {
    world.weather = FAIR;
  };
  const trip = async (): Promise<void> => {
    breakTarget();
    report(8);
    await until(() => order()?.acknowledged_ms !== undefined, 'the breaker trips and all agents obey');
  };
  const verbs = (): readonly string[] =>
    [...(world.evidence.records.get('audit')?.values() ?? [])]
      .map(({ body }) => body as { readonly verb: string; readonly by: string })
      .filter(({ by }) => by === BREAKER)
      .map(({ verb }) => verb);

  beforeEach(async () => {
    notices = [];
    made = 0;
    const breakers: Breakers = {
      rules: {
        connector: { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: WAIT_MS },
        policy: { overridden_percent: 100, acts: 10 },
      },
      tell: (notice) => void notices.push(notice),
      remind: () => undefined,
      trips: new Map(),
    };
    world = new World({
      ...{ seed: 11, agents: 3, bundle: simBundle(), inventory: simInventory, idempotency: 'set', breakers },
      actions: ['block_ip', 'isolate_host'],
    });
    for (const machine of world.agents) world.boot(machine);
    await pass(4_000);
  });

  it('is left alone by all agents until the trial, and by all but one act in it', async () => {
    await trip();
    expect(order()).toMatchObject({ who: BREAKER, breaker: { round: 1 } });
    // As fast as a person's: whoever tripped it asks all others.
    expect(order()?.acknowledged_ms).toBeLessThan(2_000);
    expect(order()?.breaker?.wrong).toBeGreaterThanOrEqual(5);
    const stoppedAt = world.now;
    while (order()?.breaker?.probe === undefined) {
      report(1);
      await pass(500);
      if (order()?.breaker?.probe === undefined) expect(commandsSince(stoppedAt).size).toBe(0);
      if (world.now > stoppedAt + 3 * WAIT_MS) throw new Error('nobody tries it');
    }
    expect(world.now - stoppedAt).toBeGreaterThanOrEqual(WAIT_MS * 0.8);
    // Many at once at every agent: one starts.
    report(10);
    await until(() => order()?.breaker?.round === 2, 'the trial fails');
    expect(commandsSince(stoppedAt).size).toBe(1);
    expect(order()?.breaker).toMatchObject({ wait_ms: 2 * WAIT_MS });
    const secondAt = world.now;
    report(3);
    await pass(2 * WAIT_MS * 0.9);
    expect(commandsSince(secondAt).size).toBe(0);
    expect(notices.map(({ event }) => event)).toEqual(['tripped', 'trial_failed']);
  });

  it('works again for all once one act succeeds, and starts nothing by that', async () => {
    await trip();
    mendTarget();
    const stoppedAt = world.now;
    await until(() => order()?.breaker?.probe !== undefined, 'somebody tries it');
    report(1);
    await until(() => order() === undefined, 'the breaker closes');
    const tried = commandsSince(stoppedAt);
    expect(tried.size).toBe(1);
    await pass(5_000);
    expect(commandsSince(stoppedAt)).toEqual(tried);
    const again = world.now;
    report(2);
    await pass(3_000);
    expect(commandsSince(again).size).toBe(6);
    expect(order()).toBeUndefined();
    expect(verbs()).toEqual(['breaker_trip', 'breaker_close']);
  });

  it('works again without an act where what was there is undone meanwhile', async () => {
    report(1);
    await pass(3_000);
    expect(world.target.entries.size).toBe(3);
    await trip();
    const stoppedAt = world.now;
    await until(() => order() === undefined, 'the breaker closes');
    expect(commandsSince(stoppedAt).size).toBe(0);
    expect(notices.map(({ event, why }) => `${event} ${why}`)[1]).toContain('closed what was undone there is gone');
  });

  it('is tried by another agent where the one that may has died', async () => {
    await trip();
    await until(() => order()?.breaker?.probe !== undefined, 'somebody tries it');
    const first = order()?.breaker?.probe?.session;
    const holder = world.agents.find(({ agent }) => agent?.shift?.session.id === first);
    if (!holder) throw new Error('nobody holds it');
    world.crash(holder);
    mendTarget();
    await until(() => (order()?.breaker?.probe?.session ?? first) !== first, 'another one may try it');
    const from = world.now;
    report(4);
    await until(() => order() === undefined, 'the breaker closes');
    expect(commandsSince(from).size).toBe(1);
  });

  it('is tried by an agent that gets events, where the first one gets none', async () => {
    await trip();
    mendTarget();
    await until(() => order()?.breaker?.probe !== undefined, 'somebody may try it');
    const first = order()?.breaker?.probe?.session;
    await until(
      () => order()?.breaker?.probe !== undefined && order()?.breaker?.probe?.session !== first,
      'another one may try it',
    );
    expect(order()?.breaker?.round).toBe(1);
  });

  it('works again at once where a person resets it, and trips again only on what comes then', async () => {
    await trip();
    mendTarget();
    const [one] = world.agents;
    const { shift, hostStop } = one?.agent ?? {};
    if (!shift || !hostStop) throw new Error('it has not joined');
    const seen = shift.session.stops;
    let done = false;
    void releaseSwitch({ session: shift.session, hostStop }, seen, iso(EPOCH + world.now)).then(() => (done = true));
    await until(() => done, 'it is reset');
    // What was on its way when the target broke is tried once more, and has been given up by then.
    await pass(8_000);
    expect(order()).toBeUndefined();
    const from = world.now;
    report(2);
    await pass(3_000);
    expect([commandsSince(from).size, order()]).toEqual([6, undefined]);
  });
});
