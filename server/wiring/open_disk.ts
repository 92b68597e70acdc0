import { randomBytes } from 'crypto';
import { join } from 'path';
import { openFileSpool } from '../adapters/spool/file_spool';
import { openFileJournal } from '../adapters/system/file_journal';
import { openFileMemory } from '../adapters/system/file_memory';
import { folderPlace } from '../adapters/system/folder_place';
import { readAdoptOrder, removeAdoptOrder } from '../hosts/adopt_file';
import type { HostParts } from '../hosts/host_parts';
import type { FolderPlace, Journal, LocalMemory, Spool } from '../runner/ports';
import type { Life } from './life';

/** What this agent keeps on its own disk. */
export interface Disk {
  readonly memory: LocalMemory;
  readonly journal: Journal;
  readonly spool: Spool;
  /** Tells agents of one machine apart; made with the folder, and kept in it. */
  readonly agentId: string;
  /** Where the folder is, and whether it is a copy. */
  readonly place: FolderPlace;
}

const AGENT_ID = 'agent_id';

/** By chance and not by the path: containers share host names and paths. */
const ownId = async (memory: LocalMemory): Promise<string> => {
  const known = memory.read(AGENT_ID);
  if (known !== undefined) return known;
  const made = randomBytes(3).toString('hex');
  await memory.write(AGENT_ID, made);
  return made;
};

/** A person's order to go on with the folder is a file in it, and goes once it is carried out. */
const placeOf = async (folder: string, memory: LocalMemory): Promise<FolderPlace> => {
  const place = await folderPlace(folder, memory);
  return {
    ...place,
    order: () => readAdoptOrder(folder, 'folder'),
    settle: async () => {
      await place.settle();
      await removeAdoptOrder(folder, 'folder');
    },
  };
};

/** Opens what this agent keeps on its own disk. Needs nothing else, OpenSearch included. */
export const openDisk = async (
  { dataFolder, persistent, log }: Pick<HostParts, 'dataFolder' | 'persistent' | 'log'>,
  life: Life,
): Promise<Disk> => {
  const onDamage = (what: unknown): void => log.error('the local disk did not keep everything', { what: String(what) });
  const memory = await openFileMemory(join(dataFolder, 'memory.json'));
  const agentId = await ownId(memory);
  const place = await placeOf(dataFolder, memory);
  const journal = await openFileJournal({ folder: join(dataFolder, 'journal'), onDamage });
  life.opened('the journal', () => journal.end());
  const spool = await openFileSpool({ folder: join(dataFolder, 'spool'), persistent, onDamage });
  life.opened('the spool', () => spool.end());
  return { memory, journal, spool, agentId, place };
};
