import { hostname } from 'os';
import { opaCompiler } from '../adapters/opa/compile_guards';
import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import { egressOf } from '../../common/entity/egress';
import { THIS_MACHINE } from '../connectors/connector_kind';
import { makeConnectors } from '../connectors/registry';
import { INITIAL_WEIGHTS, modelOf } from '../engine/decision/model';
import { DEFAULT_RETRY } from '../engine/execution/retry';
import { ENGINE_DIGEST } from '../hosts/build_constants';
import { handOverSecrets } from '../hosts/settings/hand_over';
import { secretNames } from '../hosts/settings/outcomes';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import { verifyEveryMs } from '../hosts/settings/verify';
import { Agent } from '../runner/agent/agent';
import type { AgentOptions } from '../runner/agent/agent_options';
import { auditActivations } from '../runner/doctrine/releases/audit_activation';
import { HistoryBook } from '../runner/facts/history';
import { ReachBook } from '../runner/executing/reach_book';
import { InventoryKeeper } from '../runner/facts/inventory';
import { PeopleBook } from '../runner/facts/people_here';
import type { OwnMachineKeeper } from '../runner/facts/own_machine';
import { BesideUs } from '../runner/operations/beside_us';
import { SelfTests } from '../runner/operations/self_tests';
import type { Connector, StateStore } from '../runner/ports';
import type { Task } from '../runner/session/leads';
import type { HostStop } from '../runner/session/host_stop';
import { GrantBook } from '../runner/sources/grants';
import { handTask } from '../runner/sources/hand_over/hand_over_keeper';
import { tellTask } from '../runner/sources/outcomes/tell_outcomes';
import { BlockListRoom } from './block_lists';
import { breakersOf } from './breakers';
import type { Trust } from './build_trust';
import type { ChangeHub } from './change_hub';
import { ConnectorWatch } from './connector_health';
import type { Disk } from './open_disk';
import { fixedGrants } from './fixed_grants';
import type { SecretBook } from './secrets';
import type { Stores } from './stores';

/** The systems that enforce what is decided. */
export interface Enforcement {
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Why connectors of the settings are missing, in sentences. */
  readonly connectorFaults: readonly string[];
  /** The lists that some of them serve. */
  readonly blockLists: BlockListRoom;
  /** What they prove themselves with, and everything else that is a secret here. */
  readonly secrets: SecretBook;
}

/** What an agent stands on: everything that is built before it. */
export interface Ground {
  readonly disk: Disk;
  readonly stores: Stores;
  readonly trust: Trust;
  readonly enforcement: Enforcement;
  readonly hostStop: HostStop;
  /** What belongs to this machine and all that it needs. */
  readonly own: OwnMachineKeeper;
}

/** What decides and acts. */
export interface Acting {
  readonly agent: Agent;
  readonly health: ConnectorWatch;
  readonly selfTests: SelfTests;
  readonly besideUs: BesideUs;
  /** What each source may say. */
  readonly grants: GrantBook;
}

/**
 * What this agent is called, and the machine that it runs on. Several agents of one machine have names of their own;
 * agents of earlier versions were called without the part after the `#`.
 */
export const nameOf = (
  { kind }: Pick<HostParts, 'kind'>,
  { agentId }: Pick<Disk, 'agentId'>,
): { readonly agent: string; readonly host: string } => ({
  agent: `${kind}@${hostname()}#${agentId}`,
  host: hostname(),
});

/** Makes the connectors of the settings and those of the demo; calls no target yet. */
export const connectorsOf = (
  settings: Settings,
  ofDemo: Settings['connectors'],
  { secrets, store }: { readonly secrets: SecretBook; readonly store: StateStore },
): Enforcement => {
  const blockLists = new BlockListRoom({ store, chance: realChance });
  const { connectors, faults } = makeConnectors(
    [...settings.connectors, ...ofDemo],
    (name, connector) => secrets.for(`connector ${connector}`)(name),
    { ...THIS_MACHINE, egress: egressOf(settings.egress), lists: blockLists },
  );
  const sentences = faults.map(({ connector, path, message }) => `connector \`${connector}\`: \`${path}\` ${message}`);
  return { connectors, connectorFaults: sentences, blockLists, secrets };
};

const partsOf = (
  { settings, log }: Pick<HostParts, 'settings' | 'log'>,
  {
    disk: { journal },
    stores: { store, evidence, logSearch },
    trust,
    own,
    enforcement: { connectors, secrets },
  }: Ground,
  { hub, grants, health }: { readonly hub: ChangeHub; readonly grants: GrantBook; readonly health: ConnectorWatch },
): AgentOptions['parts'] => {
  const { bundles, guards, guardTrials } = trust;
  const model = modelOf(INITIAL_WEIGHTS);
  const reach = new ReachBook({ connectors, clock: realClock, log });
  return {
    store,
    evidence,
    journal,
    connectors,
    readiness: health,
    log,
    clock: realClock,
    chance: realChance,
    bundles,
    guards,
    guardTrials,
    guardCompiler: opaCompiler(settings.policies.opa),
    inventory: new InventoryKeeper(realClock.monotonic, reach),
    reach,
    history: new HistoryBook(),
    own,
    people: new PeopleBook(realClock),
    searches: { allowed: settings.lookups.indices, log: logSearch },
    grants,
    model: () => model,
    engineDigest: ENGINE_DIGEST,
    retry: DEFAULT_RETRY,
    verifyEveryMs: verifyEveryMs(settings),
    secondOpinions: { percent: settings.escalations.secondOpinionPercent },
    breakers: breakersOf({ settings, log }, secrets.for('breakers')),
    changed: (topic, id) => hub.tell(topic, id),
  };
};

/**
 * What this agent can do where one does it for all: others leave it to those that can. Whoever lacks a secret of a
 * receiver cannot tell it.
 */
export const tasksOf = (
  { agent, handOver, intake, policies }: Pick<Settings, 'agent' | 'handOver' | 'intake' | 'policies'>,
  secret: (name: string) => string | undefined,
): readonly Task[] => {
  const isThere = (name: string): boolean => (secret(name) ?? '') !== '';
  const sources = intake.sources.indices.map(({ name }): Task => `index:${name}`);
  const receivers = intake.outcomes.filter((each) => secretNames(each).every(isThere)).map(tellTask);
  const channels = handOver.channels.filter((each) => handOverSecrets(each).every(isThere)).map(handTask);
  return [
    ...(agent.roles.includes('intake') ? (['alerts', ...sources, ...receivers, ...channels] as const) : []),
    ...(policies.git === undefined ? [] : (['policies'] as const)),
  ];
};

/** Makes the agent and ties trust to what the agent sees at the gate. Nothing runs until it is started. */
export const buildAgent = (
  host: Pick<HostParts, 'demo' | 'kind' | 'settings' | 'log'>,
  ground: Ground,
  { hub, prepare }: { readonly hub: ChangeHub; readonly prepare: AgentOptions['prepare'] },
): Acting => {
  const { disk, trust, enforcement } = ground;
  const name = nameOf(host, disk);
  let made: Agent | undefined;
  // As the agent asks for it, which is made with the grants.
  const store: Pick<StateStore, 'search'> = {
    search: (query) => (made?.parts.store ?? ground.stores.store).search(query),
  };
  const grants = new GrantBook({ store, clock: realClock, log: host.log }, fixedGrants(host));
  const health = new ConnectorWatch(enforcement.connectors, {
    clock: realClock,
    chance: realChance,
    log: host.log,
    evidence: ground.stores.evidence,
    agent: name.agent,
    changed: (topic, id) => hub.tell(topic, id),
  });
  const agent = (made = new Agent({
    parts: partsOf(host, ground, { hub, grants, health }),
    spool: disk.spool,
    memory: disk.memory,
    place: disk.place,
    hostStop: ground.hostStop,
    prepare,
    ...name,
    roles: host.settings.agent.roles,
    tasks: tasksOf(host.settings, enforcement.secrets.peek),
    storedSecrets: host.settings.storedUses,
  }));
  enforcement.blockLists.bind(() => agent.shift !== undefined);
  trust.gateFloor.bind(() => agent.shift?.session.gate?.bundle_floor ?? 0);
  auditActivations(agent, name);
  return { agent, grants, health, selfTests: new SelfTests(), besideUs: new BesideUs() };
};
