import { randomBytes } from 'crypto';
import { readFile, realpath, rm, statfs } from 'fs/promises';
import { join, sep } from 'path';
import { whyOf } from '../../../common/why';
import type { FolderLook } from '../../runner/ports';
import { removeFile, replaceFile } from './durable_file';

/* What a folder lies on, and whether what is written there is on the disk. */

const PROBE_BYTES = 4_096;

interface Mount {
  readonly mount: string;
  readonly kind: string;
}

/** Blanks and others are written as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));

const isWithin = (path: string, mount: string): boolean =>
  mount === '/' || path === mount || path.startsWith(`${mount}${sep}`);

/**
 * The mount that a path lies on.
 *
 * @param text of `/proc/self/mounts`; the later of two at one place lies on top
 */
export const mountOf = (text: string, path: string): Mount | undefined =>
  text
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([, mount, kind]) =>
      mount === undefined || kind === undefined ? [] : [{ mount: unescaped(mount), kind }],
    )
    .filter(({ mount }) => isWithin(path, mount))
    .reduce<Mount | undefined>(
      (best, each) => (best !== undefined && best.mount.length > each.mount.length ? best : each),
      undefined,
    );

/** Writes a file, makes it durable as the journal does, and takes it away. */
const syncTime = async (folder: string, monotonic: () => number): Promise<number> => {
  const path = join(folder, `set-up-look-${randomBytes(6).toString('hex')}`);
  const began = monotonic();
  try {
    await replaceFile(path, 'x'.repeat(PROBE_BYTES));
    return Math.max(1, Math.round(monotonic() - began));
  } finally {
    await removeFile(path).catch(() => rm(path, { force: true }));
  }
};

/** Looks at a data folder. */
export const lookAtFolder = async (folder: string, monotonic: () => number): Promise<FolderLook> => {
  const path = await realpath(folder);
  const mount = mountOf(await readFile('/proc/self/mounts', 'utf8').catch(() => ''), path);
  const space = await statfs(path).catch(() => undefined);
  const written = await syncTime(path, monotonic).then(
    (sync_ms) => ({ sync_ms }),
    (cause: unknown) => ({ fault: whyOf(cause) }),
  );
  return {
    path,
    ...mount,
    ...(space === undefined ? {} : { free_bytes: space.bavail * space.bsize, total_bytes: space.blocks * space.bsize }),
    ...written,
  };
};
