import type { EvidenceEntry, EvidenceFamily } from './evidence';

/* What keeps evidence from being changed unseen: chains of records, and checkpoints over them. */

/** Values that a record is searched by, by field. */
export type EvidenceFields = Readonly<Record<string, ReadonlyArray<string | number | boolean>>>;

/** A record as it is to be stored. */
export interface StoredRecord extends Pick<EvidenceEntry, 'family' | 'id' | 'at'> {
  /** JSON. */
  readonly record: string;
  readonly fields: EvidenceFields;
}

/** The place of a record in a chain. */
export interface AuditStamp {
  /** The chain: one each time an agent starts. */
  readonly chain: string;
  readonly seq: number;
  /** Hash of the record before it. */
  readonly prev: string;
  readonly hash: string;
  /** Of this record alone, base64. */
  readonly salt: string;
}

/** What became of one try to append a record. */
export type AppendTried = 'appended' | 'without_fields' | 'without_chain' | 'refused' | 'there' | 'unanswered';

/** Gives records their places. Asks nobody, so appending waits for nothing more. */
export interface EvidenceChain {
  /** Undefined where it cannot be given one: the record is stored all the same. */
  readonly stamp: (record: StoredRecord) => AuditStamp | undefined;
  /** To be told once for each stamp that was given. */
  readonly tried: (stamp: AuditStamp, how: AppendTried) => void;
}

/** A record as it is found. */
export interface FoundRecord extends StoredRecord {
  readonly index: string;
  /** The id that the record says of itself, where it is not the one that it is stored under. */
  readonly saysId?: string;
  readonly audit?: AuditStamp;
}

/** What is stored under the identity of a record. */
export interface FoundStamp {
  readonly there: boolean;
  readonly audit?: AuditStamp;
  /** It was stored without what it is searched by. */
  readonly fieldless: boolean;
}

/** Records of one chain that are there. */
export interface ChainTally {
  readonly chain: string;
  readonly records: number;
  readonly lowest: number;
  readonly highest: number;
  readonly from: string;
  readonly to: string;
}

/** A time, from inclusive, to exclusive; UTC. */
export interface AuditRange {
  readonly from?: string;
  readonly to?: string;
}

/** Reads evidence as it is stored, to check it. All throw `StoreUnavailable`. */
export interface AuditReader {
  /** What is stored under these identities: a record, with or without a place, or nothing. Not delayed by a refresh. */
  readonly stampsOf: (
    records: ReadonlyArray<Pick<EvidenceEntry, 'family' | 'id' | 'at'>>,
  ) => Promise<ReadonlyArray<FoundStamp>>;
  /** Records of a chain from a place up to, with, another, in order; two of one place come one after the other. */
  readonly chain: (chain: string, from: number, to: number) => AsyncIterable<FoundRecord>;
  /** Every chain that has records of this time. */
  readonly chains: (range: AuditRange) => AsyncIterable<ChainTally>;
  /** Records of this time without a place in any chain, oldest first. */
  readonly unchained: (
    range: AuditRange,
    most: number,
  ) => Promise<{ readonly total: number; readonly first: readonly FoundRecord[] }>;
  /** Makes what was just appended visible to the searches above. */
  readonly refresh: () => Promise<void>;
  /** Indices of evidence that are there, with the identity that OpenSearch gave each. */
  readonly indices: () => Promise<Readonly<Record<string, string>>>;
  /** The index that a record of a family and a time belongs to. */
  readonly indexOf: (family: EvidenceFamily, at: string) => string;
}

/** A checkpoint as it is anchored: the signed note, and the statement that it binds. */
export interface AnchoredCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly note: string;
  /** JSON. */
  readonly statement: string;
  /** The tree at its size: how to go on growing it. It proves itself by the root in the note. */
  readonly tree: { readonly size: number; readonly nodes: readonly string[] };
}

/** A second place for checkpoints, where none can be replaced. All throw `StoreUnavailable`. */
export interface CheckpointIndex {
  /**
   * Files a checkpoint; durable when it returns.
   *
   * @returns `differs`: there is another checkpoint of that size
   */
  readonly file: (checkpoint: AnchoredCheckpoint) => Promise<'filed' | 'differs'>;
  /** Size of the largest checkpoint of a log; undefined if there is none. */
  readonly largest: (origin: string) => Promise<number | undefined>;
  /** All of them, by log and size. */
  readonly all: () => AsyncIterable<AnchoredCheckpoint>;
}

/** A leaf as this agent's own disk keeps it, so that what is missing has a name. */
export interface KeptLeaf {
  /** Hash of the record, 64 hex digits. */
  readonly hash: string;
  readonly family: EvidenceFamily;
  readonly at: string;
  readonly id: string;
}

/** A chain that this agent began, and up to where checkpoints cover it. */
export interface BegunChain {
  readonly chain: string;
  /** The first place that no checkpoint covers. */
  readonly from: number;
}

/** What this agent's own disk keeps of the audit. Everything is durable when it returns; throws `DiskFailed`. */
export interface AuditDisk {
  /** Which log this is; undefined before the first. */
  readonly origin: () => string | undefined;
  /** Chains that were begun and not covered to their end. */
  readonly begun: () => readonly BegunChain[];
  readonly note: (of: { readonly origin: string; readonly begun: readonly BegunChain[] }) => Promise<void>;
  /** The largest checkpoint of the log of that name. */
  readonly last: (origin: string) => Promise<AnchoredCheckpoint | undefined>;
  /** Keeps the leaves that a checkpoint adds, and the checkpoint itself. */
  readonly keep: (checkpoint: AnchoredCheckpoint, leaves: readonly KeptLeaf[]) => Promise<void>;
  /** All checkpoints, as they were kept. */
  readonly checkpoints: () => AsyncIterable<AnchoredCheckpoint>;
  /** Leaves of a log, from a place up to, without, another; fewer where the disk does not have them any more. */
  readonly leaves: (origin: string, from: number, to: number) => AsyncIterable<KeptLeaf>;
}

/** Signs checkpoints; the key stays where it is. */
export interface CheckpointSigner {
  /** The line by which others verify, for a log of that name. */
  readonly vkey: (origin: string) => Promise<string>;
  /** Throws `DiskFailed` where the key cannot be had. */
  readonly sign: (origin: string, text: string) => Promise<string>;
}
