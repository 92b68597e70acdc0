import { realClock } from './adapters/system/real_clock';
import { REFLEX_VERSION } from './hosts/build_constants';
import type { HostParts, Wire, Wired } from './hosts/host_parts';
import { followAlerts } from './runner/sources/alerts/alert_cursor';
import { followInventory } from './runner/operations/inventory_files';
import { inBackground } from './runner/keeping/in_background';
import { StoreUnavailable } from './runner/ports';
import { followReleases } from './runner/doctrine/releases/release_pickup';
import type { Caller } from './routes/bind';
import { registerRoutes } from './routes/register_routes';
import type { RouteParts } from './routes/route_parts';
import { build, type Ready } from './wiring/build';
import { ChangeHub } from './wiring/change_hub';
import { Metrics } from './wiring/metrics';
import { finishEnding, mayHaveDemo, openDemo, USUAL_DEMO, type Demo, type DemoOptions } from './wiring/demo/demo';
import { releaseStarterSet } from './wiring/starter_set';
import { StatusTeller } from './wiring/status_view';
import { untilDone } from './wiring/until_done';

/*
 * Puts every part together; alone knows all. Routes are registered at once, for hosts take none later; what they work
 * with is there when `start` is through.
 */

const say =
  (host: HostParts, status: StatusTeller) =>
  (id: string, title: string, state: 'running' | 'done' | 'failed', detail?: string) => {
    const step = { id, title, state, ...(detail === undefined ? {} : { detail }) };
    status.noteStep(step);
    host.steps(step);
  };

/** Scrapes see what anybody who may look sees. */
const SCRAPER: Caller = { name: 'metrics', may: ['read'], singleUser: false };

/** Troubles that keep an agent from joining until a person does something. */
const CANNOT_JOIN: readonly string[] = ['state_replaced', 'engine_too_old', 'older_agents_run'];

/** One life of the engine: until the host stops, or until the demo ends and another life begins. */
interface Life {
  over: boolean;
  demo?: Demo;
}

/** @param demoOptions how the demo goes, on the one host that has it */
export const wireWith = (given: HostParts, demoOptions: DemoOptions): Wired => {
  let demoRuns = mayHaveDemo(given);
  const host: HostParts = {
    ...given,
    get demo() {
      return demoRuns;
    },
  };
  const hub = new ChangeHub();
  let ready: Ready | undefined;
  let life: Life = { over: false };
  const status = new StatusTeller(host, REFLEX_VERSION, () =>
    ready ? { ...ready, demo: () => host.demo } : undefined,
  );
  const metrics = new Metrics(
    () => ready && { agent: ready.agent, sources: ready.sourceHealth, status: () => status.tell(SCRAPER) },
  );
  const must = (): Ready => {
    if (!ready) throw new StoreUnavailable('Reflex is still getting ready');
    return ready;
  };
  const parts: RouteParts = {
    router: host.router,
    log: host.log,
    identify: host.identify,
    tokenOwner: (token) => ready?.tokenOwner(token),
    loading: () => (ready ? undefined : 'Reflex is still getting ready; `/api/reflex/status` tells what it waits for'),
    ready: must,
    status: (caller) => status.tell(caller),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    onChange: (told) => {
      const unsubscribe = hub.listen(told);
      return life.demo?.watch(unsubscribe) ?? unsubscribe;
    },
    endDemo: async () => (life.demo && ready ? endDemo() : undefined),
  };
  registerRoutes(parts, REFLEX_VERSION);
  const step = say(host, status);
  const begin = async (current: Life): Promise<void> => {
    const stopped = (): boolean => current.over;
    if (demoRuns && (await untilDone(host, 'ending the demo', () => finishEnding(host), { stopped }))) demoRuns = false;
    if (demoRuns) current.demo = await openDemo(host, demoOptions);
    step('indices', 'Prepare the indices', 'running');
    const tell = (why: string): void => step('indices', 'Prepare the indices', 'running', why);
    const demoConnectors = current.demo?.connectors ?? [];
    const built = await build(host, { hub, demoConnectors, stopped, tell });
    if (stopped()) return;
    step('indices', 'Prepare the indices', 'done');
    step('join', 'Join the other agents', 'running');
    built.agent.start();
    built.health.start(stopped);
    built.subscriptions.start(stopped);
    built.configured.start(stopped);
    inBackground(host, 'watching that the bundle is fresh', built.trust.freshness.run(stopped));
    inBackground(host, 'following the inventory', followInventory(built.agent, built.inventoryStore, stopped));
    inBackground(host, 'following alerts', followAlerts(built.alertSource, stopped));
    inBackground(host, 'answering doorbells', built.alerts.run(stopped));
    inBackground(host, 'going on with releases', followReleases(built.desk, stopped));
    while (!stopped() && built.agent.shift === undefined) {
      const why = built.agent.troubles.find(({ code }) => CANNOT_JOIN.includes(code))?.text;
      if (why !== undefined) step('join', 'Join the other agents', 'running', why);
      await realClock.sleep(why === undefined ? 50 : 1_000);
    }
    step('join', 'Join the other agents', 'done');
    step('policies', 'Release the starter policies', 'running');
    const { demo } = current;
    const adapt: Parameters<typeof releaseStarterSet>[1] = demo && ((starter) => demo.policies(starter));
    await untilDone(host, 'releasing the starter policies', () => releaseStarterSet(built, adapt), { stopped });
    step('policies', 'Release the starter policies', 'done');
    inBackground(host, 'following the policy repository', built.policyHome.follow(stopped));
    ready = built;
    demo?.begin(built);
  };
  /** Nothing of this life works any more when it resolves; effects stay at their targets. */
  const endLife = async (): Promise<Life> => {
    const ending = life;
    const built = ready;
    ending.over = true;
    ready = undefined;
    ending.demo?.rest();
    await built?.agent.stop();
    await built?.close();
    return ending;
  };
  const endDemo = async (): Promise<number> => {
    const { demo } = await endLife();
    const next: Life = { over: false };
    life = next;
    const cleared = await untilDone(host, 'ending the demo', async () => demo?.end(), { stopped: () => next.over });
    demoRuns = false;
    if (!next.over) await begin(next);
    return cleared ?? 0;
  };
  return {
    start: () => begin(life),
    stop: async () => {
      const containments = ready?.agent.shift?.effects.size ?? 0;
      const { demo } = await endLife();
      await demo?.close();
      return { containments };
    },
  };
};

export const wire: Wire = (host) => wireWith(host, USUAL_DEMO);
