import { constants, promises } from 'fs';
import { dirname } from 'path';
import { checkLoose, checkPack } from './bounded_objects';
import { GitFault } from './fault';

/*
 * The disk as the library sees it. The library writes objects in place and never writes one again that has a name: cut
 * short by a crash, an object would stay broken for ever. Here a file is there as a whole or not at all.
 */

const PRIVATE_FILE = 0o600;
let written = 0;

const writeFile = async (path: string, data: Uint8Array | string, options?: { readonly mode?: number }) => {
  const temporary = `${path}.${process.pid}-${(written += 1)}.new`;
  const handle = await promises.open(
    temporary,
    constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY,
    options?.mode ?? PRIVATE_FILE,
  );
  try {
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await promises.rename(temporary, path);
  } catch (cause) {
    await promises.rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  const folder = await promises.open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const PACK = /\/pack-[0-9a-f]+\.pack$/;
const LOOSE = /\/objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/;
/** Packs that were looked through, by path, size and time: one never changes, and they are read again and again. */
const MOST_KNOWN = 10_000;
const known = new Set<string>();
/** The library takes what cannot be read for something that is not there: what was refused is kept by path. */
const refused = new Map<string, GitFault>();

/** Why an object of a repository was refused since this was asked last. */
export const takeRefusal = (gitdir: string): GitFault | undefined => {
  const [path, fault] = [...refused].find(([each]) => each.startsWith(`${gitdir}/`)) ?? [];
  if (path !== undefined) refused.delete(path);
  return fault;
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Throws for objects that would inflate beyond all bounds, before the library sees them. */
const checkObjects = async (path: string, data: Uint8Array): Promise<void> => {
  if (LOOSE.test(path)) checkLoose(data);
  if (PACK.test(path)) await checkPack(Buffer.from(data.buffer, data.byteOffset, data.byteLength), nextTurn);
};

const writeChecked: typeof writeFile = async (path, data, options) => {
  if (typeof data !== 'string') await checkObjects(path, data);
  await writeFile(path, data, options);
};

const readChecked = async (path: string, options?: Parameters<typeof promises.readFile>[1]) => {
  const content = await promises.readFile(path, options);
  if (typeof content === 'string' || !(PACK.test(path) || LOOSE.test(path))) return content;
  const { size, mtimeMs } = await promises.stat(path);
  const key = `${path} ${size} ${mtimeMs}`;
  if (known.has(key)) return content;
  try {
    await checkObjects(path, content);
  } catch (cause) {
    if (cause instanceof GitFault) refused.set(path, cause);
    throw cause;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  if (PACK.test(path)) known.add(key);
  return content;
};

const { mkdir, rmdir, unlink, stat, lstat, readdir, readlink, symlink, rm, chmod } = promises;

/** For the library's `fs`. */
export const durableFiles = {
  promises: {
    readFile: readChecked,
    writeFile: writeChecked,
    mkdir,
    rmdir,
    unlink,
    stat,
    lstat,
    readdir,
    readlink,
    symlink,
    rm,
    chmod,
  },
};
