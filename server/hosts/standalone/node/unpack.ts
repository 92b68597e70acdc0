import { createWriteStream } from 'fs';
import { chmod, mkdir, rename, rm } from 'fs/promises';
import { dirname, join, sep } from 'path';
import type { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { open, type Entry, type ZipFile } from 'yauzl';

interface UnpackOptions {
  readonly archive: string;
  /** Must not exist; appears whole. */
  readonly folder: string;
  /** The one folder that the archive has everything in; left away. Undefined: it has none. */
  readonly within?: string;
  /** Paths in the archive, below `within`, that are not wanted. */
  readonly without?: RegExp;
  readonly progress: (done: number, total: number) => void;
}

const openArchive = (path: string): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, archive) => (error ? reject(error) : resolve(archive)));
  });

const nextEntry = (archive: ZipFile): Promise<Entry | undefined> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      archive.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
      then();
    };
    archive.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    archive.once('end', () => settle(() => resolve(undefined)));
    archive.once('error', (error: Error) => settle(() => reject(error)));
    archive.readEntry();
  });

const contentOf = (archive: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });

const EXECUTABLE = 0o111;

const unpackEntry = async (archive: ZipFile, entry: Entry, path: string): Promise<void> => {
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await pipeline(await contentOf(archive, entry), createWriteStream(path));
  const mode = entry.externalFileAttributes >>> 16;
  await chmod(path, (mode & EXECUTABLE) === 0 ? 0o644 : 0o755);
};

/** Where an entry goes; undefined if it is not wanted. Throws if it would get out of the folder. */
const placeOf = (name: string, into: string, { within, without }: UnpackOptions): string | undefined => {
  const start = within === undefined ? '' : `${within}/`;
  const inner = name.startsWith(start) ? name.slice(start.length) : undefined;
  if (inner === undefined) throw new Error(`the archive has \`${name}\` outside of \`${within ?? ''}\``);
  if (inner === '' || without?.test(inner)) return undefined;
  const path = join(into, inner);
  if (!path.startsWith(into + sep)) throw new Error(`the archive has \`${name}\`, which leads out of its folder`);
  return path;
};

/** Unpacks an archive beside its place and moves it there in one step, so that a broken start leaves nothing half. */
export const unpack = async (options: UnpackOptions): Promise<void> => {
  const { archive: path, folder, progress } = options;
  const fresh = `${folder}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const archive = await openArchive(path);
  try {
    let done = 0;
    for (let entry = await nextEntry(archive); entry !== undefined; entry = await nextEntry(archive)) {
      const place = placeOf(entry.fileName, fresh, options);
      if (place !== undefined) await unpackEntry(archive, entry, place);
      done += 1;
      progress(done, archive.entryCount);
    }
    await rename(fresh, folder);
  } finally {
    archive.close();
    await rm(fresh, { recursive: true, force: true });
  }
};
