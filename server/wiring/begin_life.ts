import type { HostParts } from '../hosts/host_parts';
import { realClock } from '../adapters/system/real_clock';
import type { Agent } from '../runner/agent/agent';
import { followReleases } from '../runner/doctrine/releases/release_pickup';
import { inBackground } from '../runner/keeping/in_background';
import { followInventory } from '../runner/operations/inventory_files';
import type { HostStop } from '../runner/session/host_stop';
import { followAlerts } from '../runner/sources/alerts/alert_cursor';
import { build, type Engine } from './build';
import type { ChangeHub } from './change_hub';
import type { Demo } from './demo/demo';
import type { HostDemo } from './demo/host_demo';
import type { Life } from './life';
import { releaseStarterSet } from './starter_set';
import type { StartSteps } from './start_steps';
import { untilDone } from './until_done';

/** What outlives a life of the engine. */
interface LifeSetting {
  readonly host: HostParts;
  readonly demo: HostDemo;
  readonly hub: ChangeHub;
  readonly hostStop: HostStop;
  readonly steps: StartSteps;
}

/** Troubles that keep an agent from joining until a person does something. */
const CANNOT_JOIN: readonly string[] = ['state_replaced', 'engine_too_old', 'older_agents_run', 'disk_full'];
const LOOK_AGAIN_MS = 50;
const ASK_PERSON_MS = 1_000;

/** Starts the agent and what watches over it. All of it ends with the life. */
export const startAgent = (
  { agent, health, freshness }: Pick<Engine, 'agent' | 'health' | 'freshness'>,
  life: Life,
): void => {
  agent.start();
  life.opened('the agent', () => agent.stop());
  health.start(life.isOver);
  inBackground(life, 'watching that the bundle is fresh', freshness.run(life.isOver));
};

/** Starts everything that follows what others do. All of it ends with the life. */
export const startFollowing = (
  engine: Pick<Engine, 'agent' | 'subscriptions' | 'configured' | 'inventoryStore' | 'alertSource' | 'alerts' | 'desk'>,
  life: Life,
): void => {
  const { isOver } = life;
  engine.subscriptions.start(isOver);
  engine.configured.start(life);
  inBackground(life, 'following the inventory', followInventory(engine.agent, engine.inventoryStore, isOver));
  inBackground(life, 'following alerts', followAlerts(engine.alertSource, isOver));
  inBackground(life, 'answering doorbells', engine.alerts.run(isOver));
  inBackground(life, 'going on with releases', followReleases(engine.desk, isOver));
};

/**
 * Resolves once the agent has joined. What a person has to do before it can is told meanwhile.
 *
 * @throws LifeOver
 */
export const untilJoined = async (
  agent: Pick<Agent, 'shift' | 'troubles'>,
  steps: StartSteps,
  life: Life,
): Promise<void> => {
  steps.note('join', 'running');
  while (agent.shift === undefined) {
    life.goOn();
    const why = agent.troubles.find(({ code }) => CANNOT_JOIN.includes(code))?.text;
    if (why !== undefined) steps.note('join', 'running', why);
    await realClock.sleep(why === undefined ? LOOK_AGAIN_MS : ASK_PERSON_MS, life.signal);
  }
  steps.note('join', 'done');
};

const releaseStarters = async (
  engine: Pick<Engine, 'agent' | 'desk'>,
  demo: Demo | undefined,
  { steps, life }: { readonly steps: StartSteps; readonly life: Life },
): Promise<void> => {
  steps.note('policies', 'running');
  const adapt: Parameters<typeof releaseStarterSet>[1] = demo && ((starter) => demo.policies(starter));
  await untilDone(life, 'releasing the starter policies', () => releaseStarterSet(engine, adapt));
  steps.note('policies', 'done');
};

/**
 * One life from its first step until it is ready. Waits for OpenSearch for as long as it takes.
 *
 * @throws LifeOver once the life is over
 */
export const beginLife = async (
  { host: given, demo: ofHost, hub, hostStop, steps }: LifeSetting,
  life: Life,
): Promise<Engine> => {
  const demo = await ofHost.open(life);
  const host = { ...given, demo: ofHost.runs };
  const waits = (why?: string): void => steps.note('indices', 'running', why);
  waits();
  const engine = await build(host, { life, hub, hostStop, demoConnectors: demo?.connectors ?? [], tell: waits });
  life.goOn();
  steps.note('indices', 'done');
  startAgent(engine, life);
  startFollowing(engine, life);
  await untilJoined(engine.agent, steps, life);
  await releaseStarters(engine, demo, { steps, life });
  inBackground(life, 'following the policy repository', engine.policyHome.follow(life.isOver));
  demo?.begin(engine, life);
  return engine;
};
