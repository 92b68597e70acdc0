import { iso } from '../../common/iso';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import { releaseSwitch } from '../../server/runner/session/kill_switch';
import { received } from '../builders/events';
import { USUAL } from './climate';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * The state index is deleted under agents with effects at a target. They stop and tell; a person orders them to adopt
 * the new one; what is in effect is rebuilt and ends in its time (`protocol.md` 0).
 */

const ORDER = { who: 'ana', why: 'the index was deleted by mistake' };

const eventFor = (world: World, id: string, address: string) =>
  received({
    event_id: id,
    timestamp: iso(EPOCH + world.now),
    confidence: 0.95,
    severity: 'critical',
    source: { ip: address },
    rule: { id: 'r', origin: 'known_ioc' },
  });

describe('adopting a state', () => {
  let world: World;
  let first: SimAgent;
  let second: SimAgent;

  const settled = async <Answer>(promise: Promise<Answer>): Promise<Answer> => {
    let done = false;
    const told = promise.finally(() => {
      done = true;
    });
    while (!done) await world.scheduler.runUntil(world.now + 50);
    return told;
  };
  const handIn = async ({ agent }: SimAgent, id: string, address: string): Promise<void> => {
    if (!agent) throw new Error('the agent does not run');
    await settled(agent.admit(eventFor(world, id, address)));
  };
  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const blocked = (address: string): boolean =>
    [...world.target.entries.keys()].some((key) => key === `block_ip ip:${address}`);
  const gate = () => contentOf('gate', world.store.get(GATE_ID));

  beforeEach(async () => {
    world = new World({
      seed: 7,
      agents: 2,
      bundle: simBundle({ climate: USUAL }),
      inventory: simInventory,
      actions: ['block_ip', 'isolate_host'],
      idempotency: 'set',
    });
    [first, second] = world.agents as [SimAgent, SimAgent];
    world.boot(first);
    world.boot(second);
    await pass(3_000);
    await handIn(first, 'a', '198.51.100.7');
    await pass(3_000);
    expect(blocked('198.51.100.7')).toBe(true);
    for (const machine of world.agents) world.crash(machine);
    world.loseState();
  });

  it('is needed: without it an agent stops, tells, and starts nothing', async () => {
    const agent = world.boot(first);
    await pass(10_000);
    expect(agent.shift).toBeUndefined();
    expect(agent.troubles.map(({ code }) => code)).toContain('state_replaced');
    expect(agent.troubles.map(({ text }) => text).join()).toContain('reflex state adopt');
  });

  it('rebuilds what is in effect, throws the kill switch, and undoes in its time', async () => {
    const adopted = await settled(world.adopt(first, ORDER));
    expect(adopted).toEqual({ how: 'rebuilt', effects: 1, unasked: [] });
    expect(gate()?.stops).toEqual([expect.objectContaining({ scope: 'all', who: 'ana' })]);
    const agent = world.boot(first);
    await pass(8_000);
    expect(agent.troubles.map(({ code }) => code)).toEqual(['bound_lifted']);
    expect(agent.parts.bundles.status?.version).toBe(1);
    expect(blocked('198.51.100.7')).toBe(true);
    await pass(40_000);
    expect(blocked('198.51.100.7')).toBe(false);
    const effects = [...world.store.documents.values()].filter(({ body }) => body.kind === 'effect');
    expect(effects.map(({ body }) => contentOf('effect', body)?.state)).toEqual(['absent']);
  });

  it('starts nothing until a person takes the kill switch back, then works on', async () => {
    await settled(world.adopt(first, ORDER));
    const agent = world.boot(first);
    await pass(8_000);
    await handIn(first, 'b', '198.51.100.8');
    await pass(5_000);
    expect(blocked('198.51.100.8')).toBe(false);
    const session = agent.shift?.session;
    if (!session) throw new Error('not joined');
    await settled(releaseSwitch({ session, hostStop: agent.hostStop }, session.stops));
    // What one source started within the last minute was lost with the state: until it has passed a person decides.
    await handIn(first, 'c', '198.51.100.9');
    await pass(5_000);
    expect(blocked('198.51.100.9')).toBe(false);
    await pass(60_000);
    await handIn(first, 'd', '198.51.100.10');
    await pass(5_000);
    expect(blocked('198.51.100.10')).toBe(true);
  });

  it('lets another agent follow, with what only its own journal knows', async () => {
    world.evidence.records.clear();
    world.target.entries.clear();
    await settled(world.adopt(second, ORDER));
    const before = gate()?.generation;
    const followed = await settled(world.adopt(first, ORDER));
    expect(followed).toMatchObject({ how: 'followed', effects: 1 });
    expect(gate()?.generation).toBe(before);
  });
});
