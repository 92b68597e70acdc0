import { simBundle, simInventory } from '../../../test/simulation/scenario';
import { World } from '../../../test/simulation/world';

/* What outlives a session. */

describe('a session', () => {
  it('goes on with what its process has seen of the ledgers: a lost session must not make limits young again', async () => {
    const world = new World({
      seed: 1,
      agents: 1,
      bundle: simBundle(),
      inventory: simInventory,
      actions: ['block_ip', 'isolate_host'],
      idempotency: 'set',
    });
    const [machine] = world.agents;
    if (!machine) throw new Error('a world without agents');
    const agent = world.boot(machine);
    await world.scheduler.runUntil(2_000);
    const first = agent.shift;
    const left = first?.leave();
    await world.scheduler.runUntil(6_000);
    await left;
    expect([first === undefined, agent.shift === undefined, agent.shift === first]).toEqual([false, false, false]);
    expect(agent.shift?.parts.ledgerSights).toBe(agent.parts.ledgerSights);
    expect(first?.parts.ledgerSights).toBe(agent.parts.ledgerSights);
  });
});
