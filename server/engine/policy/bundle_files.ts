import type { BundleFiles, BundleStatement, PolicyFile } from '../../../common/policy/bundle';
import { digestOf, sha256 } from './digest';

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

const utf8 = new TextEncoder();

/** The files of a bundle before it is signed. */
export const bundleFiles = (statement: BundleStatement, policies: readonly PolicyFile[]): BundleFiles => {
  const manifest = {
    revision: `${statement.version}-${statement.digest.slice(0, 12)}`,
    roots: [ROOT],
    rego_version: 1,
    metadata: { reflex: statement },
  };
  return new Map([
    [MANIFEST, utf8.encode(JSON.stringify(manifest))],
    ...policies.map((file) => [policyPath(file), utf8.encode(file.source)] as const),
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
export const fileHash = (path: string, content: Uint8Array): string =>
  path === MANIFEST ? sha256(structuredText(JSON.parse(new TextDecoder().decode(content)))) : sha256(content);

/** The names and hashes that a signature of these files covers, in order of the names. */
export const signedList = (files: BundleFiles): Array<{ name: string; hash: string; algorithm: 'SHA-256' }> =>
  [...files]
    .filter(([path]) => path !== SIGNATURES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => ({ name, hash: fileHash(name, content), algorithm: 'SHA-256' }));
