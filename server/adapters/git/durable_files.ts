import { constants, promises } from 'fs';
import { dirname } from 'path';

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

const { readFile, mkdir, rmdir, unlink, stat, lstat, readdir, readlink, symlink, rm, chmod } = promises;

/** For the library's `fs`. */
export const durableFiles = {
  promises: { readFile, writeFile, mkdir, rmdir, unlink, stat, lstat, readdir, readlink, symlink, rm, chmod },
};
