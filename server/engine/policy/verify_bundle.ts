import { present } from '../../../common/present';
import { timingSafeEqual } from 'crypto';
import * as t from 'io-ts';
import { instant, json, list, number, record, text } from '../../../common/codec/codecs';
import { decode, sentence } from '../../../common/codec/decode';
import type { BundleFiles, BundleStatement, Guards, TrustedBundle } from '../../../common/policy/bundle';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import { markTrusted } from '../../../common/policy/mark_trusted';
import { ok, type Result } from '../../../common/result';
import {
  contentDigest,
  guardPath,
  GUARDS_MODULE,
  guardsStatement,
  MANIFEST,
  policyPath,
  signedSteps,
  type SignedFile,
} from './bundle_files';
import { digestOf, sha256 } from '../digest/digest';
import { missingGuards } from './guard_set';
import { parseSteps } from './parse_policy';
import { signaturesOf } from './sign_bundle';
import { checkSignatures, fault, parseJson, type TrustRules } from './signature';
import { inOneGo, type Steps } from './steps';

/** Most bytes of all files of a bundle together. */
const MOST_BYTES = 64 * 1024 * 1024;
const HIGHEST_VERSION = 1_000_000_000;

const Approved = record({
  user: text(),
  at: text(),
  reason: text({ max: 4096 }),
  digest: text(),
  four_eyes: t.boolean,
});
const Statement = record(
  {
    version: number({ min: 1, integer: true }),
    digest: text({ min: 64, max: 64 }),
    prev_digest: text({ min: 1, max: 64 }),
    created_at: text(),
    author: text(),
    changelog: text({ max: 65_536 }),
    approvals: list(Approved, 16),
  },
  {
    expires_at: instant,
    guards: record({
      names: list(text({ min: 1, max: 80, pattern: /^[a-z][a-z0-9_]*$/ }), 256),
      source_digest: text({ min: 64, max: 64 }),
      wasm_digest: text({ min: 64, max: 64 }),
    }),
  },
);
const Manifest = record(
  { revision: text(), roots: list(t.string, 8), metadata: record({ reflex: Statement }) },
  { rego_version: number(), wasm: json(65_536) },
);
const Payload = t.type({ files: t.array(t.type({ name: t.string, hash: t.string, algorithm: t.string })) });

const equalHex = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The files must be exactly those that the signature lists, each with the listed content. */
const checkFiles = (present: readonly SignedFile[], payload: unknown): BundleFault | undefined => {
  const body = Payload.decode(payload);
  if (body._tag === 'Left') return { code: 'signature_malformed', message: 'a signature lists no files' };
  const listed = new Map(body.right.files.map((each) => [each.name, each]));
  for (const { name, hash } of present) {
    const entry = listed.get(name);
    if (!entry) return { code: 'file_not_signed', message: `file \`${name}\` is not covered by the signature` };
    if (entry.algorithm !== 'SHA-256' || !equalHex(entry.hash, hash)) {
      return {
        code: name === MANIFEST ? 'manifest_changed' : 'file_changed',
        message: `file \`${name}\` is not the one that was signed`,
      };
    }
    listed.delete(name);
  }
  const [missing] = listed.keys();
  return missing === undefined
    ? undefined
    : { code: 'file_missing', message: `file \`${missing}\` was signed and is not there` };
};

function* checkSigned(files: BundleFiles, rules: TrustRules): Steps<Result<readonly string[], BundleFault>> {
  const tokens = signaturesOf(files);
  if (!tokens.ok) return tokens;
  if (parseJson(files.get(MANIFEST)) === undefined)
    return fault('statement_invalid', `\`${MANIFEST}\` is missing or not JSON`);
  const present = yield* signedSteps(files);
  yield;
  return checkSignatures('JWT', tokens.value, rules, (payload) => checkFiles(present, payload));
}

/** What a bundle says of itself. Proves nothing: `verifyBundle` does. */
export const statementIn = (files: BundleFiles): Result<BundleStatement, BundleFault> => {
  const manifest = decode(Manifest, parseJson(files.get(MANIFEST)));
  if (!manifest.ok) return fault('statement_invalid', `\`${MANIFEST}\` is malformed: ${sentence(manifest.error)}`);
  const statement = manifest.value.metadata.reflex;
  return statement.version > HIGHEST_VERSION
    ? fault('version_out_of_range', `version ${statement.version} is higher than any that can be reached`)
    : ok(statement);
};

/** Whether the content of a statement is still meant to be in force at a moment, UTC ms; without one, none that expires. */
export const isExpired = ({ expires_at }: BundleStatement, now: number | undefined): boolean =>
  expires_at !== undefined && !((now ?? Infinity) < Date.parse(expires_at));

/** The guards that a statement speaks of; none where it speaks of none. */
export const guardsIn = (
  files: BundleFiles,
  { guards: stated }: BundleStatement,
): Result<Guards | undefined, BundleFault> => {
  const present = [...files.keys()].filter((path) => path.endsWith('.rego') || path.endsWith('.wasm'));
  if (!stated)
    return present.length === 0 ? ok(undefined) : fault('digest_mismatch', 'the statement speaks of no guards');
  const wasm = files.get(GUARDS_MODULE);
  const texts = stated.names.map((name) => [name, files.get(guardPath(name))] as const);
  const sources = new Map(texts.flatMap(([name, text]) => (text ? [[name, new TextDecoder().decode(text)]] : [])));
  if (!wasm || present.length !== sources.size + 1)
    return fault('digest_mismatch', 'the statement speaks of other guards');
  const guards = { sources, wasm, digest: sha256(wasm) };
  return digestOf(guardsStatement(guards)) === digestOf(stated)
    ? ok(guards)
    : fault('digest_mismatch', 'the statement speaks of other guards');
};

/** The work of `verifyBundle`, file by file. */
export function* verifySteps(files: BundleFiles, rules: TrustRules): Steps<Result<TrustedBundle, BundleFault>> {
  const bytes = [...files.values()].reduce((sum, content) => sum + content.byteLength, 0);
  if (bytes > MOST_BYTES) return fault('too_large', `the bundle has ${bytes} bytes, more than ${MOST_BYTES}`);
  const signed = yield* checkSigned(files, rules);
  if (!signed.ok) return signed;
  yield;
  const stated = statementIn(files);
  if (!stated.ok) return stated;
  const statement = stated.value;
  if (isExpired(statement, rules.now))
    return fault('expired', `version ${statement.version} was meant for use until ${statement.expires_at ?? ''}`);
  const sources = new Map(
    [...files]
      .filter(([path]) => path.endsWith('.yaml'))
      .map(([path, content]) => [path, new TextDecoder().decode(content)]),
  );
  const policies = yield* parseSteps(sources);
  if (!policies.ok) {
    const [first] = policies.error;
    return fault(
      'policy_invalid',
      first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : 'a policy is not valid',
    );
  }
  yield;
  const misplaced = policies.value.find((file) => policyPath(file) !== file.path);
  if (misplaced)
    return fault('policy_invalid', `\`${misplaced.path}\` holds policy \`${misplaced.policy.metadata.id}\``);
  yield;
  if (contentDigest(sources) !== statement.digest)
    return fault('digest_mismatch', 'the statement speaks of other policies');
  yield;
  const guards = guardsIn(files, statement);
  if (!guards.ok) return guards;
  const [missing] = missingGuards(policies.value, new Set(statement.guards?.names));
  if (missing) return fault('guard_missing', `${missing.file}:${missing.line}:${missing.column}: ${missing.message}`);
  return ok(
    markTrusted({
      statement,
      keyIds: signed.value,
      policies: policies.value,
      ...present({ guards: guards.value }),
    }),
  );
}

/**
 * Checks a bundle and makes it trusted: size, signatures by trusted keys up to the threshold, exactly the signed
 * files with the signed bytes, a valid statement whose digest fits, policies that all pass (INV-9; rules as in The
 * Update Framework, https://theupdateframework.github.io/specification/latest/). Which version may follow which is
 * the caller's next question: `mayFollow`.
 */
export const verifyBundle = (files: BundleFiles, rules: TrustRules): Result<TrustedBundle, BundleFault> =>
  inOneGo(verifySteps(files, rules));

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
