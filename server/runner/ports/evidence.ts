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

/** Something that records are looked for by; a record has it if any of its parts holds. */
export interface EvidenceMatch {
  /** One of these fields has one of its values. */
  readonly is?: Readonly<Record<string, readonly string[]>>;
  /** One of these keyword fields has the text in it, in any case; `whole`: is the text. Every character is data. */
  readonly says?: { readonly fields: readonly string[]; readonly text: string; readonly whole?: boolean };
  /** One of these fields of addresses lies in one of these networks. */
  readonly within?: { readonly fields: readonly string[]; readonly networks: readonly string[] };
}

/** Longest text of which a part of a name is looked for, characters; a longer one is compared as a whole. */
export const MOST_PART = 128;

/** Names in records that have a text in them. */
export interface EvidenceNames {
  readonly family: EvidenceFamily;
  /** Keyword fields. */
  readonly fields: readonly string[];
  readonly text: string;
  /** Besides, addresses in these networks. */
  readonly within?: EvidenceMatch['within'];
  /** So many names of each field, the most frequent ones. */
  readonly most: number;
  /** Given up after it, ms. */
  readonly timeoutMs: number;
}

/** `isWhole` false: a field has more of them, or not everything could be looked at in time. */
export interface EvidenceNamed {
  readonly found: ReadonlyArray<{ readonly field: string; readonly value: string; readonly count: number }>;
  readonly isWhole: boolean;
}

export interface EvidenceQuery {
  readonly family: EvidenceFamily;
  /** Exact values by field; a list means any of them. A boolean that a record does not have counts as false. */
  readonly where?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Besides, at least one of these fields has one of its values. */
  readonly anyOf?: Readonly<Record<string, readonly string[]>>;
  /** Besides, each of these holds. */
  readonly matching?: readonly EvidenceMatch[];
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly offset?: number;
  readonly order?: 'newest' | 'oldest';
  /** Only what comes after this record in that order: reaches further than `offset`. */
  readonly after?: { readonly at: string; readonly id: string };
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
  /** Which names have a text in them; throws `StoreUnavailable`. */
  readonly names: (query: EvidenceNames) => Promise<EvidenceNamed>;
  /**
   * Every entry from a moment on, oldest first, page by page.
   *
   * @param isKnown entries that are left out; of these only the id is read
   */
  readonly scan: (
    query: Omit<EvidenceQuery, 'limit' | 'offset' | 'order' | 'after'>,
    isKnown?: (id: string) => boolean,
  ) => AsyncIterable<EvidenceFound['entries'][number]>;
}
