export const EVIDENCE_FAMILIES = ['decisions', 'actions', 'feedback', 'quarantine', 'audit'] as const;
export type EvidenceFamily = (typeof EVIDENCE_FAMILIES)[number];

/** One record. Appending the same id again to the same index changes nothing, so a copier may repeat itself. */
export interface EvidenceEntry {
  readonly family: EvidenceFamily;
  readonly id: string;
  /** UTC of writing; decides which index it goes to, so a repetition goes to the same one. */
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A record that waits in a state document. Without a body it is made from the document's own content. */
export type OutboxEntry = Omit<EvidenceEntry, 'body'> & Partial<Pick<EvidenceEntry, 'body'>>;

/** A query names at most so many values of one field. One that names more is refused, not answered in part. */
export const MOST_WANTED = 4_096;

export interface EvidenceQuery {
  readonly family: EvidenceFamily;
  /** Exact values by field; a list means any of them. A boolean that a record does not have counts as false. */
  readonly where?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Besides, at least one of these fields has one of its values. */
  readonly anyOf?: Readonly<Record<string, readonly string[]>>;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly offset?: number;
  readonly order?: 'newest' | 'oldest';
}

export interface EvidenceFound {
  readonly total: number;
  readonly entries: ReadonlyArray<{
    readonly id: string;
    readonly at: string;
    readonly body: Readonly<Record<string, unknown>>;
  }>;
}

/** Search fields of records, without the records. */
export interface EvidenceGlance {
  readonly family: EvidenceFamily;
  readonly where: NonNullable<EvidenceQuery['where']>;
  readonly from: string;
  readonly fields: readonly string[];
  readonly limit: number;
  /** Given up after it, ms. */
  readonly timeoutMs: number;
}

/** `isWhole` false: there are more, or not everything could be looked at in time. */
export interface EvidenceGlanced {
  readonly found: ReadonlyArray<Readonly<Record<string, ReadonlyArray<string | number | boolean>>>>;
  readonly isWhole: boolean;
}

export interface EvidenceLog {
  /** Durable when it returns; throws `StoreUnavailable`. Entries that are there already count as appended. */
  readonly append: (entries: readonly EvidenceEntry[]) => Promise<void>;
  readonly find: (query: EvidenceQuery) => Promise<EvidenceFound>;
  readonly get: (family: EvidenceFamily, id: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /**
   * Which of these records are there for good: in an index that has every write on the disk before it answers. One
   * that was appended less than some seconds ago may be missing.
   */
  readonly kept: (family: EvidenceFamily, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Counts by value of a field, largest first, within a time. */
  readonly tally: (query: {
    readonly family: EvidenceFamily;
    readonly field: string;
    readonly from?: string;
    readonly to?: string;
    readonly where?: EvidenceQuery['where'];
  }) => Promise<ReadonlyMap<string, number>>;
  /** Some fields of the newest records, small and quick; throws `StoreUnavailable`. */
  readonly glance: (query: EvidenceGlance) => Promise<EvidenceGlanced>;
  /** Every entry from a moment on, oldest first, page by page. */
  readonly scan: (
    query: Omit<EvidenceQuery, 'limit' | 'offset' | 'order'>,
  ) => AsyncIterable<EvidenceFound['entries'][number]>;
}
