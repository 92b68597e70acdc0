import { createPublicKey, timingSafeEqual, verify, type KeyObject } from 'crypto';
import { decode, sentence } from '../../../common/codec/decode';
import { json, list, number, record, text } from '../../../common/codec/codecs';
import * as t from 'io-ts';
import type { BundleFiles, BundleStatement, TrustedBundle } from '../../../common/policy/bundle';
import { markTrusted } from '../../../common/policy/mark_trusted';
import { err, ok, type Result } from '../../../common/result';
import { contentDigest, MANIFEST, policyPath, signedList, SIGNATURES } from './bundle_files';
import { digestOf } from './digest';
import { parsePolicies } from './parse_policy';
import { keyIdOf } from './sign_bundle';

/** Why a bundle was refused. Each attack of the TUF list has its own code. */
export type BundleFaultCode =
  | 'too_large'
  | 'unsigned'
  | 'signature_malformed'
  | 'unknown_key'
  | 'revoked_key'
  | 'bad_signature'
  | 'threshold_not_met'
  | 'file_not_signed'
  | 'file_missing'
  | 'file_changed'
  | 'statement_invalid'
  | 'digest_mismatch'
  | 'policy_invalid'
  | 'version_rollback'
  | 'version_gap'
  | 'chain_broken';

export interface BundleFault {
  readonly code: BundleFaultCode;
  readonly message: string;
}

/** A key that may sign bundles. */
export interface VerificationKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly revoked: boolean;
}

/** Reads a public key (SPKI, PEM). Throws if it is none. */
export const verificationKey = (pem: string, revoked = false): VerificationKey => {
  const publicKey = createPublicKey(pem);
  return { keyId: keyIdOf(publicKey), publicKey, revoked };
};

export interface TrustRules {
  readonly keys: readonly VerificationKey[];
  /** How many different keys must have signed. */
  readonly threshold: number;
}

/** Most bytes of all files of a bundle together. */
const MOST_BYTES = 64 * 1024 * 1024;

const SignatureDocument = record(
  { signatures: list(t.string, 1) },
  { cosignatures: list(t.string, 8), plugin: t.string },
);
const Approved = record({
  user: text(),
  at: text(),
  reason: text({ max: 4096 }),
  digest: text(),
  four_eyes: t.boolean,
});
const Statement = record({
  version: number({ min: 1, max: 1_000_000_000, integer: true }),
  digest: text({ min: 64, max: 64 }),
  prev_digest: text({ min: 1, max: 64 }),
  created_at: text(),
  author: text(),
  changelog: text({ max: 65_536 }),
  approvals: list(Approved, 16),
});
const Manifest = record(
  { revision: text(), roots: list(t.string, 8), metadata: record({ reflex: Statement }) },
  { rego_version: number(), wasm: json(65_536) },
);
const Payload = t.type({ files: t.array(t.type({ name: t.string, hash: t.string, algorithm: t.string })) });

const fault = (code: BundleFaultCode, message: string): Result<never, BundleFault> => err({ code, message });

const parseJson = (content: Uint8Array | undefined): unknown => {
  try {
    return content === undefined
      ? undefined
      : (JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown);
  } catch {
    return undefined;
  }
};

interface Signed {
  readonly keyId: string;
  readonly files: t.TypeOf<typeof Payload>['files'];
}

const checkToken = (token: string, { keys }: TrustRules): Result<Signed, BundleFault> => {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const head = parseJson(Buffer.from(header, 'base64url')) as { alg?: unknown; kid?: unknown } | undefined;
  if (!head || rest.length > 0 || head.alg !== 'ES256' || typeof head.kid !== 'string') {
    return fault('signature_malformed', 'a signature is not an ES256 JWT with a key id');
  }
  const key = keys.find((each) => each.keyId === head.kid);
  if (!key) return fault('unknown_key', `key \`${head.kid}\` is not trusted here`);
  if (key.revoked) return fault('revoked_key', `key \`${head.kid}\` is revoked`);
  const valid = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: key.publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!valid) return fault('bad_signature', `the signature by key \`${head.kid}\` does not fit`);
  const body = Payload.decode(parseJson(Buffer.from(payload, 'base64url')));
  return body._tag === 'Left'
    ? fault('signature_malformed', 'a signature lists no files')
    : ok({ keyId: key.keyId, files: body.right.files });
};

const equalHex = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The files must be exactly those that the signature lists, each with the listed content. */
const checkFiles = (files: BundleFiles, { files: signed }: Signed): BundleFault | undefined => {
  const listed = new Map(signed.map((each) => [each.name, each]));
  for (const { name, hash } of signedList(files)) {
    const entry = listed.get(name);
    if (!entry) return { code: 'file_not_signed', message: `file \`${name}\` is not covered by the signature` };
    if (entry.algorithm !== 'SHA-256' || !equalHex(entry.hash, hash))
      return { code: 'file_changed', message: `file \`${name}\` is not the one that was signed` };
    listed.delete(name);
  }
  const [missing] = listed.keys();
  return missing === undefined
    ? undefined
    : { code: 'file_missing', message: `file \`${missing}\` was signed and is not there` };
};

const checkSignatures = (files: BundleFiles, rules: TrustRules): Result<readonly string[], BundleFault> => {
  if (!files.has(SIGNATURES)) return fault('unsigned', 'the bundle has no signature');
  const document = decode(SignatureDocument, parseJson(files.get(SIGNATURES)));
  if (!document.ok) return fault('signature_malformed', `\`${SIGNATURES}\` is malformed: ${sentence(document.error)}`);
  const tokens = [...document.value.signatures, ...(document.value.cosignatures ?? [])];
  if (tokens.length === 0) return fault('unsigned', 'the bundle has no signature');
  if (parseJson(files.get(MANIFEST)) === undefined) {
    return fault('statement_invalid', `\`${MANIFEST}\` is missing or not JSON`);
  }
  // One signature per key: the same key twice is one voice.
  const keyIds = new Set<string>();
  for (const token of tokens) {
    const signed = checkToken(token, rules);
    if (!signed.ok) return signed;
    const problem = checkFiles(files, signed.value);
    if (problem) return err(problem);
    keyIds.add(signed.value.keyId);
  }
  return keyIds.size < rules.threshold
    ? fault('threshold_not_met', `${keyIds.size} of ${rules.threshold} required signatures are there`)
    : ok([...keyIds]);
};

/**
 * Checks a bundle and makes it trusted: size, signatures by trusted keys up to the threshold, exactly the signed
 * files with the signed bytes, a valid statement whose digest fits, policies that all pass (INV-9; rules as in The
 * Update Framework, https://theupdateframework.github.io/specification/latest/). Which version may follow which is
 * the caller's next question: `mayFollow`.
 */
export const verifyBundle = (files: BundleFiles, rules: TrustRules): Result<TrustedBundle, BundleFault> => {
  const bytes = [...files.values()].reduce((sum, content) => sum + content.byteLength, 0);
  if (bytes > MOST_BYTES) return fault('too_large', `the bundle has ${bytes} bytes, more than ${MOST_BYTES}`);
  const signed = checkSignatures(files, rules);
  if (!signed.ok) return signed;
  const manifest = decode(Manifest, parseJson(files.get(MANIFEST)));
  if (!manifest.ok) return fault('statement_invalid', `\`${MANIFEST}\` is malformed: ${sentence(manifest.error)}`);
  const statement: BundleStatement = manifest.value.metadata.reflex;
  const sources = new Map(
    [...files]
      .filter(([path]) => path.endsWith('.yaml'))
      .map(([path, content]) => [path, new TextDecoder().decode(content)]),
  );
  const policies = parsePolicies(sources);
  if (!policies.ok) {
    const [first] = policies.error;
    return fault(
      'policy_invalid',
      first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : 'a policy is not valid',
    );
  }
  const misplaced = policies.value.find((file) => policyPath(file) !== file.path);
  if (misplaced)
    return fault('policy_invalid', `\`${misplaced.path}\` holds policy \`${misplaced.policy.metadata.id}\``);
  if (contentDigest(sources) !== statement.digest)
    return fault('digest_mismatch', 'the statement speaks of other policies');
  return ok(markTrusted({ statement, keyIds: signed.value, policies: policies.value }));
};

/** Digest of a statement, which the next one names as its predecessor. */
export const statementDigest = (statement: BundleStatement): string => digestOf(statement);

/**
 * Whether a bundle may replace the one in force: never backwards, and only as the end of a complete chain of
 * statements.
 *
 * @param current statement in force, undefined at the very first start
 * @param highest highest version that this agent, or the gate, has ever seen
 * @param between statements between the current and the next one, oldest first
 */
export const mayFollow = (
  current: BundleStatement | undefined,
  highest: number,
  next: BundleStatement,
  between: readonly BundleStatement[] = [],
): Result<true, BundleFault> => {
  if (next.version < highest || (current && next.version < current.version)) {
    return fault(
      'version_rollback',
      `version ${next.version} is older than ${Math.max(highest, current?.version ?? 0)}, which was in force`,
    );
  }
  if (!current) return ok(true);
  if (next.version === current.version) {
    return statementDigest(next) === statementDigest(current)
      ? ok(true)
      : fault('chain_broken', `there are two versions ${next.version}`);
  }
  let last = current;
  for (const statement of [...between, next]) {
    if (statement.version !== last.version + 1)
      return fault('version_gap', `version ${last.version + 1} is missing before ${statement.version}`);
    if (statement.prev_digest !== statementDigest(last))
      return fault('chain_broken', `version ${statement.version} does not follow from version ${last.version}`);
    last = statement;
  }
  return ok(true);
};
