import { iso } from '../../common/iso';
import { createHmac } from 'crypto';
import type { BundleFaultCode } from '../../common/policy/bundle_fault';
import type { BundleFiles } from '../../common/policy/bundle';
import { guardPath, GUARDS_MODULE, MANIFEST, signedList } from '../../server/engine/policy/bundle_files';
import { signBundle } from '../../server/engine/policy/sign_bundle';
import { signFreshness } from '../../server/engine/policy/freshness';
import { signValue, verificationKey, type TrustRules } from '../../server/engine/policy/signature';
import { statementDigest } from '../../server/engine/policy/verify_bundle';
import { BundleKeeper } from '../../server/runner/trust/bundle_keeper';
import type { BundleArchive, StateStore } from '../../server/runner/ports';
import { aRelease, forged, POLICY, put, sourcesOf, textOf, tokensOf, without, withTokens, type Released } from '../builders/bundles'; // prettier-ignore
import { A_GUARDED_POLICY, someGuards } from '../builders/guards';
import { aKeyPair } from '../builders/policies';
import { quietLog } from '../builders/store_port';
import { aMemory, fixedKeys } from '../builders/trust_desk';

/*
 * X8: what somebody can do to the law of automation who holds the archive and the state, but no key that is needed.
 * An agent that has version 2 in force is given something else as the next one: it is refused with a reason of its
 * own, version 2 stays, and when the attack is over the right version 3 comes into force.
 */

const signer = aKeyPair();
const second = aKeyPair();
const stranger = aKeyPair();
const robbed = aKeyPair();
const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const HOUR = 3_600_000;

const trusting = (overrides: Partial<TrustRules> = {}): TrustRules => ({
  keys: [signer.verification, second.verification, verificationKey(robbed.publicPem, true)],
  threshold: 1,
  now: NOW,
  ...overrides,
});
const pair = [signer, second];
const v1 = aRelease(1, pair);
const v2 = aRelease(2, pair, { prev: v1 });
const v3 = aRelease(3, pair, { prev: v2 });
const v4 = aRelease(4, pair, { prev: v3 });

/** An agent with version 2 in force, and what the archive then holds as the version that the gate names. */
const agentWith = async (rules: TrustRules = trusting()) => {
  const filed = new Map<number, BundleFiles>([v1, v2, v3, v4].map((each) => [each.statement.version, each.files]));
  const store = {
    get: async (id: string) => ({ kind: 'bundle', content: { statement_digest: id } }),
  } as unknown as StateStore;
  const archive = { get: async (version: number) => filed.get(version) } as unknown as BundleArchive;
  const keeper = new BundleKeeper({
    store,
    archive,
    memory: aMemory(),
    basics: { log: quietLog() },
    keys: fixedKeys(() => rules),
  });
  await keeper.follow(2);
  return { keeper, filed };
};

const attack = async (
  files: BundleFiles,
  { rules, version = 3 }: { readonly rules?: TrustRules; readonly version?: number } = {},
): Promise<BundleFaultCode | undefined> => {
  const { keeper, filed } = await agentWith(rules);
  expect(keeper.status?.version).toBe(2);
  filed.set(version, files);
  await keeper.follow(version);
  const { version: inForce, refused } = keeper.status ?? {};
  // INVARIANT (INV-9): the last known good stays, and what is right comes into force once it is there.
  expect([inForce, keeper.active?.bundle.statement]).toEqual([2, v2.statement]);
  if (version === 3) {
    filed.set(3, v3.files);
    await keeper.follow(3);
    expect([keeper.status?.version, keeper.status?.refused]).toEqual([3, undefined]);
  }
  return refused?.fault.code;
};

const one = (overrides: Parameters<typeof aRelease>[2] = {}): Released =>
  aRelease(3, [signer], { prev: v2, ...overrides });
const guards = someGuards('change_freeze', 'quiet_networks');
/** By a careless signer, who signs whatever files there are. */
const signedAgain = (files: BundleFiles): BundleFiles =>
  signBundle(without(files, '.signatures.json'), [signer.signing]);
const twoWanted = trusting({ threshold: 2 });
const hs256 = (files: BundleFiles, secret: string): string => {
  const body = [
    { alg: 'HS256', typ: 'JWT', kid: signer.signing.keyId },
    { files: signedList(files), keyid: signer.signing.keyId },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
};
const flipped = (token: string): string => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return [header, payload, bytes.toString('base64url')].join('.');
};

interface Attack {
  readonly name: string;
  readonly code: BundleFaultCode;
  readonly files: () => BundleFiles;
  readonly rules?: TrustRules;
  readonly version?: number;
}

const attacks: readonly Attack[] = [
  { name: 'no signature', code: 'unsigned', files: () => without(v3.files, '.signatures.json') },
  { name: 'a stranger’s key', code: 'unknown_key', files: () => aRelease(3, [stranger], { prev: v2 }).files },
  {
    name: 'a stranger’s key under the id of a trusted one',
    code: 'bad_signature',
    files: () => withTokens(v3.files, [forged(v3.files, { kid: signer.signing.keyId }, stranger)]),
  },
  { name: 'a revoked key', code: 'revoked_key', files: () => aRelease(3, [robbed], { prev: v2 }).files },
  {
    name: 'one key of two that are needed',
    code: 'threshold_not_met',
    files: () => one().files,
    rules: twoWanted,
  },
  {
    name: 'one key of two that are needed, and a stranger’s',
    code: 'threshold_not_met',
    files: () => aRelease(3, [signer, stranger], { prev: v2 }).files,
    rules: twoWanted,
  },
  {
    name: 'one key twice for two',
    code: 'duplicate_signature',
    files: () => aRelease(3, [signer, signer], { prev: v2 }).files,
    rules: twoWanted,
  },
  {
    name: 'one key twice with different signatures',
    code: 'duplicate_signature',
    files: () => {
      const { files } = one();
      return withTokens(files, [...tokensOf(files), forged(files, { note: 'another header' }, signer)]);
    },
    rules: twoWanted,
  },
  {
    name: 'the second signature of another release',
    code: 'manifest_changed',
    files: () => withTokens(one().files, [...tokensOf(one().files).slice(0, 1), ...tokensOf(v4.files).slice(1)]),
    rules: twoWanted,
  },
  {
    name: 'the algorithm `none`',
    code: 'wrong_algorithm',
    files: () => withTokens(v3.files, [forged(v3.files, { alg: 'none' }, stranger).replace(/[^.]*$/, '')]),
  },
  {
    name: 'HS256 with the public key for a secret',
    code: 'wrong_algorithm',
    files: () => withTokens(v3.files, [hs256(v3.files, signer.publicPem)]),
  },
  {
    name: 'a freshness statement in place of a signature',
    code: 'signature_malformed',
    files: () =>
      withTokens(v3.files, [
        signFreshness({ version: 3, statement_digest: 'a'.repeat(64), issued_at: '', not_after: '' }, signer.signing),
      ]),
  },
  {
    name: 'a list of the files, signed as something else',
    code: 'signature_malformed',
    files: () => withTokens(v3.files, [signValue('reflex-keyring', { files: signedList(v3.files) }, signer.signing)]),
  },
  {
    name: 'one bit of the signature',
    code: 'bad_signature',
    files: () => withTokens(v3.files, tokensOf(v3.files).map(flipped)),
  },
  { name: 'version 1 again (rollback)', code: 'chain_broken', files: () => v1.files },
  { name: 'version 4 for version 3', code: 'chain_broken', files: () => v4.files },
  {
    name: 'a newer version whose predecessor is withheld',
    code: 'version_gap',
    files: () => aRelease(5, pair, { prev: v4 }).files,
    version: 6,
  },
  {
    name: 'another history (fork)',
    code: 'chain_broken',
    files: () => aRelease(3, pair, { prev: aRelease(2, pair, { prev: v1, changelog: 'another' }) }).files,
  },
  {
    name: 'fast-forward to the last of all numbers',
    code: 'version_out_of_range',
    files: () => one({ version: Number.MAX_SAFE_INTEGER }).files,
  },
  { name: 'version 0', code: 'statement_invalid', files: () => one({ version: 0 }).files },
  {
    name: 'content that has expired',
    code: 'expired',
    files: () => one({ expires_at: iso(NOW - 1) }).files,
  },
  {
    name: 'a key before its time',
    code: 'key_not_yet_valid',
    files: () => aRelease(3, [second], { prev: v2 }).files,
    rules: trusting({ keys: [signer.verification, { ...second.verification, notBefore: NOW + HOUR }] }),
  },
  {
    name: 'a key after its time',
    code: 'key_expired',
    files: () => aRelease(3, [second], { prev: v2 }).files,
    rules: trusting({ keys: [signer.verification, { ...second.verification, notAfter: NOW - HOUR }] }),
  },
  {
    name: 'a policy of another release (mix and match)',
    code: 'file_changed',
    files: () => put(v3.files, POLICY, textOf(v2.files, POLICY)),
  },
  {
    name: 'the manifest of another release (mix and match)',
    code: 'manifest_changed',
    files: () => put(v3.files, MANIFEST, textOf(v4.files, MANIFEST)),
  },
  {
    name: 'a statement of other policies than those in it',
    code: 'digest_mismatch',
    files: () => one({ digest: v2.statement.digest }).files,
  },
  { name: 'a file more', code: 'file_not_signed', files: () => put(v3.files, 'data.json', '{}') },
  { name: 'a file less', code: 'file_missing', files: () => without(v3.files, POLICY) },
  {
    name: 'one byte of a policy',
    code: 'file_changed',
    files: () => put(v3.files, POLICY, textOf(v3.files, POLICY).replace('4h', '9h')),
  },
  {
    name: 'a policy in another layer’s folder',
    code: 'file_not_signed',
    files: () => put(without(v3.files, POLICY), POLICY.replace('action', 'global'), textOf(v3.files, POLICY)),
  },
  {
    name: 'another module of its guards',
    code: 'file_changed',
    files: () => put(one({ carried: guards }).files, GUARDS_MODULE, 'another module'),
  },
  {
    name: 'guards that its statement does not name',
    code: 'digest_mismatch',
    files: () => signedAgain(put(one().files, guardPath('extra'), 'package reflex.guards.extra')),
  },
  {
    name: 'a guard less than its statement names',
    code: 'digest_mismatch',
    files: () => signedAgain(without(one({ carried: guards }).files, guardPath('change_freeze'))),
  },
  {
    name: 'another text of a guard than its statement speaks of',
    code: 'digest_mismatch',
    files: () => signedAgain(put(one({ carried: guards }).files, guardPath('change_freeze'), 'package x')),
  },
  {
    name: 'a policy that asks a guard which is not in it',
    code: 'guard_missing',
    files: () => one({ sources: [...sourcesOf(3), A_GUARDED_POLICY], carried: someGuards('another') }).files,
  },
  { name: '65 MiB', code: 'too_large', files: () => put(v3.files, 'big', new Uint8Array(65 * 1024 * 1024)) },
];

describe('a bundle that somebody tampered with (X8)', () => {
  it('is accepted where nobody did', async () => {
    const { keeper } = await agentWith(twoWanted);
    await keeper.follow(4);
    expect([keeper.status?.version, keeper.status?.refused, keeper.active?.bundle.keyIds]).toEqual([
      4,
      undefined,
      [signer.signing.keyId, second.signing.keyId],
    ]);
  });

  it.each(attacks)('is refused for $name as `$code`; the last good one stays', async ({ code, files, ...options }) => {
    expect(await attack(files(), options)).toBe(code);
  });

  it('is not taken when the gate itself goes back', async () => {
    const { keeper } = await agentWith();
    await keeper.follow(1);
    expect([keeper.status?.version, keeper.status?.refused]).toEqual([2, undefined]);
  });

  it('is not taken by an agent that starts anew and remembers a higher one', async () => {
    const memory = aMemory(new Map([['highest_bundle', '2']]));
    const { filed } = await agentWith();
    const keeper = new BundleKeeper({
      store: {
        get: async (id: string) => ({ kind: 'bundle', content: { statement_digest: id } }),
      } as unknown as StateStore,
      archive: { get: async (version: number) => filed.get(version) } as unknown as BundleArchive,
      memory,
      basics: { log: quietLog() },
      keys: fixedKeys(() => trusting()),
    });
    await keeper.follow(1);
    expect(keeper.active).toBeUndefined();
  });
});

describe('what a bundle is signed with', () => {
  it('serves both sides of a change of keys', async () => {
    const before = trusting({ keys: [signer.verification] });
    const after = trusting({ keys: [verificationKey(signer.publicPem, true), second.verification] });
    for (const rules of [before, after]) {
      const { keeper } = await agentWith(rules);
      await keeper.follow(3);
      expect([keeper.status?.version, keeper.status?.refused]).toEqual([3, undefined]);
    }
  });

  it('is the digest of the one before, through versions whose keys are gone', async () => {
    const old = aRelease(3, [robbed], { prev: v2, sources: sourcesOf(3) });
    const next = aRelease(4, [second], { prev: old });
    const { keeper, filed } = await agentWith();
    filed.set(3, old.files).set(4, next.files);
    await keeper.follow(3);
    expect(keeper.status?.refused?.fault.code).toBe('revoked_key');
    await keeper.follow(4);
    expect([keeper.status?.version, keeper.active?.bundle.statement.prev_digest]).toEqual([
      4,
      statementDigest(old.statement),
    ]);
  });
});
