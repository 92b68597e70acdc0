import { randomBytes, type KeyObject } from 'crypto';
import { hostname } from 'os';
import { join } from 'path';
import { whyOf } from '../../common/why';
import { OpenSearchAuditReader } from '../adapters/opensearch/audit_reader';
import { OpenSearchCheckpointIndex } from '../adapters/opensearch/checkpoint_index';
import { openFileAudit } from '../adapters/system/audit_files';
import { auditKey } from '../adapters/system/audit_key';
import { realClock } from '../adapters/system/real_clock';
import { afterCheckpoint } from '../engine/audit/chain_book';
import { signNote } from '../engine/audit/signed_note';
import { rawPublicKeyOf, verifierOf, vkeyOf } from '../engine/audit/verifier_key';
import type { HostParts } from '../hosts/host_parts';
import { auditKeyFile } from '../hosts/key_files';
import { AgentChain } from '../runner/audit/agent_chain';
import { AuditRoom } from '../runner/audit/audit_room';
import { CheckpointKeeper } from '../runner/audit/checkpoint_keeper';
import { inBackground } from '../runner/keeping/in_background';
import { DiskFailed, type CheckpointSigner } from '../runner/ports';
import { lateBound, type LateBound } from './late_bound';
import type { Life } from './life';
import type { Disk } from './open_disk';

/** What keeps evidence from being changed unseen. */
export interface Audit {
  readonly chain: AgentChain;
  readonly audit: AuditRoom;
  /** Whether this agent has joined: one that may not join signs nothing. Bound by the agent. */
  readonly auditMayBegin: LateBound<boolean>;
}

/** A stop does not wait longer for the last checkpoint, ms: what it did not cover, the next start covers. */
const LAST_MS = 5_000;

const SALT_BYTES = 16;

/** Signs with the key of a file, which is made when it is needed first. */
const signerOf = (path: string): CheckpointSigner => {
  let made: KeyObject | undefined;
  const key = async (): Promise<KeyObject> => {
    made ??= await auditKey(path).catch((cause: unknown) => {
      throw new DiskFailed(`the key of the audit cannot be used: ${whyOf(cause)}`, { cause });
    });
    return made;
  };
  return {
    vkey: async (origin) => vkeyOf(verifierOf(origin, rawPublicKeyOf(await key()))),
    sign: async (origin, text) => {
      const privateKey = await key();
      return signNote(text, [{ verifier: verifierOf(origin, rawPublicKeyOf(privateKey)), privateKey }]);
    },
  };
};

/** A name for a log: of this machine and this agent, and by chance. */
const originOf = (agentId: string): string =>
  `reflex/${hostname().replace(/[\s+/]/g, '-')}/${agentId}-${randomBytes(4).toString('hex')}`;

/**
 * Begins the chain of this life, and what covers it by checkpoints.
 *
 * @throws Error if what the disk keeps of the audit cannot be understood
 */
export const buildAudit = async (
  { transport, dataFolder, settings, log }: Pick<HostParts, 'transport' | 'dataFolder' | 'settings' | 'log'>,
  { agentId }: Pick<Disk, 'agentId'>,
  life: Life,
): Promise<Audit> => {
  const disk = await openFileAudit(join(dataFolder, 'audit'));
  life.opened('the files of the audit', () => disk.end());
  const origin = disk.origin();
  const last = origin === undefined ? undefined : await disk.last(origin);
  const ports = { clock: realClock, log, salt: () => randomBytes(SALT_BYTES).toString('base64') };
  const id = `${agentId}-${randomBytes(4).toString('hex')}`;
  const chain = new AgentChain(ports, id, afterCheckpoint(last?.note));
  const reader = new OpenSearchAuditReader(transport);
  const index = settings.audit.index ? new OpenSearchCheckpointIndex(transport) : undefined;
  const keeper = new CheckpointKeeper({
    ...{ chain, reader, disk, index, clock: realClock, log },
    signer: signerOf(auditKeyFile(dataFolder)),
    say: settings.audit.stdout
      ? ({ origin: of, size, note }) => log.info('checkpoint of the audit', { origin: of, size, note })
      : undefined,
    newOrigin: () => originOf(agentId),
  });
  // On a full disk, what is to be undone does not wait for the audit.
  await keeper.open().catch((cause: unknown) => log.error('the audit cannot be kept', { why: whyOf(cause) }));
  const auditMayBegin = lateBound(false);
  inBackground(life, 'covering the audit', keeper.run(settings.audit.checkpointEveryMs, life, auditMayBegin.ask));
  life.opened('the audit', () => (auditMayBegin.ask() ? keeper.finish(LAST_MS) : undefined));
  const room = new AuditRoom({
    ...{ chain, keeper, reader, disk, index, log },
    clock: realClock,
    settings: settings.audit,
  });
  return { chain, audit: room, auditMayBegin };
};
