import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'fs/promises';
import { join } from 'path';
import { payloadOf, scanRecords, type FoundRecord } from './record';

/** One file of the spool. */
export interface Segment {
  readonly path: string;
  /** Those that were not dropped, oldest first. */
  records: FoundRecord[];
  bytes: number;
}

/** Bytes that the disk did not keep. `torn`: at the end, where a writing was cut off and never acknowledged. */
export interface SpoolDamage {
  readonly kind: 'damaged' | 'torn';
  readonly path: string;
  readonly bytes: number;
}

const PRIVATE_FILE = 0o600;
const SEGMENT = /^(\d{16})\.spool$/;
const DROPPED = 'dropped';

const segmentPath = (folder: string, first: number): string => join(folder, `${String(first).padStart(16, '0')}.spool`);

export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Starts a file; it must not exist. */
export const startSegment = async (folder: string, first: number): Promise<[Segment, FileHandle]> => {
  const path = segmentPath(folder, first);
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    await syncFolder(folder);
  } catch (error) {
    await file.close();
    throw error;
  }
  return [{ path, records: [], bytes: 0 }, file];
};

/** Remembers on the disk up to where everything was dropped. */
export const writeDropped = async (folder: string, at: number): Promise<void> => {
  const path = join(folder, DROPPED);
  const file = await open(`${path}.new`, 'w', PRIVATE_FILE);
  try {
    await file.writeFile(String(at));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(folder);
};

const readDropped = async (folder: string): Promise<number> => {
  const text = await readFile(join(folder, DROPPED), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw error;
  });
  // Unreadable: what was dropped comes again, which is harmless; losing what was not would be.
  return /^\d+$/.test(text) ? Number(text) : 0;
};

export interface SpoolContents {
  readonly segments: Segment[];
  /** Everything up to here was dropped. */
  readonly dropped: number;
  /** No record was ever given a higher place. */
  readonly highest: number;
}

/** Reads a folder; makes it if it is missing. Files with nothing left in them are removed. */
export const readSpool = async (folder: string, onDamage: (damage: SpoolDamage) => void): Promise<SpoolContents> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const dropped = await readDropped(folder);
  const segments: Segment[] = [];
  let highest = dropped;
  for (const name of (await readdir(folder)).filter((each) => SEGMENT.test(each)).sort()) {
    const path = join(folder, name);
    const content = await readFile(path);
    const { records, damaged, tail } = scanRecords(content);
    for (const { bytes } of damaged) onDamage({ kind: 'damaged', path, bytes });
    if (tail > 0) onDamage({ kind: 'torn', path, bytes: tail });
    highest = Math.max(highest, Number(SEGMENT.exec(name)?.[1]) - 1, ...records.slice(-1).map(({ at }) => at));
    const left = records.filter(({ at }) => at > dropped);
    if (left.length > 0) segments.push({ path, records: left, bytes: content.length });
    else await rm(path, { force: true });
  }
  return { segments, dropped, highest };
};

/** The items of some records of a segment. One that the disk lost meanwhile is told and left out. */
export const readItems = async (
  { path }: Segment,
  records: readonly FoundRecord[],
  onDamage: (damage: SpoolDamage) => void,
): Promise<ReadonlyArray<{ readonly at: number; readonly item: unknown }>> => {
  const file = await open(path, 'r');
  try {
    const items: Array<{ at: number; item: unknown }> = [];
    for (const { at, offset, length } of records) {
      const buffer = Buffer.alloc(length);
      await file.read(buffer, 0, length, offset);
      const text = payloadOf(buffer);
      if (text === undefined) onDamage({ kind: 'damaged', path, bytes: length });
      else items.push({ at, item: JSON.parse(text) as unknown });
    }
    return items;
  } finally {
    await file.close();
  }
};
