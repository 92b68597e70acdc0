import type { TreeEntry } from 'isomorphic-git';
import type { PolicyTree, RefusedFile } from '../../runner/ports';
import { git } from './library';
import type { Objects } from './objects';

/*
 * What is under `policies/` of a commit, within limits. Links are never followed and names never used as names: a
 * repository can hold anything.
 */

const LAYERS = ['global', 'domain', 'contextual', 'action'];
const MOST_FILES = 5_000;
const MOST_GUARDS = 256;
const MOST_BYTES = 262_144;
const DEEPEST = 6;
/** After so many bytes of files that are too large, no more of them are inflated: they are refused unread. */
const MOST_TOO_LARGE = 8 * 1_048_576;

const GUARDS = 'guards';

const isPolicyName = (name: string): boolean => /\.ya?ml$/.test(name) && !/\.(cases|tests?)\.ya?ml$/.test(name);

/** Tests in Rego are for `opa test`, and no part of a bundle. */
const isGuardName = (name: string): boolean => name.endsWith('.rego') && !name.endsWith('_test.rego');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

interface Reading {
  readonly objects: Objects;
  readonly files: Map<string, string>;
  readonly guards: Map<string, string>;
  readonly refused: RefusedFile[];
  /** What was inflated in vain: one large object may stand under thousands of names. */
  readonly tooLarge: { bytes: number };
}

/** Entries of a folder; a name that no file may have refuses the whole folder. */
const entriesOf = async ({ objects, refused }: Reading, oid: string, path: string): Promise<readonly TreeEntry[]> => {
  try {
    return (await git().readTree({ ...objects, oid })).tree;
  } catch (cause) {
    if ((cause as { readonly code?: string }).code !== 'UnsafeFilepathError') throw cause;
    refused.push({
      path: path === '' ? '.' : path,
      code: 'unsafe_name',
      message: 'the folder holds a name that no file may have, such as `..` or `.git`; remove it',
    });
    return [];
  }
};

const LINK = '120000';

/** Says no to what is neither a file nor a folder. */
const refuseOdd = ({ refused }: Reading, { mode, type }: TreeEntry, path: string): boolean => {
  if (type === 'commit') {
    refused.push({ path, code: 'submodule', message: 'submodules are not followed; commit the policies themselves' });
    return true;
  }
  if (mode !== LINK) return false;
  refused.push({ path, code: 'symbolic_link', message: 'symbolic links are not followed; commit the file itself' });
  return true;
};

const readTextAt = async (reading: Reading, oid: string, path: string): Promise<string | undefined> => {
  const { objects, refused, tooLarge } = reading;
  const blob = tooLarge.bytes > MOST_TOO_LARGE ? undefined : (await git().readBlob({ ...objects, oid })).blob;
  if (blob === undefined || blob.length > MOST_BYTES) {
    tooLarge.bytes += blob?.length ?? 0;
    refused.push({
      path,
      code: 'too_large',
      message: blob
        ? `the file is larger than ${MOST_BYTES} bytes`
        : 'other files are far too large; remove them, then it is read',
    });
    return undefined;
  }
  const text = textOf(blob);
  if (text === undefined) refused.push({ path, code: 'not_text', message: 'the file is not UTF-8 text' });
  return text;
};

const readInto = async (
  reading: Reading,
  { into, most, what }: { readonly into: Map<string, string>; readonly most: number; readonly what: string },
  { oid, path }: { readonly oid: string; readonly path: string },
): Promise<void> => {
  const { refused } = reading;
  if (into.size < most) {
    const text = await readTextAt(reading, oid, path);
    if (text !== undefined) into.set(path, text);
  } else if (!refused.some(({ code, message }) => code === 'too_many' && message.includes(what)))
    refused.push({ path, code: 'too_many', message: `there are more than ${most} ${what}` });
};

/** Guards are files of one folder: their names are the names that policies ask them by. */
const readGuards = async (reading: Reading, oid: string, path: string): Promise<void> => {
  for (const entry of await entriesOf(reading, oid, path)) {
    const at = { oid: entry.oid, path: `${path}/${entry.path}` };
    if (!isGuardName(entry.path) || refuseOdd(reading, entry, at.path) || entry.type !== 'blob') continue;
    await readInto(reading, { into: reading.guards, most: MOST_GUARDS, what: 'guards' }, at);
  }
};

const readFolder = async (reading: Reading, oid: string, path: string, depth: number): Promise<void> => {
  for (const entry of await entriesOf(reading, oid, path)) {
    const at = `${path}/${entry.path}`;
    const matters = entry.type === 'tree' || isPolicyName(entry.path);
    if (!matters || refuseOdd(reading, entry, at)) continue;
    if (entry.type === 'blob')
      await readInto(
        reading,
        { into: reading.files, most: MOST_FILES, what: 'policies' },
        { oid: entry.oid, path: at },
      );
    else if (depth < DEEPEST) await readFolder(reading, entry.oid, at, depth + 1);
  }
};

/** Goes down a path of folders; undefined if there is none of that name. */
const folderAt = async (reading: Reading, root: string, path: string): Promise<string | undefined> => {
  let oid = root;
  const walked: string[] = [];
  for (const name of path.split('/')) {
    const entry = (await entriesOf(reading, oid, walked.join('/'))).find((each) => each.path === name);
    walked.push(name);
    if (entry === undefined || refuseOdd(reading, entry, walked.join('/')) || entry.type !== 'tree') return undefined;
    oid = entry.oid;
  }
  return oid;
};

/** @param folder of the policies within the repository */
export const readPolicyTree = async (objects: Objects, commit: string, folder: string): Promise<PolicyTree> => {
  const reading: Reading = { objects, files: new Map(), guards: new Map(), refused: [], tooLarge: { bytes: 0 } };
  const { commit: head } = await git().readCommit({ ...objects, oid: commit });
  const policies = await folderAt(reading, head.tree, folder);
  if (policies !== undefined) {
    for (const entry of await entriesOf(reading, policies, folder)) {
      const path = `${folder}/${entry.path}`;
      const isKnown = LAYERS.includes(entry.path) || entry.path === GUARDS;
      if (!isKnown || refuseOdd(reading, entry, path) || entry.type !== 'tree') continue;
      if (entry.path === GUARDS) await readGuards(reading, entry.oid, path);
      else await readFolder(reading, entry.oid, path, 0);
    }
  }
  return { commit, files: reading.files, guards: reading.guards, refused: reading.refused };
};
