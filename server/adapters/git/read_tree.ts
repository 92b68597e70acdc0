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
const MOST_BYTES = 262_144;
const DEEPEST = 6;

const isPolicyName = (name: string): boolean => /\.ya?ml$/.test(name) && !/\.(cases|tests?)\.ya?ml$/.test(name);

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
  readonly refused: RefusedFile[];
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

const readFileAt = async (reading: Reading, oid: string, path: string): Promise<void> => {
  const { objects, files, refused } = reading;
  if (files.size >= MOST_FILES) {
    if (!refused.some(({ code }) => code === 'too_many'))
      refused.push({ path, code: 'too_many', message: `there are more than ${MOST_FILES} policies` });
    return;
  }
  const { blob } = await git().readBlob({ ...objects, oid });
  if (blob.length > MOST_BYTES) {
    refused.push({ path, code: 'too_large', message: `the file is larger than ${MOST_BYTES} bytes` });
    return;
  }
  const text = textOf(blob);
  if (text === undefined) refused.push({ path, code: 'not_text', message: 'the file is not UTF-8 text' });
  else files.set(path, text);
};

const readFolder = async (reading: Reading, oid: string, path: string, depth: number): Promise<void> => {
  for (const entry of await entriesOf(reading, oid, path)) {
    const at = `${path}/${entry.path}`;
    const matters = entry.type === 'tree' || isPolicyName(entry.path);
    if (!matters || refuseOdd(reading, entry, at)) continue;
    if (entry.type === 'blob') await readFileAt(reading, entry.oid, at);
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
  const reading: Reading = { objects, files: new Map(), refused: [] };
  const { commit: head } = await git().readCommit({ ...objects, oid: commit });
  const policies = await folderAt(reading, head.tree, folder);
  if (policies !== undefined) {
    for (const entry of await entriesOf(reading, policies, folder)) {
      const path = `${folder}/${entry.path}`;
      if (!LAYERS.includes(entry.path) || refuseOdd(reading, entry, path) || entry.type !== 'tree') continue;
      await readFolder(reading, entry.oid, path, 0);
    }
  }
  return { commit, files: reading.files, refused: reading.refused };
};
