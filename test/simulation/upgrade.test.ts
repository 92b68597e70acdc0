import { iso } from '../../common/iso';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import type { Agent } from '../../server/runner/agent/agent';
import { STATE_SCHEMA } from '../../server/runner/ports';
import { received } from '../builders/events';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * Two versions of Reflex meet at one state: the newer one waits for the older ones to stop, takes everything over, and
 * from then on no older one joins (`docs/decisions/014-upgrades.md`).
 */

const OLD = STATE_SCHEMA;
const NEW = STATE_SCHEMA + 1;
const ADDRESS = '198.51.100.7';
/** Of the policy of the simulation. */
const TTL_MS = 30_000;

describe('agents of two versions', () => {
  let world: World;
  let older: SimAgent;
  let newer: SimAgent;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const isBlocked = (): boolean => [...world.target.entries.keys()].includes(`block_ip ip:${ADDRESS}`);
  const block = async ({ agent }: SimAgent): Promise<void> => {
    void agent?.admit(
      received({
        event_id: `at ${world.now}`,
        timestamp: iso(EPOCH + world.now),
        confidence: 0.95,
        severity: 'critical',
        source: { ip: ADDRESS },
        rule: { id: 'r', origin: 'known_ioc' },
      }),
    );
    await pass(3_000);
    expect(isBlocked()).toBe(true);
  };
  const gate = () => contentOf('gate', world.store.get(GATE_ID));
  const codes = (agent: Agent): readonly string[] => agent.troubles.map(({ code }) => code);
  const until = async (done: () => boolean, mostMs: number): Promise<void> => {
    for (const end = world.now + mostMs; !done() && world.now < end;) await pass(100);
    expect(done()).toBe(true);
  };

  beforeEach(async () => {
    world = new World({
      seed: 11,
      agents: 3,
      bundle: simBundle(),
      inventory: simInventory,
      actions: ['block_ip', 'isolate_host'],
      idempotency: 'set',
    });
    [older, newer] = world.agents as [SimAgent, SimAgent];
    world.boot(older, OLD);
    await pass(3_000);
  });

  it('lets the older one work on, and waits for it by name', async () => {
    const agent = world.boot(newer, NEW);
    await block(older);
    await pass(20_000);
    expect(agent.shift).toBeUndefined();
    expect(agent.troubles).toContainEqual({
      code: 'older_agents_run',
      text: expect.stringContaining('agent-0') as string,
    });
    expect(older.agent && codes(older.agent)).toEqual([]);
    expect(gate()?.engine_floor).toBe(OLD);
    await until(() => !isBlocked(), TTL_MS);
    expect(world.sendings.map((each) => each.agent)).toEqual(['agent-0']);
  });

  it('hands an order to stop on to the older one, though it may not join', async () => {
    const agent = world.boot(newer, NEW);
    await pass(10_000);
    expect(codes(agent)).toEqual(['older_agents_run']);
    agent.hostStop.take({ scope: 'all', who: 'ann', why: 'too much' });
    await pass(1_500);
    expect(older.agent?.shift?.session.isStopped('block_ip', 'edge', 'p')).toBe(true);
    expect([agent.shift, codes(agent)]).toEqual([undefined, ['older_agents_run']]);
  });

  it('takes over when the older one has stopped, and undoes in its time', async () => {
    await block(older);
    const since = world.now;
    void older.agent?.stop();
    await pass(3_500);
    world.crash(older);
    const agent = world.boot(newer, NEW);
    await pass(2_000);
    expect([agent.shift === undefined, codes(agent)]).toEqual([false, []]);
    expect([gate()?.engine_floor, world.store.schema]).toEqual([NEW, NEW]);
    await until(() => !isBlocked(), TTL_MS + 20_000);
    expect(world.now - since).toBeGreaterThan(TTL_MS - 3_000);
    await pass(10_000);
    const effects = [...world.store.documents.values()].filter(({ body }) => body.kind === 'effect');
    expect(effects.map(({ body }) => contentOf('effect', body)?.state)).toEqual(['absent']);
  });

  it('takes over from one that was killed, once it has surely lost its permit', async () => {
    await block(older);
    world.crash(older);
    const agent = world.boot(newer, NEW);
    await pass(3_000);
    expect(agent.shift).toBeUndefined();
    await until(() => agent.shift !== undefined, 5_000);
  });

  it('keeps out one that was frozen, for good and by name, and it undoes nothing by itself', async () => {
    await block(older);
    older.box.frozen = true;
    const agent = world.boot(newer, NEW);
    await until(() => agent.shift !== undefined, 10_000);
    await until(() => !isBlocked(), TTL_MS + 20_000);
    await block(newer);
    const { length } = world.target.history;
    older.box.thaw();
    await pass(20_000);
    const [frozen] = older.agent ? older.agent.troubles : [];
    expect(frozen).toMatchObject({
      code: 'engine_too_old',
      text: expect.stringContaining(`speaks ${OLD}`) as string,
    });
    expect(world.target.history).toHaveLength(length);
  });

  it('undoes what is due before the one that it keeps out, which does so after a minute if nobody has', async () => {
    await block(older);
    world.crash(older);
    const agent = world.boot(newer, NEW);
    await until(() => agent.shift !== undefined, 10_000);
    world.crash(newer);
    const began = world.now;
    const again = world.boot(older, OLD);
    await pass(TTL_MS + 40_000);
    expect([codes(again), isBlocked()]).toEqual([['engine_too_old'], true]);
    // No newer one is there any more.
    await until(() => !isBlocked(), began + TTL_MS + 65_000 - world.now);
    expect(codes(again)).toEqual(['engine_too_old']);
  });

  it.each([
    ['keeps out', OLD, 'engine_too_old'],
    ['has wait', NEW + 1, 'older_agents_run'],
  ] as const)(
    'has one that it %s undo in time what its journal owes, if OpenSearch goes away then',
    async (_what, schema, code) => {
      await block(older);
      const began = world.now - 3_000;
      world.crash(older);
      const agent = world.boot(newer, NEW);
      await until(() => agent.shift !== undefined, 10_000);
      const shutOut = world.boot(older, schema);
      await pass(3_000);
      expect(codes(shutOut)).toEqual([code]);
      world.storeIsDown = true;
      await pass(began + TTL_MS - 1_000 - world.now);
      expect([isBlocked(), codes(shutOut)]).toEqual([true, expect.arrayContaining(['known_here_only'])]);
      await until(() => !isBlocked(), 6_000 + 3_000);
      expect(world.now - began).toBeGreaterThan(TTL_MS - 100);
      const undone = world.target.history.length;
      world.storeIsDown = false;
      await pass(20_000);
      expect([isBlocked(), world.target.history.length]).toEqual([false, undone]);
    },
  );

  it('goes on with the generation that an upgrade made, on a disk that knows the one before', async () => {
    const before = gate()?.generation;
    world.crash(older);
    const first = world.boot(newer, NEW);
    await until(() => first.shift !== undefined, 10_000);
    expect(gate()?.generation).not.toBe(before);
    const upgraded = world.boot(older, NEW);
    await until(() => upgraded.shift !== undefined, 10_000);
    expect(older.disk.memory.get('state_generation')).toBe(gate()?.generation);
  });

  it('raises the floor once when several start together', async () => {
    const before = gate()?.lineage?.length ?? 0;
    world.crash(older);
    const agents = world.agents.map((machine) => world.boot(machine, NEW));
    await until(() => agents.every(({ shift }) => shift !== undefined), 15_000);
    expect(gate()?.lineage).toHaveLength(before + 1);
  });
});
