import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import type { Agent } from '../../server/runner/agent/agent';
import { realClock } from '../../server/adapters/system/real_clock';
import { simBundle, simInventory } from '../simulation/scenario';
import { EPOCH, World } from '../simulation/world';

/**
 * A whole agent in a fair simulated world whose time goes with the real one, so that real brokers can talk to it. Its
 * decisions are those of the real engine and runner.
 */
export interface LiveAgent {
  readonly agent: Agent;
  readonly world: World;
  /** UTC of the world, for the timestamps of events. */
  readonly utc: () => number;
  /** What was decided, by the event's id: verdict and acts. */
  readonly decisions: () => ReadonlyMap<string, string>;
  readonly stop: () => Promise<void>;
}

const STEP_MS = 5;

const decisionOf = ({ decision }: CaseContent): string =>
  decision === undefined
    ? 'undecided'
    : JSON.stringify([decision.verdict, decision.acts.map(({ action, target, result }) => [action, target, result])]);

export const liveAgent = async (): Promise<LiveAgent> => {
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
  await world.scheduler.runUntil(world.now + 3_000);
  let over = false;
  const pump = async (): Promise<void> => {
    let last = performance.now();
    while (!over) {
      await realClock.sleep(STEP_MS);
      const now = performance.now();
      await world.scheduler.runUntil(world.now + now - last);
      last = now;
    }
  };
  const pumping = pump();
  return {
    agent,
    world,
    utc: () => EPOCH + world.now,
    decisions: () =>
      new Map(
        world.store.search({ kinds: ['case'], limit: 100_000 }).map(({ content }) => {
          const found = content as CaseContent;
          return [found.received.event.event_id, decisionOf(found)];
        }),
      ),
    stop: async () => {
      over = true;
      await pumping;
    },
  };
};
