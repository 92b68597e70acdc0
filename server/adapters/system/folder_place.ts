import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import { stat, writeFile } from 'fs/promises';
import { hostname } from 'os';
import { join } from 'path';
import { DiskFailed, type FolderPlace, type LocalMemory } from '../../runner/ports';
import { whyOf } from '../../../common/why';
import { PRIVATE_FILE, syncFolder } from './durable_file';

/*
 * Whether a data folder is where it was held last. A file that is written once has a number and a moment of birth in
 * its file system: whoever copies or restores a folder makes another file, and neither can be chosen. A folder that is
 * renamed, and a volume that is attached elsewhere, keep both.
 */

/** This machine, and this run of it. */
export interface MachineMarks {
  readonly machine: string;
  readonly boot: string;
}

/** What the folder remembers of its place. */
interface Place extends MachineMarks {
  readonly file: string;
}

const PLACE = 'place';
const MARK = 'installation';
const TEXT = 'Reflex tells this data folder from copies of it by this very file. Leave it where it is.\n';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** The id of a machine is not to be shown to others as it is. */
const digestOf = (text: string): string => createHash('sha256').update(`reflex ${text}`).digest('hex').slice(0, 32);

export const thisMachine = (): MachineMarks => {
  const id = textOf('/etc/machine-id');
  return {
    machine: digestOf(id === '' ? hostname() : id),
    boot: textOf('/proc/sys/kernel/random/boot_id'),
  };
};

/** Number and birth of the mark; the path where the file system tells no birth. */
const fileOf = async (folder: string): Promise<string> => {
  const path = join(folder, MARK);
  await writeFile(path, TEXT, { mode: PRIVATE_FILE, flag: 'wx' }).then(
    () => syncFolder(folder),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  const { ino, birthtimeNs } = await stat(path, { bigint: true });
  return birthtimeNs > 0n ? `${ino} ${birthtimeNs}` : `${ino} ${path}`;
};

const placeIn = (memory: Pick<LocalMemory, 'read'>): Place | undefined => {
  const text = memory.read(PLACE);
  return text === undefined ? undefined : (JSON.parse(text) as Place);
};

const isOneMachine = (one: MachineMarks, other: MachineMarks): boolean =>
  one.machine === other.machine || (one.boot !== '' && one.boot === other.boot);

/**
 * Looks where a folder is. One that says nothing of its place, new or of an earlier version, belongs where it is.
 */
export const folderPlace = async (
  folder: string,
  memory: LocalMemory,
  marks: MachineMarks = thisMachine(),
): Promise<Pick<FolderPlace, 'path' | 'where' | 'settle'>> => {
  // On a full disk a folder that has no mark yet gets it later: what it has to undo must not wait for that.
  let file = await fileOf(folder).catch(() => undefined);
  const settle = async (): Promise<void> => {
    file ??= await fileOf(folder).catch((cause: unknown) => {
      throw new DiskFailed(`the data folder cannot be written: ${whyOf(cause)}`, { cause });
    });
    const here: Place = { file, ...marks };
    const text = JSON.stringify(here);
    if (memory.read(PLACE) !== text) await memory.write(PLACE, text);
  };
  if (placeIn(memory) === undefined) await settle().catch(() => undefined);
  return {
    path: folder,
    where: () => {
      const last = placeIn(memory);
      if (last === undefined) return 'here';
      if (last.file !== file) return 'copied';
      return isOneMachine(last, marks) ? 'here' : 'elsewhere';
    },
    settle,
  };
};
