import { hostname } from 'os';
import { join } from 'path';
import { alertReader } from './adapters/alerting/alert_reader';
import { OpenSearchBundleArchive } from './adapters/opensearch/bundle_archive';
import { OpenSearchEvidenceLog } from './adapters/opensearch/evidence_log';
import { ensureIndices } from './adapters/opensearch/indices';
import { OpenSearchInventoryStore } from './adapters/opensearch/inventory_store';
import { OpenSearchStateStore } from './adapters/opensearch/state_store';
import { openFileSpool } from './adapters/spool/file_spool';
import { openFileJournal } from './adapters/system/file_journal';
import { openFileMemory } from './adapters/system/file_memory';
import { FileStop } from './adapters/system/file_stop';
import { realChance } from './adapters/system/real_chance';
import { realClock } from './adapters/system/real_clock';
import { makeConnectors } from './connectors/registry';
import { INITIAL_WEIGHTS, modelOf } from './engine/decision/model';
import { DEFAULT_RETRY } from './engine/execution/retry';
import { ENGINE_DIGEST, REFLEX_VERSION } from './hosts/build_constants';
import type { HostParts, Wire, Wired } from './hosts/host_parts';
import { readAdoptOrder } from './hosts/adopt_file';
import { Agent } from './runner/agent';
import { followAlerts } from './runner/alert_cursor';
import { BundleKeeper } from './runner/bundle_keeper';
import { HistoryBook } from './runner/history';
import { InventoryKeeper } from './runner/inventory';
import { followInventory } from './runner/operations/inventory_files';
import { overview } from './runner/operations/overview';
import { releaseBundle } from './runner/operations/release';
import { inBackground } from './runner/shift_parts';
import { StoreUnavailable, type LocalMemory } from './runner/ports';
import { brakeRoutes } from './routes/brakes';
import { containmentRoutes } from './routes/containments';
import { decisionRoutes } from './routes/decisions';
import { demoRoutes } from './routes/demo';
import { escalationRoutes } from './routes/escalations';
import { evaluateRoutes } from './routes/evaluate';
import { intakeRoutes } from './routes/intake';
import { inventoryRoutes } from './routes/inventory';
import { liveRoute } from './routes/live';
import { openApiRoute } from './routes/openapi';
import { overviewRoutes } from './routes/overview';
import { policyRoutes } from './routes/policies';
import type { RouteParts } from './routes/route_parts';
import { adoptIfOrdered } from './wiring/adoption';
import { ChangeHub } from './wiring/change_hub';
import { ConnectorWatch } from './wiring/connector_health';
import { finishEnding, mayHaveDemo, openDemo, USUAL_DEMO, type Demo, type DemoOptions } from './wiring/demo/demo';
import { loadKeys } from './wiring/keys';
import { secretsOf } from './wiring/secrets';
import { readStarterSet, starterFolder } from './wiring/starter_set';
import { StatusTeller } from './wiring/status_view';
import { ownToken, tokenOwners } from './wiring/tokens';

/*
 * Puts every part together; alone knows all. Routes are registered at once, for hosts take none later; what they work
 * with is there when `start` is through.
 */

/** What exists once everything is ready. */
interface Ready extends Pick<
  RouteParts,
  'agent' | 'desk' | 'alerting' | 'localStop' | 'inventoryStore' | 'tokenOwner'
> {
  readonly memory: LocalMemory;
  readonly health: ConnectorWatch;
  readonly connectorFaults: readonly string[];
  readonly intakeHint: string | undefined;
  readonly close: () => Promise<void>;
}

const RETRY_MS = 1_000;

const say =
  (host: HostParts, status: StatusTeller) =>
  (id: string, title: string, state: 'running' | 'done' | 'failed', detail?: string) => {
    const step = { id, title, state, ...(detail === undefined ? {} : { detail }) };
    status.noteStep(step);
    host.steps(step);
  };

/** Waits for OpenSearch for as long as it takes; anything else that fails is a reason to tell and to try again. */
const untilDone = async <Value>(
  host: HostParts,
  what: string,
  work: () => Promise<Value>,
  stopped: () => boolean,
): Promise<Value | undefined> => {
  while (!stopped()) {
    try {
      return await work();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (!(cause instanceof StoreUnavailable)) host.log.error(`${what} failed`, { why });
      await realClock.sleep(RETRY_MS);
    }
  }
  return undefined;
};

const build = async (
  host: HostParts,
  { hub, demo, stopping }: { hub: ChangeHub; demo: Demo | undefined; stopping: () => boolean },
): Promise<Ready> => {
  const { transport, log, dataFolder, settings, persistent, replicas } = host;
  const memory = await openFileMemory(join(dataFolder, 'memory.json'));
  const mayCreateState = memory.read('state_identity') === undefined;
  await untilDone(
    host,
    'preparing the indices',
    () =>
      ensureIndices(transport, {
        replicas,
        mayCreateState: mayCreateState || readAdoptOrder(dataFolder) !== undefined,
      }),
    stopping,
  );
  const onDamage = (what: unknown): void => log.error('the local disk did not keep everything', { what: String(what) });
  const journal = await openFileJournal({ folder: join(dataFolder, 'journal'), onDamage });
  const spool = await openFileSpool({ folder: join(dataFolder, 'spool'), persistent, onDamage });
  const localStop = new FileStop(join(dataFolder, 'stop.json'));
  const store = new OpenSearchStateStore(transport);
  const evidence = new OpenSearchEvidenceLog(transport, { replicas });
  const inventoryStore = new OpenSearchInventoryStore(transport);
  const archive = new OpenSearchBundleArchive(transport);
  const keys = await loadKeys(settings.signing, dataFolder);
  const { connectors, faults } = makeConnectors(
    [...settings.connectors, ...(demo?.connectors ?? [])],
    secretsOf(settings, process.env),
  );
  const model = modelOf(INITIAL_WEIGHTS);
  const name = { agent: `${host.kind}@${hostname()}`, host: hostname() };
  const basics = { store, evidence, journal, clock: realClock, chance: realChance, log, connectors };
  await untilDone(
    host,
    'adopting the state',
    () =>
      adoptIfOrdered(dataFolder, {
        ...basics,
        ...name,
        memory,
        archive,
        engineDigest: ENGINE_DIGEST,
        trust: keys.trust,
      }),
    stopping,
  );
  const agent = new Agent({
    parts: {
      ...basics,
      bundles: new BundleKeeper({ store, archive, memory, log, trust: () => keys.trust }),
      inventory: new InventoryKeeper(realClock.monotonic),
      history: new HistoryBook(),
      model: () => model,
      engineDigest: ENGINE_DIGEST,
      retry: DEFAULT_RETRY,
      changed: (topic, id) => hub.tell(topic, id),
    },
    spool,
    memory,
    localStop,
    ...name,
    roles: settings.agent.roles,
  });
  const own = host.kind === 'standalone' ? await ownToken(dataFolder) : undefined;
  return {
    agent,
    desk: { agent, archive, signingKeys: () => keys.signing },
    alerting: alertReader(transport),
    localStop,
    inventoryStore,
    memory,
    tokenOwner: tokenOwners([...settings.intake.tokens, ...(own ? [own.entry] : [])]),
    health: new ConnectorWatch(connectors, { clock: realClock, log }),
    connectorFaults: faults.map(({ connector, path, message }) => `connector \`${connector}\`: \`${path}\` ${message}`),
    intakeHint: own?.path,
    close: async () => {
      await spool.end();
      await journal.end();
    },
  };
};

/** Releases the policies that Reflex comes with, on a state that never had any. */
const releaseStarterSet = async ({ agent, desk }: Ready, demo: Demo | undefined): Promise<boolean> => {
  const gate = agent.shift?.session.gate;
  if (gate === undefined) throw new StoreUnavailable('not joined yet');
  if (gate.bundle_floor > 0 || desk.signingKeys().length === 0) return true;
  const folder = starterFolder();
  if (folder === undefined) throw new Error('the starter policies are not beside the program');
  const starter = await readStarterSet(folder, demo === undefined);
  const policies = demo?.policies(starter) ?? starter;
  const released = await releaseBundle(desk, {
    policies,
    author: 'reflex',
    releasedBy: 'reflex',
    changelog: 'the starter set',
    approvals: [],
  });
  if (!released.ok && released.error.code !== 'changed') throw new Error(released.error.message);
  return released.ok;
};

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
    get agent() {
      return must().agent;
    },
    get desk() {
      return must().desk;
    },
    get alerting() {
      return must().alerting;
    },
    get localStop() {
      return must().localStop;
    },
    get inventoryStore() {
      return must().inventoryStore;
    },
    status: (caller) => status.tell(caller),
    overview: () => overview(must().agent),
    onChange: (told) => {
      const unsubscribe = hub.listen(told);
      return life.demo?.watch(unsubscribe) ?? unsubscribe;
    },
    get endDemo() {
      return life.demo && ready ? endDemo : undefined;
    },
    demo: () => host.demo,
  };
  for (const register of [
    intakeRoutes,
    evaluateRoutes,
    overviewRoutes,
    decisionRoutes,
    escalationRoutes,
    containmentRoutes,
    policyRoutes,
    brakeRoutes,
    inventoryRoutes,
    demoRoutes,
    liveRoute,
  ]) {
    register(parts);
  }
  openApiRoute(parts, REFLEX_VERSION);
  const step = say(host, status);
  const begin = async (current: Life): Promise<void> => {
    const stopped = (): boolean => current.over;
    if (demoRuns && (await untilDone(host, 'ending the demo', () => finishEnding(host), stopped))) demoRuns = false;
    if (demoRuns) current.demo = await openDemo(host, demoOptions);
    step('indices', 'Prepare the indices', 'running');
    const built = await build(host, { hub, demo: current.demo, stopping: stopped });
    if (stopped()) return;
    step('indices', 'Prepare the indices', 'done');
    step('join', 'Join the other agents', 'running');
    built.agent.start();
    built.health.start(stopped);
    inBackground(host, 'following the inventory', followInventory(built.agent, built.inventoryStore, stopped));
    inBackground(
      host,
      'following alerts',
      followAlerts({ agent: built.agent, reader: built.alerting, demo: host.demo }, stopped),
    );
    while (!stopped() && built.agent.shift === undefined) await realClock.sleep(50);
    step('join', 'Join the other agents', 'done');
    step('policies', 'Release the starter policies', 'running');
    await untilDone(host, 'releasing the starter policies', () => releaseStarterSet(built, current.demo), stopped);
    step('policies', 'Release the starter policies', 'done');
    ready = built;
    current.demo?.begin({ ...built, reader: built.alerting });
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
    const cleared = await untilDone(
      host,
      'ending the demo',
      async () => demo?.end(),
      () => next.over,
    );
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
