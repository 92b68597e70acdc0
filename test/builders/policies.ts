import { createPublicKey, generateKeyPairSync } from 'crypto';
import type { BundleStatement, BundleFiles, TrustedBundle } from '../../common/policy/bundle';
import { bundleFiles, contentDigest, policyPath } from '../../server/engine/policy/bundle_files';
import { compileBundle } from '../../server/engine/policy/compile_bundle';
import type { CompiledBundle } from '../../server/engine/policy/compiled';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { signBundle } from '../../server/engine/policy/sign_bundle';
import {
  signingKey,
  verificationKey,
  type SigningKey,
  type VerificationKey,
} from '../../server/engine/policy/signature';
import { verifyBundle } from '../../server/engine/policy/verify_bundle';

export interface KeyPair {
  readonly signing: SigningKey;
  readonly verification: VerificationKey;
  readonly privatePem: string;
  readonly publicPem: string;
}

export const aKeyPair = (): KeyPair =>
  keyPairOf(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );

/** @param privatePem PKCS #8 */
export const keyPairOf = (privatePem: string): KeyPair => {
  const publicKey = createPublicKey(privatePem);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { signing: signingKey(privatePem), verification: verificationKey(publicPem), privatePem, publicPem };
};

/** Parses a policy that the test knows to be right. */
export const aPolicy = (source: string) => {
  const parsed = parsePolicy('policy.yaml', source);
  if (!parsed.ok)
    throw new Error(parsed.error.map((fault) => `${fault.line}:${fault.column} ${fault.message}`).join('\n'));
  return parsed.value;
};

export const BLOCK_KNOWN_IOC = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-known-ioc, title: Block sources that match a known IOC, owner: soc-network }
spec:
  layer: action
  mode: enforce
  on: { severity: [high, critical] }
  when: event.rule.origin == "known_ioc" && event.confidence > 0.85 && score.value > 0.8
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;

interface SignedSet {
  readonly files: BundleFiles;
  readonly keys: KeyPair;
  readonly trusted: TrustedBundle;
}

/** Signs a set of policy texts as a bundle. */
export const aBundle = (
  sources: readonly string[],
  options: { version?: number; prev?: string; keys?: KeyPair; approvals?: BundleStatement['approvals'] } = {},
): SignedSet => {
  const keys = options.keys ?? aKeyPair();
  const policies = sources.map(aPolicy).sort((a, b) => (a.policy.metadata.id < b.policy.metadata.id ? -1 : 1));
  const statement = {
    version: options.version ?? 1,
    digest: contentDigest(new Map(policies.map((file) => [policyPath(file), file.source]))),
    prev_digest: options.prev ?? 'genesis',
    created_at: '2026-11-22T09:00:00.000Z',
    author: 'author',
    changelog: 'test',
    approvals: options.approvals ?? [],
  };
  const files = signBundle(bundleFiles(statement, policies), [keys.signing]);
  const verified = verifyBundle(files, { keys: [keys.verification], threshold: 1 });
  if (!verified.ok) throw new Error(`${verified.error.code}: ${verified.error.message}`);
  return { files, keys, trusted: verified.value };
};

export const compiled = (sources: readonly string[]): CompiledBundle => compileBundle(aBundle(sources).trusted);
