import { hostname } from 'os';
import { join } from 'path';
import { alertReader } from '../adapters/alerting/alert_reader';
import { bundleTarball } from '../adapters/opa/bundle_tarball';
import { opaCompiler } from '../adapters/opa/compile_guards';
import { WasmGuardHost } from '../adapters/opa/guard_host';
import { OpenSearchBundleArchive } from '../adapters/opensearch/bundle_archive';
import { OpenSearchEvidenceLog } from '../adapters/opensearch/evidence_log';
import { ensureIndices } from '../adapters/opensearch/indices';
import { OpenSearchInventoryStore } from '../adapters/opensearch/inventory_store';
import { OpenSearchStateStore } from '../adapters/opensearch/state_store';
import { openFileSpool } from '../adapters/spool/file_spool';
import { openFileJournal } from '../adapters/system/file_journal';
import { openFileMemory } from '../adapters/system/file_memory';
import { FileStop } from '../adapters/system/file_stop';
import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import { makeConnectors } from '../connectors/registry';
import { INITIAL_WEIGHTS, modelOf } from '../engine/decision/model';
import { DEFAULT_RETRY } from '../engine/execution/retry';
import { readAdoptOrder } from '../hosts/adopt_file';
import { ENGINE_DIGEST } from '../hosts/build_constants';
import type { Caller } from '../routes/bind';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import type { Ready as RouteReady } from '../routes/route_parts';
import { Agent } from '../runner/agent/agent';
import { AlertIntake } from '../runner/sources/alerts/alert_intake';
import type { AlertSource } from '../runner/sources/alerts/alert_source';
import { Monitors } from '../runner/sources/alerts/monitors';
import { BacktestDesk } from '../runner/doctrine/backtest/desk';
import { auditActivations } from '../runner/doctrine/releases/audit_activation';
import { HistoryBook } from '../runner/facts/history';
import { InventoryKeeper } from '../runner/facts/inventory';
import { committingTo } from '../runner/doctrine/catalog/policy_commits';
import type { LocalMemory } from '../runner/ports';
import { SourceHealth } from '../runner/sources/source_health';
import { adoptIfOrdered } from './adoption';
import type { ChangeHub } from './change_hub';
import { ConnectorWatch } from './connector_health';
import { policyHome, type PolicyHome } from './doctrine';
import { healthOfAlerts } from './health_of_alerts';
import { configuredSources, type ConfiguredSources } from './intake_sources';
import { loadKeys } from './keys';
import { trustOf, type Trust } from './trust';
import { secretsOf } from './secrets';
import { sourcesOf, type Sources } from './sources';
import { ownToken, tokenOwners } from './tokens';
import { untilDone } from './until_done';

/* The parts of the engine, each made once for one life of it. */

/** A guard that is only tried may take longer, for a busy machine is no fault of it; so long everything else waits. */
const TRIAL_MS = 200;

/** What exists once everything is ready. */
export interface Ready extends RouteReady {
  readonly subscriptions: Sources;
  readonly tokenOwner: (token: string) => Promise<Caller | undefined>;
  readonly policyHome: PolicyHome;
  readonly memory: LocalMemory;
  readonly trust: Trust;
  readonly health: ConnectorWatch;
  readonly alertSource: AlertSource;
  readonly configured: ConfiguredSources;
  readonly connectorFaults: readonly string[];
  readonly intakeHint: string | undefined;
  readonly close: () => Promise<void>;
}

/** What one life of the engine is built with. */
export interface BuildOptions {
  readonly hub: ChangeHub;
  /** Connectors that only the demo has. */
  readonly demoConnectors: Settings['connectors'];
  readonly stopped: () => boolean;
  /** Told why the indices cannot be prepared, while they cannot. */
  readonly tell: (why: string) => void;
}

/** Puts the engine together; waits as long as OpenSearch is away, or until a person settles what happened to it. */
export const build = async (host: HostParts, { hub, demoConnectors, stopped, tell }: BuildOptions): Promise<Ready> => {
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
    { stopped, tell },
  );
  const onDamage = (what: unknown): void => log.error('the local disk did not keep everything', { what: String(what) });
  const journal = await openFileJournal({ folder: join(dataFolder, 'journal'), onDamage });
  const spool = await openFileSpool({ folder: join(dataFolder, 'spool'), persistent, onDamage });
  const localStop = new FileStop(join(dataFolder, 'stop.json'));
  const store = new OpenSearchStateStore(transport);
  const evidence = new OpenSearchEvidenceLog(transport, { replicas });
  const inventoryStore = new OpenSearchInventoryStore(transport);
  const archive = new OpenSearchBundleArchive(transport);
  const keys = await loadKeys(settings.signing, dataFolder, process.env);
  const { connectors, faults } = makeConnectors(
    [...settings.connectors, ...demoConnectors],
    secretsOf(settings, process.env),
  );
  const model = modelOf(INITIAL_WEIGHTS);
  const guards = new WasmGuardHost({ monotonic: realClock.monotonic });
  const guardTrials = new WasmGuardHost({ monotonic: realClock.monotonic, mostMs: TRIAL_MS });
  const name = { agent: `${host.kind}@${hostname()}`, host: hostname() };
  const basics = { store, evidence, journal, clock: realClock, chance: realChance, log, connectors };
  const trust = trustOf({
    ...basics,
    archive,
    memory,
    keys,
    guards,
    settings: settings.signing,
    floor: (): number => agent.shift?.session.gate?.bundle_floor ?? 0,
  });
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
        trust: trust.keyring.rules(),
      }),
    { stopped, tell },
  );
  const agent: Agent = new Agent({
    parts: {
      ...basics,
      bundles: trust.bundles,
      guards,
      guardCompiler: opaCompiler(settings.policies.opa),
      guardTrials,
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
  auditActivations(agent, name);
  const backtests = new BacktestDesk(agent);
  const reader = alertReader(transport);
  const sourceHealth = new SourceHealth(realClock);
  const alertSource: AlertSource = {
    agent,
    reader,
    monitors: new Monitors(reader, realClock),
    health: sourceHealth,
    mappingOf: (monitorId) => sources.mappingOf(monitorId),
    demo: () => host.demo,
  };
  const sources = sourcesOf(host, {
    agent,
    reader,
    health: (source) => healthOfAlerts(sourceHealth, source.monitorIds),
  });
  const configured = configuredSources(host, {
    agent,
    health: sourceHealth,
    secret: secretsOf(settings, process.env),
  });
  const own = host.kind === 'standalone' ? await ownToken(dataFolder) : undefined;
  const policies = await policyHome(host, {
    agent,
    name,
    secret: secretsOf(settings, process.env),
    proposed: async (candidate_id) => {
      const { backtest, days } = settings.policies.release;
      if (backtest === 'required') await backtests.start({ of: 'candidate', candidate_id, days, by: 'reflex' });
    },
  });
  const commits = committingTo(policies.doctrine);
  const desk = { agent, archive, signingKeys: () => keys.signing, rules: settings.policies.release, commits };
  return {
    agent,
    desk,
    doctrine: policies.doctrine,
    policyHome: policies,
    trustDesk: { ...desk, ...trust, format: bundleTarball },
    backtests,
    alerts: new AlertIntake(alertSource),
    alertSource,
    sourceHealth,
    configured,
    webhook: configured.webhook,
    subscriptions: sources,
    sources: sources.desk,
    demo: host.demo,
    localStop,
    inventoryStore,
    memory,
    trust,
    tokenOwner: tokenOwners([...settings.intake.tokens, ...(own ? [own.entry] : [])], sources.tokenOwner),
    health: new ConnectorWatch(connectors, { clock: realClock, log }),
    connectorFaults: faults.map(({ connector, path, message }) => `connector \`${connector}\`: \`${path}\` ${message}`),
    intakeHint: own?.path,
    close: async () => {
      backtests.stop();
      await configured.ended();
      await Promise.all([guards.close(), guardTrials.close()]);
      await spool.end();
      await journal.end();
    },
  };
};
