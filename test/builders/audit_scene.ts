import { generateKeyPairSync } from 'crypto';
import { signNote } from '../../server/engine/audit/signed_note';
import {
  parseVkey,
  rawPublicKeyOf,
  verifierOf,
  vkeyOf,
  type VerifierKey,
} from '../../server/engine/audit/verifier_key';
import { AgentChain } from '../../server/runner/audit/agent_chain';
import { AuditRoom } from '../../server/runner/audit/audit_room';
import { CheckpointKeeper } from '../../server/runner/audit/checkpoint_keeper';
import { verifyEvidence, type VerifyRequest } from '../../server/runner/audit/verify/verify';
import { FakeAuditDisk, FakeCheckpointIndex, fakeAuditReader } from '../fakes/fake_audit';
import { FakeEvidence, fakeEvidenceLog } from '../fakes/fake_evidence';
import { afterCheckpoint } from '../../server/engine/audit/chain_book';
import type {
  AuditDisk,
  AuditReader,
  CheckpointIndex,
  CheckpointSigner,
  Clock,
  EvidenceEntry,
  EvidenceLog,
  Log,
} from '../../server/runner/ports';

/* Agents that append records and cover them by checkpoints, without the rest of an agent. */

const quiet = (): void => undefined;
const NO_LOG: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A key in memory, under the name of each log. */
export const memorySigner = (): CheckpointSigner => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const verifier = (origin: string): VerifierKey => verifierOf(origin, rawPublicKeyOf(privateKey));
  return {
    vkey: async (origin) => vkeyOf(verifier(origin)),
    sign: async (origin, text) => signNote(text, [{ verifier: verifier(origin), privateKey }]),
  };
};

/** A clock that stands still until it is moved. */
export const aStillClock = (utc: number) => {
  let now = 0;
  const clock: Clock = { monotonic: () => now, utc: () => utc + now, sleep: async () => undefined };
  return { clock, pass: (ms: number) => (now += ms) };
};

export interface AgentPorts {
  readonly name: string;
  readonly reader: AuditReader;
  readonly disk: AuditDisk;
  readonly index: CheckpointIndex | undefined;
  readonly signer: CheckpointSigner;
  readonly clock: Clock;
  readonly log?: Log;
  /** The log over the chain of this start. */
  readonly evidence: (chain: AgentChain) => EvidenceLog;
}

let starts = 0;

/** One start of an agent. */
export const startAuditing = async (ports: AgentPorts) => {
  const { name, reader, disk, index, signer, clock, log = NO_LOG } = ports;
  starts += 1;
  const origin = disk.origin();
  const last = origin === undefined ? undefined : await disk.last(origin);
  let salts = 0;
  const salt = (): string =>
    Buffer.from(`${name} ${starts} ${(salts += 1)}`.padEnd(16).slice(0, 16)).toString('base64');
  const chain = new AgentChain({ clock, salt, log }, `${name}-${starts}`, afterCheckpoint(last?.note));
  const newOrigin = (): string => `reflex/test/${name}-${(starts += 1)}`;
  const keeper = new CheckpointKeeper({ chain, reader, disk, signer, index, say: undefined, newOrigin, clock, log });
  await keeper.open();
  const room = new AuditRoom({ chain, keeper, reader, disk, index, settings: { keys: [], stdout: false }, clock, log });
  return { chain, keeper, room, evidence: ports.evidence(chain) };
};

/** Records of who did what. */
export const someRecords = (prefix: string, count: number, at = '2026-11-22T10:00:00.000Z'): readonly EvidenceEntry[] =>
  Array.from({ length: count }, (_, number) => ({
    family: number % 3 === 0 ? ('decisions' as const) : ('audit' as const),
    id: `${prefix}-${number}`,
    at,
    body: { by: `user-${number}`, verb: 'approved', object: { type: 'act', id: String(number) }, text: 'a reason' },
  }));

/** The keys of logs, by the agents that sign them. */
export const keysOf = async (agents: ReadonlyArray<{ readonly keeper: CheckpointKeeper }>): Promise<VerifierKey[]> => {
  const lines = await Promise.all(agents.map(({ keeper }) => keeper.vkey()));
  return lines.flatMap((line) => {
    const read = parseVkey(line ?? '');
    return read.ok ? [read.value] : [];
  });
};

/** Verifies with all that one agent knows. */
export const verifyWith = (
  { reader, disk, index, clock }: Pick<AgentPorts, 'reader' | 'disk' | 'index' | 'clock'>,
  request: Pick<VerifyRequest, 'keys'> & Partial<VerifyRequest>,
  withLeaves = true,
) =>
  verifyEvidence(
    {
      reader,
      anchors: [disk.checkpoints(), ...(index === undefined ? [] : [index.all()])],
      leaves: withLeaves ? disk.leaves.bind(disk) : () => ({ async *[Symbol.asyncIterator]() {} }),
      clock,
    },
    { notes: [], ...request },
  );

/** Agents over one evidence in memory. */
export const aScene = (utc = Date.parse('2026-11-22T12:00:00.000Z')) => {
  const evidence = new FakeEvidence();
  const reader = fakeAuditReader(evidence);
  const index = new FakeCheckpointIndex();
  const time = aStillClock(utc);
  const agent = (name: string, disk = new FakeAuditDisk(), signer = memorySigner()) => ({
    ...{ name, reader, disk, index, signer, clock: time.clock },
    evidence: (chain: AgentChain) => fakeEvidenceLog(evidence, undefined, chain),
  });
  return { evidence, reader, index, ...time, agent };
};

/** How the audit of an agent stands that just began. */
export const anAuditRoom = async (): Promise<AuditRoom> => (await startAuditing(aScene().agent('agent-0'))).room;
