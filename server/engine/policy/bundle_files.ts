import type { BundleFiles, BundleStatement, Guards, PolicyFile } from '../../../common/policy/bundle';
import { digestOf, sha256 } from '../digest/digest';
import { inOneGo, type Steps } from './steps';

/*
 * A bundle is an Open Policy Agent bundle: `.manifest`, `.signatures.json` and files. Policies are stored as the text
 * that was reviewed, so that the signature covers every byte of it, comments included.
 */

export const MANIFEST = '.manifest';
export const SIGNATURES = '.signatures.json';
const ROOT = 'reflex';

/** Name of a policy's file in a bundle. */
export const policyPath = ({ policy }: Pick<PolicyFile, 'policy'>): string =>
  `${ROOT}/policies/${policy.spec.layer}/${policy.metadata.id}.yaml`;

/** sha256 over names and contents of the policy files, in order of their names: the digest that people approve. */
export const contentDigest = (sources: ReadonlyMap<string, string>): string =>
  digestOf([...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, source]) => [path, sha256(source)]));

/** The compiled module of all guards, and the text of one. */
export const GUARDS_MODULE = `${ROOT}/guards/guards.wasm`;
export const guardPath = (name: string): string => `${ROOT}/guards/${name}.rego`;

/** What a statement says of the guards beside it. */
export const guardsStatement = ({ sources, digest }: Guards): NonNullable<BundleStatement['guards']> => ({
  names: [...sources.keys()].sort(),
  source_digest: contentDigest(new Map([...sources].map(([name, source]) => [guardPath(name), source]))),
  wasm_digest: digest,
});

/** What an approval of a bundle is bound to: its policies, and the texts of its guards where it has some. */
export const approvedDigest = ({ digest, guards }: Pick<BundleStatement, 'digest' | 'guards'>): string =>
  guards ? digestOf([digest, guards.source_digest]) : digest;

const utf8 = new TextEncoder();

/** The files of a bundle before it is signed. */
export const bundleFiles = (
  statement: BundleStatement,
  policies: readonly PolicyFile[],
  guards?: Guards,
): BundleFiles => {
  const manifest = {
    revision: `${statement.version}-${statement.digest.slice(0, 12)}`,
    roots: [ROOT],
    rego_version: 1,
    metadata: { reflex: statement },
  };
  return new Map([
    [MANIFEST, utf8.encode(JSON.stringify(manifest))],
    ...policies.map((file) => [policyPath(file), utf8.encode(file.source)] as const),
    ...[...(guards?.sources ?? [])].map(([name, source]) => [guardPath(name), utf8.encode(source)] as const),
    ...(guards ? [[GUARDS_MODULE, guards.wasm] as const] : []),
  ]);
};

const structuredText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(structuredText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${structuredText(key)}:${structuredText(item)}`).join(',')}}`;
  }
  // Go's encoder, which OPA uses, also escapes these two.
  return JSON.stringify(value)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
};

/** A file as OPA's signatures see it: JSON documents by structure, all others by their bytes. */
const fileHash = (path: string, content: Uint8Array): string =>
  path === MANIFEST ? sha256(structuredText(JSON.parse(new TextDecoder().decode(content)))) : sha256(content);

/** A file under a signature, by its name and hash. */
export interface SignedFile {
  readonly name: string;
  readonly hash: string;
  readonly algorithm: 'SHA-256';
}

/** The names and hashes that a signature of these files covers, in order of the names, one by one. */
export function* signedSteps(files: BundleFiles): Steps<readonly SignedFile[]> {
  const listed: SignedFile[] = [];
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name === SIGNATURES) continue;
    yield;
    listed.push({ name, hash: fileHash(name, content), algorithm: 'SHA-256' });
  }
  return listed;
}

/** The same without a pause. */
export const signedList = (files: BundleFiles): readonly SignedFile[] => inOneGo(signedSteps(files));
