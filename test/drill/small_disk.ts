import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'fs';
import { join } from 'path';
import { mustRun, run } from '../targets/processes';

const SIZE_MB = 24;
const CHUNK = Buffer.alloc(64 * 1024, 1);

/** A small disk in memory, to be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it to the last byte. @returns true once the system refuses to write */
  readonly fill: () => boolean;
  readonly free: () => void;
  readonly unmount: () => Promise<void>;
}

const writeUntilFull = (file: string, chunk: Buffer): boolean => {
  const out = openSync(file, 'a');
  try {
    for (;;) writeSync(out, chunk);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOSPC';
  } finally {
    closeSync(out);
  }
};

/** Mounts it; this process lives in a mount namespace of its own, so that nothing is left behind if it is killed. */
export const smallDisk = async (folder: string): Promise<SmallDisk> => {
  mkdirSync(folder, { recursive: true });
  await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=700`, 'tmpfs', folder]);
  const filler = join(folder, 'filled-by-the-drill');
  return {
    folder,
    fill: () => writeUntilFull(filler, CHUNK) && writeUntilFull(filler, CHUNK.subarray(0, 1)),
    free: () => rmSync(filler, { force: true }),
    unmount: async () => {
      await run('umount', ['-l', folder]);
    },
  };
};
