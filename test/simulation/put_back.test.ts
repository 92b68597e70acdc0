import { contentOf } from '../../server/runner/keeping/state_docs';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import { simBundle, simInventory } from './scenario';
import { World, type SimAgent } from './world';

/*
 * The disk of the node is put back to an earlier moment under a running agent: by its names the index is the same. The
 * agent notices by its own heartbeat, stops and tells, also after a restart, until a person adopts the state.
 */

const ORDER = { who: 'ana', why: 'the machine was put back to a snapshot' };

describe('a state that was put back under a running agent', () => {
  let world: World;
  let machine: SimAgent;
  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const codes = (): readonly string[] => (machine.agent?.troubles ?? []).map(({ code }) => code);

  beforeEach(async () => {
    world = new World({
      ...{ seed: 7, agents: 1, bundle: simBundle(), inventory: simInventory },
      ...{ actions: ['block_ip', 'isolate_host'], idempotency: 'set' },
    });
    [machine] = world.agents as [SimAgent];
    world.boot(machine);
    await pass(3_000);
    const snapshot = world.store.snapshot();
    await pass(5_000);
    expect(machine.agent?.shift).toBeDefined();
    world.store.restore(snapshot);
  });

  it('is found out by the next heartbeat', async () => {
    await pass(400);
    expect(machine.agent?.shift).toBeUndefined();
    await pass(5_000);
    expect(codes()).toContain('state_replaced');
  });

  it('is known to the next process too', async () => {
    await pass(2_000);
    world.crash(machine);
    world.boot(machine);
    await pass(10_000);
    expect(machine.agent?.shift).toBeUndefined();
    expect(codes()).toContain('state_replaced');
  });

  it('is worked with once a person adopts it', async () => {
    await pass(2_000);
    world.crash(machine);
    let adopted = false;
    void world.adopt(machine, ORDER).then(() => (adopted = true));
    await pass(1_000);
    expect(adopted).toBe(true);
    world.boot(machine);
    await pass(5_000);
    expect(machine.agent?.shift).toBeDefined();
    expect(contentOf('gate', world.store.get(GATE_ID))?.adopted?.by).toBe('ana');
  });
});
