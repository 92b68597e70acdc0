import { randomUUID } from 'crypto';
import { readFileSync } from 'fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'fs/promises';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { PRIVATE_FILE } from './durable_file';
import { isRunning, thisProcess, type ProcessIdentity } from './process_identity';

/*
 * One process a folder. The lock is a file that names its process; a dead process's lock is taken over. Whether a
 * process of another machine or container lives cannot be asked: its lock is taken over once nobody has touched it for
 * a while. Whoever holds the lock asks before each write whether it still does.
 */

export interface FolderLock {
  /** False once the lock is gone or is somebody else's. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** How long another machine's lock must stand untouched, ms; default 6,000. */
  readonly watchMs?: number;
  /** Who takes the lock; default this process. */
  readonly self?: ProcessIdentity;
}

interface Holder extends ProcessIdentity {
  readonly token: string;
  /** The folder that it holds. A lock that was copied with its folder names another one. Missing in older locks. */
  readonly folder?: string;
}

const TOUCH_MS = 1_000;
const WATCH_MS = 6_000;
const MOST_ATTEMPTS = 10;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const unless =
  <Value>(code: string, value: Value) =>
  (error: unknown): Value => {
    if (codeOf(error) === code) return value;
    throw error;
  };

/** Puts the lock in place with its content in one step; false if there is one. */
const place = async (path: string, content: string): Promise<boolean> => {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, content, { mode: PRIVATE_FILE });
  try {
    return await link(temporary, path).then(() => true, unless('EEXIST', false));
  } finally {
    await rm(temporary, { force: true });
  }
};

const holderOf = (content: string): Holder | undefined => {
  try {
    return JSON.parse(content) as Holder;
  } catch {
    return undefined;
  }
};

/** True if the lock's file was touched while it was watched. */
const isTouched = async (path: string, watchMs: number): Promise<boolean> => {
  const before = await stat(path).catch(unless('ENOENT', undefined));
  await pause(watchMs);
  const after = await stat(path).catch(unless('ENOENT', undefined));
  return after !== undefined && before?.mtimeMs !== after.mtimeMs;
};

/**
 * Takes a dead holder's lock away. Somebody else's, who was faster, is put back.
 *
 * @param judged content of the lock that was found to be a dead holder's
 */
export const removeStale = async (path: string, judged: string): Promise<void> => {
  const aside = `${path}.${randomUUID()}`;
  if (!(await rename(path, aside).then(() => true, unless('ENOENT', false)))) return;
  if ((await readFile(aside, 'utf8')) !== judged) await link(aside, path).catch(unless('EEXIST', undefined));
  await rm(aside, { force: true });
};

/** The same under every path to it, and another one for a copy. */
const numberOf = async (folder: string): Promise<string> => {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${dev}:${ino}`;
};

/** True while somebody holds the lock, as far as can be told from here. */
const isTaken = async (
  found: Holder | undefined,
  self: Omit<Holder, 'token'>,
  { path, watchMs = WATCH_MS }: { readonly path: string; readonly watchMs?: number | undefined },
): Promise<boolean> => {
  if (found === undefined || found.boot !== self.boot || found.space !== self.space) return isTouched(path, watchMs);
  return (found.folder === undefined || found.folder === self.folder) && isRunning(found);
};

const held = (path: string, content: string): FolderLock => {
  const isHeld = (): boolean => {
    try {
      return readFileSync(path, 'utf8') === content;
    } catch {
      return false;
    }
  };
  const touching = setInterval(() => {
    const now = new Date();
    if (isHeld()) utimes(path, now, now).catch(() => undefined);
  }, TOUCH_MS);
  touching.unref();
  return {
    isHeld,
    release: async () => {
      clearInterval(touching);
      if (isHeld()) await rm(path, { force: true });
    },
  };
};

/**
 * Locks a folder for this process; makes it if it is missing.
 *
 * @throws Error if another process, or another part of this one, holds it
 */
export const lockFolder = async (folder: string, options: LockOptions = {}): Promise<FolderLock> => {
  const path = join(folder, 'lock');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const self = { ...(options.self ?? thisProcess()), folder: await numberOf(folder) };
  const content = JSON.stringify({ ...self, token: randomUUID() });
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    if (await place(path, content)) return held(path, content);
    const found = await readFile(path, 'utf8').catch(unless('ENOENT', undefined));
    if (found === undefined) continue;
    const holder = holderOf(found);
    if (await isTaken(holder, self, { path, watchMs: options.watchMs }))
      throw new Error(
        `the folder \`${folder}\` is in use by process ${holder?.pid ?? 'unknown'}; give each agent a folder of its own`,
      );
    await removeStale(path, found);
  }
  throw new Error(`the folder \`${folder}\` could not be locked; others try at the same time`);
};
