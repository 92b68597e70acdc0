import { readFileSync } from 'fs';
import type { Settings } from '../hosts/settings';
import { BundleKeeper } from '../runner/trust/bundle_keeper';
import { FreshnessKeeper } from '../runner/trust/freshness_keeper';
import { KeyringKeeper } from '../runner/trust/keyring_keeper';
import { inBackground } from '../runner/keeping/in_background';
import type { BundleArchive, Chance, Clock, GuardHost, LocalMemory, Log, StateStore } from '../runner/ports';
import type { Keys } from './keys';

interface TrustParts {
  readonly store: StateStore;
  readonly archive: BundleArchive;
  readonly memory: LocalMemory;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly keys: Keys;
  readonly settings: Settings['signing'];
  readonly guards?: GuardHost;
  /** The version that the gate names. */
  readonly floor: () => number;
}

export interface Trust {
  readonly bundles: BundleKeeper;
  readonly keyring: KeyringKeeper;
  readonly freshness: FreshnessKeeper;
}

const HOUR_MS = 3_600_000;

const textOf = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A missing statement is a stale one in the end, and that is told.
    return undefined;
  }
};

/** What decides which bundle may decide: the keys, the bundle in force, and whether it is the newest. */
export const trustOf = ({ keys, settings, floor, ...parts }: TrustParts): Trust => {
  const keyring = new KeyringKeeper({ ...parts, settings: keys.trust });
  const trust = () => keyring.rules();
  const renewTrust = () => keyring.follow();
  const bundles: BundleKeeper = new BundleKeeper({ ...parts, trust, renewTrust, doubt: () => freshness.doubt() });
  const freshness = new FreshnessKeeper({
    ...parts,
    rules: { maxAgeMs: settings.maxAgeHours * HOUR_MS, stale: settings.stale },
    active: () => bundles.active?.bundle.statement,
    floor,
    trust,
    renewTrust,
    signingKeys: () => keys.signing,
    fromFile: () => textOf(settings.freshnessFile),
  });
  // A new version is the newest from its first second on, not from the next look on.
  bundles.whenActivated(() => inBackground(parts, 'noting that a bundle is new', freshness.look()));
  return { bundles, keyring, freshness };
};
