import { bundleTarball } from '../../server/adapters/opa/bundle_tarball';
import { FreshnessKeeper } from '../../server/runner/trust/freshness_keeper';
import { KeyringKeeper } from '../../server/runner/trust/keyring_keeper';
import type { ReleaseDesk } from '../../server/runner/doctrine/releases/release';
import type { TrustDesk } from '../../server/runner/doctrine/releases/trust';
import type { LocalMemory } from '../../server/runner/ports';
import type { TrustRules } from '../../server/engine/policy/signature';
import type { TrustedKeys } from '../../server/runner/trust/trusted_keys';

/** Keys that no keyring changes. */
export const fixedKeys = (rules: () => TrustRules): TrustedKeys => ({ rules, follow: async () => undefined });

export const aMemory = (values = new Map<string, string>()): LocalMemory => ({
  read: (key) => values.get(key),
  write: async (key, value) => void values.set(key, value),
});

/** What looks after keys and freshness for an agent, with a memory of its own. */
export const trustDeskOf = (desk: ReleaseDesk, memory: LocalMemory = aMemory()): TrustDesk => {
  const { agent, signers } = desk;
  const { parts } = agent;
  const keyring = new KeyringKeeper({ ...parts, memory, settings: parts.bundles.trust });
  const freshness = new FreshnessKeeper({
    ...parts,
    basics: parts,
    memory,
    rules: { maxAgeMs: 24 * 3_600_000, stale: 'alarm' },
    inForce: {
      statement: () => parts.bundles.active?.bundle.statement,
      floor: () => agent.shift?.parts.session.gate?.bundle_floor ?? 0,
    },
    keys: { rules: () => keyring.rules(), follow: () => keyring.follow(), signers },
    fromFile: () => undefined,
  });
  return { ...desk, format: bundleTarball, keyring, freshness };
};
