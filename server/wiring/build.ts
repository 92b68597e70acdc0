import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import { ENGINE_DIGEST } from '../hosts/build_constants';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import type { Ready } from '../routes/route_parts';
import type { HostStop } from '../runner/session/host_stop';
import { buildAudit, type Audit } from './audit';
import { buildAgent, connectorsOf, nameOf, type Acting, type Enforcement, type Ground } from './build_agent';
import { buildSources, type Sources } from './build_sources';
import { buildTrust, type Trust } from './build_trust';
import type { ChangeHub } from './change_hub';
import type { Life } from './life';
import { openDisk, type Disk } from './open_disk';
import { ownMachine } from './own_machine';
import { StatePreparation } from './prepare_state';
import { AskBook } from '../runner/operations/asking/ask_book';
import { addressOf } from './subscriptions';
import { connectorRoom } from './connector_check';
import type { SecretBook } from './secrets';
import { setupOf } from './setup';
import { storesOn, type Stores } from './stores';
import { StoredSecrets } from '../runner/trust/stored_secrets';

/** Everything that one life of the engine is made of. Whoever uses it names what it needs of it. */
export interface Engine
  extends
    Disk,
    Stores,
    Trust,
    Enforcement,
    Acting,
    Sources,
    Pick<Audit, 'audit'>,
    Pick<Ready, 'address' | 'agentName' | 'asks' | 'connectorRoom' | 'setup'> {
  /** True if what comes in during this life belongs to the demo. */
  readonly demo: boolean;
  /** What has to be so in OpenSearch before the agent joins. */
  readonly preparation: StatePreparation;
  readonly storedSecrets: StoredSecrets;
  /** Stored secrets of the settings that were not there when everything was built. */
  readonly lacked: readonly string[];
}

/** What one life of the engine is built with. */
interface BuildOptions {
  readonly life: Life;
  readonly hub: ChangeHub;
  /** Orders to stop of this host; it outlives every life. */
  readonly hostStop: HostStop;
  readonly secrets: SecretBook;
  /** Connectors that only the demo has. */
  readonly demoConnectors: Settings['connectors'];
}

/** The stored secrets of this life; they know what those of the life before knew. */
const storedSecretsOf = (
  { settings, log }: Pick<HostParts, 'settings' | 'log'>,
  {
    disk: { memory },
    stores: { store },
    secrets,
  }: { readonly disk: Pick<Disk, 'memory'>; readonly stores: Pick<Stores, 'store'>; readonly secrets: SecretBook },
): StoredSecrets => {
  const named = Object.keys(settings.storedUses);
  const ports = { store, memory, clock: realClock, log, sealing: secrets.sealing, named };
  const stored = new StoredSecrets(ports, secrets.ofLife);
  secrets.bindStored(stored);
  return stored;
};

const preparationOf = (
  host: Pick<HostParts, 'transport' | 'kind' | 'dataFolder' | 'log'>,
  { disk, stores, trust, enforcement }: Ground,
): StatePreparation =>
  new StatePreparation(host, {
    stores: { ...stores, journal: disk.journal },
    memory: disk.memory,
    name: nameOf(host, disk),
    connectors: enforcement.connectors,
    basics: { clock: realClock, chance: realChance, log: host.log },
    engineDigest: ENGINE_DIGEST,
    archive: stores.archive,
    trust: () => trust.keyring.rules(),
  });

/**
 * Puts the engine together: the disk first, then what stands on it. Nothing here asks OpenSearch: whoever was killed in
 * an outage starts in the outage, undoes what is due, keeps events and takes an order to stop.
 *
 * @throws Error if the settings name something that cannot be used
 */
export const build = async (
  host: HostParts,
  { life, hub, hostStop, secrets, demoConnectors }: BuildOptions,
): Promise<Engine> => {
  const disk = await openDisk(host, life);
  const audit = await buildAudit(host, disk, life);
  const stores = storesOn(host, audit);
  const storedSecrets = storedSecretsOf(host, { disk, stores, secrets });
  const enforcement = connectorsOf(host.settings, demoConnectors, { secrets, store: stores.store });
  const trust = await buildTrust(host, disk, stores, life);
  const own = ownMachine(host, demoConnectors);
  const ground = { disk, stores, enforcement, trust, hostStop, own };
  const preparation = preparationOf(host, ground);
  const acting = buildAgent(host, ground, { hub, prepare: preparation.prepare });
  audit.auditMayBegin.bind(() => acting.agent.shift !== undefined);
  const sources = await buildSources(host, { agent: acting.agent, disk, stores, trust, secrets }, life);
  const name = nameOf(host, disk);
  const setup = setupOf(host, trust, { ...acting, ...sources, ...enforcement, host: name.host });
  const lacked = secrets.lacking();
  return {
    ...disk,
    ...stores,
    ...enforcement,
    ...trust,
    ...acting,
    ...sources,
    audit: audit.audit,
    storedSecrets,
    address: addressOf(host),
    asks: new AskBook(realClock),
    agentName: name.agent,
    connectorRoom: connectorRoom(host.settings, secrets),
    setup,
    lacked,
    preparation,
    demo: host.demo,
  };
};
