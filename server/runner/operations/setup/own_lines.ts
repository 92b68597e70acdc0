import type { Signer } from '../../../engine/policy/signer';
import type { AgentWith } from '../../agent/views';
import type { FolderLook } from '../../ports';
import { found, type Found } from './found';

/* What this host keeps by itself: the key that signs, and the folder that remembers. */

export const CONFIRMED = 'confirm_key_backup';

/**
 * Whether the key that signs here is safe: one of this process has a backup by what somebody confirmed of it on record,
 * one of a signer is kept there, and the signer answers.
 */
export const keyLine = async (
  { parts: { evidence } }: AgentWith<'evidence'>,
  [signer]: readonly Signer[],
  keys: { readonly trusted: number; readonly threshold: number },
): Promise<Found> => {
  if (signer === undefined) return found('green', 'key_elsewhere', keys);
  const { keyId: key, held } = signer;
  if (held === undefined) {
    const why = await signer.whyAway?.();
    return why === undefined
      ? found('green', 'key_at_signer', { key, ...keys })
      : found('red', 'signer_away', { key, why });
  }
  const where = { verb: CONFIRMED, 'object.id': key, outcome: 'done' };
  const { entries } = await evidence.find({ family: 'audit', where, order: 'newest', limit: 1 });
  const [last] = entries;
  return last === undefined
    ? found('amber', 'key_not_backed_up', { key, ...keys })
    : found('green', 'key_backed_up', { key, by: String(last.body.by), at: last.at, ...keys });
};

/** File systems that are gone with the machine, or with the container. */
const IN_MEMORY = new Set(['tmpfs', 'ramfs', 'devtmpfs', 'hugetlbfs']);
const OF_CONTAINERS = new Set(['overlay', 'overlayfs', 'aufs', 'fuse-overlayfs']);

const MIB = 1024 * 1024;
/** The journal, the spool and the memory of a busy day fit into less. */
const LEAST_FREE = 512 * MIB;

const folderProof = ({ path, kind, mount, free_bytes, total_bytes, sync_ms, fault }: FolderLook): readonly string[] => [
  kind === undefined ? `${path}: this machine does not tell its file system` : `${path}: ${kind}, mounted at ${mount}`,
  ...(free_bytes === undefined || total_bytes === undefined
    ? []
    : [`free: ${Math.floor(free_bytes / MIB)} MiB of ${Math.floor(total_bytes / MIB)} MiB`]),
  ...(fault === undefined
    ? [`a file was written, made durable and taken away again within ${sync_ms} ms`]
    : [`a file could not be written: ${fault}`]),
];

/**
 * Whether what Reflex keeps on the disk is there after a restart.
 *
 * @param isSaidDurable what the settings, or the host's default, say of it
 */
export const folderLine = (look: FolderLook, isSaidDurable: boolean): Found => {
  const { path, kind, free_bytes, sync_ms = 0, fault } = look;
  const proof = folderProof(look);
  if (fault !== undefined) return found('red', 'folder_not_written', { path, fault }, proof);
  if (kind !== undefined && (IN_MEMORY.has(kind) || OF_CONTAINERS.has(kind)))
    return found('red', 'folder_passing', { path, kind }, proof);
  if (free_bytes !== undefined && free_bytes < LEAST_FREE)
    return found('red', 'folder_nearly_full', { path, free_mib: Math.floor(free_bytes / MIB) }, proof);
  if (!isSaidDurable) return found('amber', 'folder_said_passing', { path }, proof);
  return kind === undefined
    ? found('unknown', 'folder_untold', { path }, proof)
    : found('green', 'folder_durable', { path, kind, sync_ms }, proof);
};
