import { simBundle, simInventory } from '../../../test/simulation/scenario';
import { World } from '../../../test/simulation/world';
import { ClockWatch } from '../session/clock_watch';

/* What a session hands on to what outlives it. A lost session must not make limits young again. */

describe('a session', () => {
  it('tells the watch over the clock what the gate says, and its ledgers stay as old as its process knows them', async () => {
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
    const heard = jest.spyOn(ClockWatch.prototype, 'noteGate');
    const agent = world.boot(machine);
    await world.scheduler.runUntil(2_000);
    const first = agent.shift;
    expect(heard).toHaveBeenCalledWith(first?.session.gate?.utc);
    const left = first?.leave();
    await world.scheduler.runUntil(6_000);
    await left;
    expect([first === undefined, agent.shift === undefined, agent.shift === first]).toEqual([false, false, false]);
    expect(agent.shift?.parts.ledgerSights).toBe(agent.parts.ledgerSights);
    expect(first?.parts.ledgerSights).toBe(agent.parts.ledgerSights);
  });
});
