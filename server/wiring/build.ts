import { ensureIndices } from '../adapters/opensearch/indices';
import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import { readAdoptOrder } from '../hosts/adopt_file';
import { ENGINE_DIGEST } from '../hosts/build_constants';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import type { HostStop } from '../runner/session/host_stop';
import { IDENTITY } from '../runner/agent/adopt';
import { adoptIfOrdered } from './adoption';
import { buildAgent, connectorsOf, nameOf, type Acting, type Enforcement, type Ground } from './build_agent';
import { buildSources, type Sources } from './build_sources';
import { buildTrust, type Trust } from './build_trust';
import type { ChangeHub } from './change_hub';
import type { Life } from './life';
import { openDisk, type Disk } from './open_disk';
import { storesOn, type Stores } from './stores';
import { untilDone } from './until_done';

/** Everything that one life of the engine is made of. Whoever uses it names what it needs of it. */
export interface Engine extends Disk, Stores, Trust, Enforcement, Acting, Sources {
  /** True if what comes in during this life belongs to the demo. */
  readonly demo: boolean;
}

/** What one life of the engine is built with. */
interface BuildOptions {
  readonly life: Life;
  readonly hub: ChangeHub;
  /** Orders to stop of this host; it outlives every life. */
  readonly hostStop: HostStop;
  /** Connectors that only the demo has. */
  readonly demoConnectors: Settings['connectors'];
  /** Told after each try in vain why it waits. */
  readonly tell: (why: string) => void;
}

/** Makes a missing state index only where none was known before, or where a person ordered to adopt another one. */
const prepareIndices = async (
  { transport, replicas, dataFolder }: Pick<HostParts, 'transport' | 'replicas' | 'dataFolder'>,
  { memory }: Disk,
): Promise<void> => {
  const mayCreateState = memory.read(IDENTITY) === undefined || readAdoptOrder(dataFolder) !== undefined;
  await ensureIndices(transport, { replicas, mayCreateState });
};

const adopt = (
  host: Pick<HostParts, 'kind' | 'dataFolder' | 'log'>,
  { disk, stores, trust, enforcement }: Ground,
): Promise<void> =>
  adoptIfOrdered(host.dataFolder, {
    stores: { ...stores, journal: disk.journal },
    memory: disk.memory,
    name: nameOf(host),
    connectors: enforcement.connectors,
    basics: { clock: realClock, chance: realChance, log: host.log },
    engineDigest: ENGINE_DIGEST,
    archive: stores.archive,
    trust: trust.keyring.rules(),
  });

/**
 * Puts the engine together: the disk first, then what stands on it. The two steps that wait, for OpenSearch or for a
 * person who settles what happened to the state, stand between the functions that build.
 *
 * @throws LifeOver once the life is over
 * @throws Error if the settings name something that cannot be used
 */
export const build = async (
  host: HostParts,
  { life, hub, hostStop, demoConnectors, tell }: BuildOptions,
): Promise<Engine> => {
  const disk = await openDisk(host, life);
  await untilDone(life, 'preparing the indices', () => prepareIndices(host, disk), tell);
  const stores = storesOn(host);
  const enforcement = connectorsOf(host.settings, demoConnectors);
  const trust = await buildTrust(host, disk, stores, life);
  const ground = { disk, stores, enforcement, trust, hostStop };
  await untilDone(life, 'adopting the state', () => adopt(host, ground), tell);
  const acting = buildAgent(host, ground, hub);
  const sources = await buildSources(host, { agent: acting.agent, stores, trust }, life);
  return { ...disk, ...stores, ...enforcement, ...trust, ...acting, ...sources, demo: host.demo };
};
