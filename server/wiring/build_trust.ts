import { readFileSync } from 'fs';
import { WasmGuardHost } from '../adapters/opa/guard_host';
import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import { inBackground } from '../runner/keeping/in_background';
import type { BundleArchive, Chance, Clock, GuardHost, LocalMemory, Log, StateStore } from '../runner/ports';
import { BundleKeeper, type Doubt } from '../runner/trust/bundle_keeper';
import { FreshnessKeeper } from '../runner/trust/freshness_keeper';
import { KeyringKeeper } from '../runner/trust/keyring_keeper';
import { loadKeys, type Keys } from './keys';
import { lateBound, type LateBound } from './late_bound';
import type { Life } from './life';
import type { Disk } from './open_disk';
import type { Stores } from './stores';
import type { TrustedKeys } from '../runner/trust/trusted_keys';

/** Which bundle may decide: the keys, the bundle in force, and whether it is the newest. */
interface Keepers {
  readonly keyring: KeyringKeeper;
  readonly bundles: BundleKeeper;
  readonly freshness: FreshnessKeeper;
  /** The version that the gate names. Bound by the agent, for only somebody who joined sees the gate. */
  readonly gateFloor: LateBound<number>;
}

/** Whose policies are believed, and what asks their guards. */
export interface Trust extends Keepers {
  readonly keys: Keys;
  readonly guards: GuardHost;
  /** For guards that are only tried, apart from those that decide. */
  readonly guardTrials: GuardHost;
}

/** What the keepers ask of the world. */
interface KeeperPorts {
  readonly store: StateStore;
  readonly archive: BundleArchive;
  readonly memory: LocalMemory;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** What the keepers go by on this host. */
interface KeeperRules {
  readonly keys: Keys;
  readonly settings: Pick<Settings['signing'], 'maxAgeHours' | 'stale' | 'freshnessFile'>;
  /** Gets the guards of a bundle ready before that bundle is in force. Undefined: nobody asks guards here. */
  readonly guards?: GuardHost;
}

const HOUR_MS = 3_600_000;
/** A guard on trial may take longer, because a busy machine is not its fault. Everything else waits meanwhile, ms. */
const TRIAL_MS = 200;

const textOf = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A missing statement is a stale one in the end, and that is told.
    return undefined;
  }
};

/** Makes what keeps keys, bundles and their freshness; asks nobody yet. */
export const keepersOf = (ports: KeeperPorts, { keys, settings, guards }: KeeperRules): Keepers => {
  const keyring = new KeyringKeeper({ ...ports, settings: keys.trust });
  const trusted: TrustedKeys = { rules: () => keyring.rules(), follow: () => keyring.follow() };
  // Freshness is about the bundle in force, and a bundle that is not fresh is in doubt.
  const staleness = lateBound<Doubt | undefined>(undefined);
  const bundles = new BundleKeeper({ ...ports, guards, basics: ports, keys: trusted, doubt: staleness.ask });
  const gateFloor = lateBound(0);
  const freshness = new FreshnessKeeper({
    ...ports,
    basics: ports,
    rules: { maxAgeMs: settings.maxAgeHours * HOUR_MS, stale: settings.stale },
    inForce: { statement: () => bundles.active?.bundle.statement, floor: gateFloor.ask },
    keys: { ...trusted, signers: () => keys.signers },
    fromFile: () => textOf(settings.freshnessFile),
  });
  staleness.bind(() => freshness.doubt());
  // A new version is the newest from its first second on, not from the next look on.
  bundles.whenActivated(() => inBackground(ports, 'noting that a bundle is new', freshness.look()));
  return { keyring, bundles, freshness, gateFloor };
};

/**
 * Reads the keys of this host and makes what decides whose policies are believed.
 *
 * @throws Error with a clear sentence if a configured key cannot be read
 */
export const buildTrust = async (
  { settings, dataFolder, log }: Pick<HostParts, 'settings' | 'dataFolder' | 'log'>,
  { memory }: Pick<Disk, 'memory'>,
  { store, archive }: Pick<Stores, 'store' | 'archive'>,
  life: Life,
): Promise<Trust> => {
  const keys = await loadKeys(settings.signing, dataFolder, process.env);
  const guardTrials = new WasmGuardHost({ monotonic: realClock.monotonic, mostMs: TRIAL_MS });
  life.opened('the guards on trial', () => guardTrials.close());
  const guards = new WasmGuardHost({ monotonic: realClock.monotonic });
  life.opened('the guards', () => guards.close());
  const ports = { store, archive, memory, clock: realClock, chance: realChance, log };
  return { ...keepersOf(ports, { keys, settings: settings.signing, guards }), keys, guards, guardTrials };
};
