import { open, rename, rm } from 'fs/promises';
import { dirname } from 'path';

/** Makes what was created, renamed or removed in a folder survive a power failure. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Readable and writable by this user only: these files name targets and orders. */
export const PRIVATE_FILE = 0o600;

const writeWhole = async (path: string, text: string): Promise<void> => {
  const handle = await open(path, 'w', PRIVATE_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Replaces a file as a whole: after a crash there is the old content or the new, and the new once this resolved. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.new`;
  try {
    await writeWhole(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
};

/** Removes a file; nothing happens if it is not there. */
export const removeFile = async (path: string): Promise<void> => {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
};
