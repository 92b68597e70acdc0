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
import type { LifeTurns } from './engine_life';
import type { Life } from './life';
import { releaseStarterSet } from './starter_set';
import type { StatePreparation } from './prepare_state';
import type { SecretBook } from './secrets';
import type { StartSteps } from './start_steps';
import { untilDone } from './until_done';

/** What outlives a life of the engine. */
interface LifeSetting {
  readonly host: HostParts;
  readonly secrets: SecretBook;
  readonly demo: HostDemo;
  readonly hub: ChangeHub;
  readonly hostStop: HostStop;
  readonly steps: StartSteps;
}

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
  inBackground(
    life,
    'watching that the bundle is fresh',
    freshness.run(life.isOver, () => agent.isAlone),
  );
};

/** Looks at whoever policies in force keep and want to be seen. */
const lookAtHosts = async ({ parts }: Pick<Agent, 'parts'>, isOver: () => boolean): Promise<void> => {
  const { reach, inventory, bundles } = parts;
  const keeps = (): ReturnType<typeof bundles.brakeRules>['keeps'] => bundles.brakeRules(realClock.utc()).keeps;
  await reach?.follow(isOver, { keeps, membersOf: (role) => inventory.membersOf(role) });
};

/** Starts everything that follows what others do. All of it ends with the life. */
export const startFollowing = (
  engine: Pick<
    Engine,
    | 'agent'
    | 'subscriptions'
    | 'configured'
    | 'telling'
    | 'handing'
    | 'grants'
    | 'inventoryStore'
    | 'alertSource'
    | 'alerts'
    | 'desk'
    | 'made'
    | 'revoked'
    | 'readings'
    | 'storedSecrets'
  >,
  life: Life,
): void => {
  const { isOver } = life;
  const isAlone = (): boolean => engine.agent.isAlone;
  inBackground(life, 'following grants', engine.grants.follow(isOver));
  inBackground(life, 'following chosen presets', engine.readings.follow(isOver));
  engine.subscriptions.start(isOver);
  engine.configured.start(life);
  engine.telling.start(life);
  engine.handing.start(life);
  inBackground(life, 'following made tokens', engine.made.follow(isOver, isAlone));
  inBackground(life, 'following revoked tokens', engine.revoked.follow(isOver, isAlone));
  inBackground(life, 'following stored secrets', engine.storedSecrets.follow(isOver, isAlone));
  inBackground(life, 'following the inventory', followInventory(engine.agent, engine.inventoryStore, isOver));
  inBackground(life, 'looking whether hosts can be reached', lookAtHosts(engine.agent, isOver));
  inBackground(life, 'following alerts', followAlerts(engine.alertSource, isOver));
  inBackground(life, 'answering doorbells', engine.alerts.run(isOver));
  inBackground(life, 'going on with releases', followReleases(engine.desk, isOver, isAlone));
};

/**
 * Resolves once the agent has joined. What a person has to do before it can is told meanwhile.
 *
 * @throws LifeOver
 */
export const untilJoined = async (
  agent: Pick<Agent, 'shift' | 'cannotJoin'>,
  steps: StartSteps,
  life: Life,
): Promise<void> => {
  steps.note('join', 'running');
  while (agent.shift === undefined) {
    life.goOn();
    const why = agent.cannotJoin?.text;
    if (why !== undefined) steps.note('join', 'running', why);
    await realClock.sleep(why === undefined ? LOOK_AGAIN_MS : ASK_PERSON_MS, life.signal);
  }
  steps.note('join', 'done');
};

/** How far the preparation is. Where the agent may not even begin it, the agent says why. */
export const preparationOf = ({
  preparation,
  agent,
}: {
  readonly preparation: Pick<StatePreparation, 'isDone' | 'why'>;
  readonly agent: Pick<Agent, 'cannotJoin'>;
}): Pick<StatePreparation, 'isDone' | 'why'> => ({
  get isDone() {
    return preparation.isDone;
  },
  get why() {
    return preparation.why ?? agent.cannotJoin?.text;
  },
});

/**
 * Resolves once the state is fit to be joined. Why it is not yet is told meanwhile.
 *
 * @throws LifeOver
 */
export const untilPrepared = async (
  preparation: Pick<StatePreparation, 'isDone' | 'why'>,
  steps: StartSteps,
  life: Life,
): Promise<void> => {
  let told: string | undefined;
  steps.note('indices', 'running');
  while (!preparation.isDone) {
    life.goOn();
    const { why } = preparation;
    if (why !== told) steps.note('indices', 'running', why);
    told = why;
    await realClock.sleep(LOOK_AGAIN_MS, life.signal);
  }
  steps.note('indices', 'done');
};

/** Looks whether a person orders to adopt the state while this life lives; what follows takes a new life. */
export const watchForAdoption = async (
  preparation: Pick<StatePreparation, 'isOrderedAnew'>,
  renew: () => unknown,
  { signal, isOver, log }: Life,
): Promise<void> => {
  while (!isOver()) {
    if (preparation.isOrderedAnew) {
      log.warn('a person ordered to adopt the state; this agent begins anew and carries it out');
      renew();
      return;
    }
    await realClock.sleep(ASK_PERSON_MS, signal);
  }
};

/**
 * Looks whether a stored secret arrives that was not there when this life was built: whatever needs it was not made,
 * and takes a new life.
 */
export const watchForSecrets = async (
  { lacked, storedSecrets }: Pick<Engine, 'lacked' | 'storedSecrets'>,
  renew: () => unknown,
  { signal, isOver, log }: Life,
): Promise<void> => {
  while (lacked.length > 0 && !isOver()) {
    const there = lacked.filter((name) => storedSecrets.value(name) !== undefined);
    if (there.length > 0) {
      log.info('stored secrets that the settings use are there now; this agent begins anew with them', { there });
      renew();
      return;
    }
    await realClock.sleep(ASK_PERSON_MS, signal);
  }
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
 * From everything built until it is ready. What needs no OpenSearch works from the moment at which it stands; the rest
 * waits for OpenSearch for as long as it takes.
 *
 * @throws LifeOver once the life is over
 */
export const standAndJoin = async (
  engine: Engine,
  { demo, steps }: { readonly demo: Demo | undefined; readonly steps: StartSteps },
  life: Life,
  { stands, renew }: LifeTurns<Engine>,
): Promise<void> => {
  // INVARIANT (INV-4, INV-6): before OpenSearch is waited for, so that due effects are undone and an order to stop is
  // taken while it is away.
  startAgent(engine, life);
  stands(engine);
  inBackground(life, 'watching for an order to adopt', watchForAdoption(engine.preparation, renew, life));
  inBackground(life, 'watching for stored secrets', watchForSecrets(engine, renew, life));
  await untilPrepared(preparationOf(engine), steps, life);
  startFollowing(engine, life);
  await untilJoined(engine.agent, steps, life);
  await releaseStarters(engine, demo, { steps, life });
  inBackground(life, 'following the policy repository', engine.policyHome.follow(life.isOver));
  demo?.begin(engine, life);
};

/**
 * One life from its first step until it is ready.
 *
 * @throws LifeOver once the life is over
 */
export const beginLife = async (
  { host: given, secrets, demo: ofHost, hub, hostStop, steps }: LifeSetting,
  life: Life,
  turns: LifeTurns<Engine>,
): Promise<void> => {
  const demo = await ofHost.open(life);
  const host = { ...given, demo: ofHost.runs };
  const engine = await build(host, { life, hub, hostStop, secrets, demoConnectors: demo?.connectors ?? [] });
  life.goOn();
  await standAndJoin(engine, { demo, steps }, life, turns);
};
