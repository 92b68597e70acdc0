import { sign } from 'crypto';
import type { BundleFiles, BundleStatement, Guards, PolicyFile, TrustedBundle } from '../../common/policy/bundle';
import {
  bundleFiles,
  contentDigest,
  guardsStatement,
  policyPath,
  SIGNATURES,
  signedList,
} from '../../server/engine/policy/bundle_files';
import { signBundle } from '../../server/engine/policy/sign_bundle';
import { statementDigest, verifyBundle } from '../../server/engine/policy/verify_bundle';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC, type KeyPair } from './policies';

/* Bundles as an attacker has them: whole ones of earlier releases, and the means to change them. */

export interface Released {
  readonly statement: BundleStatement;
  readonly files: BundleFiles;
}

/** The policy set of a version: the threshold differs, so that no two versions are equal. */
export const sourcesOf = (version: number): readonly string[] => [
  BLOCK_KNOWN_IOC.replace('0.85', `0.${70 + version}`),
  BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-second').replace('4h', `${version}h`),
];

/** A version signed by some keys, following another. */
export const aRelease = (
  version: number,
  keys: readonly KeyPair[],
  options: {
    readonly prev?: Released;
    readonly sources?: readonly string[];
    readonly carried?: Guards;
  } & Partial<BundleStatement> = {},
): Released => {
  const { prev, sources = sourcesOf(version), carried, ...overrides } = options;
  const policies = sources.map(aPolicy);
  const statement: BundleStatement = {
    version,
    digest: contentDigest(new Map(policies.map((file) => [policyPath(file), file.source]))),
    prev_digest: prev ? statementDigest(prev.statement) : 'genesis',
    created_at: '2026-11-22T09:00:00.000Z',
    author: 'ana',
    changelog: `version ${version}`,
    approvals: [],
    ...(carried ? { guards: guardsStatement(carried) } : {}),
    ...overrides,
  };
  const signing = keys.map((pair) => pair.signing);
  return { statement, files: signBundle(bundleFiles(statement, policies, carried), signing) };
};

export const POLICY = 'reflex/policies/action/block-known-ioc.yaml';

const utf8 = new TextEncoder();
export const textOf = (files: BundleFiles, path: string): string => new TextDecoder().decode(files.get(path));
export const put = (files: BundleFiles, path: string, content: string | Uint8Array): BundleFiles =>
  new Map([...files, [path, typeof content === 'string' ? utf8.encode(content) : content]]);
export const without = (files: BundleFiles, path: string): BundleFiles =>
  new Map([...files].filter(([name]) => name !== path));

export const tokensOf = (files: BundleFiles): readonly string[] => {
  const { signatures, cosignatures } = JSON.parse(textOf(files, SIGNATURES)) as Record<string, string[]>;
  return [...(signatures ?? []), ...(cosignatures ?? [])];
};
export const withTokens = (files: BundleFiles, tokens: readonly string[]): BundleFiles =>
  put(files, SIGNATURES, JSON.stringify({ signatures: tokens.slice(0, 1), cosignatures: tokens.slice(1) }));

/** A token with a header of one's own, signed by a key. */
export const forged = (files: BundleFiles, header: Readonly<Record<string, unknown>>, pair: KeyPair): string => {
  const payload = { files: signedList(files), keyid: pair.signing.keyId };
  const body = [{ alg: 'ES256', typ: 'JWT', kid: pair.signing.keyId, ...header }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(body), { key: pair.signing.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
};

/** A trusted bundle of policies and guards. */
export const aBundleWith = (policies: readonly PolicyFile[], guards?: Guards): TrustedBundle => {
  const keys = aKeyPair();
  const { statement, files } = aRelease(1, [keys], {
    sources: policies.map(({ source }) => source),
    ...(guards ? { carried: guards } : {}),
  });
  const verified = verifyBundle(files, { keys: [keys.verification], threshold: 1 });
  if (!verified.ok) throw new Error(`version ${statement.version}: ${verified.error.message}`);
  return verified.value;
};
