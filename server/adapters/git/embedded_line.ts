import { constants } from 'fs';
import { mkdir, open, rename, rm } from 'fs/promises';
import { dirname, join } from 'path';
import { GitFault } from './fault';
import { git } from './library';
import type { Line } from './line';
import type { Objects } from './objects';

/** What a ref points at; undefined if there is none. */
export const resolved = async (objects: Objects, ref: string): Promise<string | undefined> => {
  try {
    return await git().resolveRef({ ...objects, ref });
  } catch (cause) {
    if ((cause as { readonly code?: string }).code === 'NotFoundError') return undefined;
    throw cause;
  }
};

/** Git's own way: who creates the lock file may write the ref, and renaming it is the write. */
const moveRef = async (
  objects: Objects,
  ref: string,
  { commit, expected }: { readonly commit: string; readonly expected: string | undefined },
): Promise<'published' | 'moved'> => {
  const path = join(objects.gitdir, ref);
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(lock, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
      throw new GitFault('damaged', `\`${lock}\` is there: another program works on the repository, or died over it`);
    },
  );
  try {
    if ((await resolved(objects, ref)) !== expected) return 'moved';
    await handle.writeFile(`${commit}\n`);
    await handle.sync();
    await rename(lock, path);
    return 'published';
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
};

/** The repository in the data folder. */
export const embeddedLine = (branch: string): Line => {
  const ref = `refs/heads/${branch}`;
  return {
    fetch: (objects) => resolved(objects, ref),
    publish: (objects, commit, expected) => moveRef(objects, ref, { commit, expected }),
  };
};
