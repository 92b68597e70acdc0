import { aRelease } from '../../test/builders/bundles';
import { aKeyPair } from '../../test/builders/policies';
import { realNode, type RealNode } from '../../test/contracts/real_node';
import { quietLog } from '../../test/builders/store_port';
import { aMemory } from '../../test/builders/trust_desk';
import { OpenSearchBundleArchive } from '../adapters/opensearch/bundle_archive';
import { ensureIndices } from '../adapters/opensearch/indices';
import { OpenSearchStateStore } from '../adapters/opensearch/state_store';
import { realChance } from '../adapters/system/real_chance';
import { realClock } from '../adapters/system/real_clock';
import { signKeyring } from '../engine/policy/keyring';
import type { SignedKeyring } from '../../common/policy/trust';
import { signingSettings } from '../hosts/settings/signing';
import { bundleHeadId, bundleHeadOf } from '../runner/keeping/kinds/bundle';
import type { SigningKey } from '../engine/policy/signature';
import { heldSigner } from '../engine/policy/signer';
import { keepersOf } from './build_trust';

jest.setTimeout(60_000);

/* Two agents that share nothing but a real OpenSearch: one holds keys, the other only checks. */

const [old, next] = [aKeyPair(), aKeyPair()];
let node: RealNode;
beforeAll(async () => {
  node = await realNode();
  await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
});
afterAll(() => node.dispose());

const places = () => ({
  store: new OpenSearchStateStore(node.transport, { prefix: node.prefix }),
  archive: new OpenSearchBundleArchive(node.transport, { prefix: node.prefix }),
});
const agent = (signing: readonly SigningKey[], maxAgeHours = 24) =>
  keepersOf(
    { ...places(), memory: aMemory(), clock: realClock, chance: realChance, log: quietLog() },
    {
      keys: { signers: signing.map(heldSigner), trust: { keys: [old.verification], threshold: 1 } },
      settings: { ...signingSettings(), maxAgeHours },
    },
  );
const file = async (release: ReturnType<typeof aRelease>): Promise<void> => {
  const { store, archive } = places();
  const { version, statement_digest, digest } = bundleHeadOf(release.statement);
  await archive.put({ version, statement_digest, digest }, release.files);
  const content = bundleHeadOf(release.statement);
  const unowned = { session: '', owner: '', ordinal: 0, facets: {}, outbox: [] };
  const body = { kind: 'bundle' as const, write_id: realChance.uuid(), content, ...unowned };
  await store.bulk([{ id: bundleHeadId(version), expect: 'absent', body }]);
};

it('freshness and keys of one agent reach the other, and a revoked key is believed by neither', async () => {
  const holder = agent([old.signing]);
  const replica = agent([]);
  const v1 = aRelease(1, [old]);
  await file(v1);
  for (const each of [holder, replica]) await each.bundles.follow(1);
  await holder.freshness.look();
  const before = replica.freshness.until;
  await replica.freshness.look();
  expect(replica.freshness.until).toBeGreaterThanOrEqual(before ?? 0);
  expect(replica.bundles.status).toMatchObject({ version: 1 });

  const statement = {
    version: 1,
    issued_at: new Date().toISOString(),
    threshold: 1,
    keys: [{ public_key: next.publicPem }, { public_key: old.publicPem, revoked: true }],
  };
  const ring = [old, next].reduce<SignedKeyring>((signed, pair) => signKeyring(signed, pair.signing), {
    statement,
    signatures: [],
  });
  expect((await holder.keyring.offer(ring)).ok).toBe(true);
  await replica.freshness.look();
  for (const each of [holder, replica]) {
    expect(each.keyring.version).toBe(1);
    expect(each.bundles.status?.doubt?.code).toBe('bundle_distrusted');
  }
  const v2 = aRelease(2, [next], { prev: v1 });
  await file(v2);
  const fresh = agent([]);
  for (const each of [replica, fresh]) {
    await each.bundles.follow(2);
    expect(each.bundles.status).toMatchObject({ version: 2 });
    expect(each.bundles.status?.doubt).toBeUndefined();
  }
});
