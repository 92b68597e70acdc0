import type { TreeEntry } from 'isomorphic-git';
import { GitFault } from './fault';
import { git } from './library';
import type { Objects } from './objects';

type Changes = ReadonlyMap<string, string | undefined>;

const utf8 = new TextEncoder();
const FILE = '100644';
const FOLDER = '040000';
const LINK = '120000';

interface Grouped {
  readonly files: Map<string, string | undefined>;
  readonly folders: Map<string, Map<string, string | undefined>>;
}

/** Changes of a folder itself, and those of each folder in it. */
const grouped = (changes: Changes): Grouped => {
  const groups: Grouped = { files: new Map(), folders: new Map() };
  for (const [path, text] of changes) {
    const slash = path.indexOf('/');
    if (slash === -1) {
      groups.files.set(path, text);
      continue;
    }
    const folder = path.slice(0, slash);
    const within = groups.folders.get(folder) ?? new Map<string, string | undefined>();
    groups.folders.set(folder, within.set(path.slice(slash + 1), text));
  }
  return groups;
};

const mustBe = (type: 'blob' | 'tree', entry: TreeEntry | undefined): void => {
  if (entry !== undefined && (entry.type !== type || entry.mode === LINK))
    throw new GitFault(
      'refused',
      `\`${entry.path}\` in the repository is not what a policy may be written to; remove it`,
    );
};

/**
 * A tree with changes; whatever they do not name stays, byte by byte.
 *
 * @param tree undefined for an empty one
 * @returns undefined if nothing is left in it
 */
export const writeTreeWith = async (
  objects: Objects,
  tree: string | undefined,
  changes: Changes,
): Promise<string | undefined> => {
  const before = tree === undefined ? [] : (await git().readTree({ ...objects, oid: tree })).tree;
  const entries = new Map(before.map((entry) => [entry.path, entry]));
  const { files, folders } = grouped(changes);
  for (const [path, text] of files) {
    const known = entries.get(path);
    mustBe('blob', known);
    if (text === undefined) entries.delete(path);
    else {
      const oid = await git().writeBlob({ ...objects, blob: utf8.encode(text) });
      entries.set(path, { mode: known?.mode ?? FILE, path, oid, type: 'blob' });
    }
  }
  for (const [path, within] of folders) {
    const known = entries.get(path);
    mustBe('tree', known);
    const oid = await writeTreeWith(objects, known?.oid, within);
    if (oid === undefined) entries.delete(path);
    else entries.set(path, { mode: FOLDER, path, oid, type: 'tree' });
  }
  return entries.size === 0 ? undefined : git().writeTree({ ...objects, tree: [...entries.values()] });
};
