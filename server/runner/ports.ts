import type { ClearedCommand } from '../../common/flow/command';
import type { AssetFacts, Target } from '../../common/flow/decision';
import type { TargetError } from '../../common/flow/outcome';
import type { BundleFiles } from '../../common/policy/bundle';
import type { Result } from '../../common/result';

/*
 * Everything that the runner needs from the world. Each port has a contract suite in `test/contracts/` that runs
 * against its real adapter and against the fake that the simulation uses.
 */

/** Time comes in as values; nothing in engine or runner asks the machine for it. */
export interface Clock {
  /** Milliseconds of a clock that never jumps; only differences mean anything, and only on this machine. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970, UTC; may be wrong and may jump. */
  readonly utc: () => number;
  /** Resolves after the time, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Ids and chance come in as values too. */
export interface Chance {
  readonly uuid: () => string;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** Where the runner says what people should know. Never receives secrets or whole events. */
export interface Log {
  readonly debug: (message: string, details?: Record<string, unknown>) => void;
  readonly info: (message: string, details?: Record<string, unknown>) => void;
  readonly warn: (message: string, details?: Record<string, unknown>) => void;
  readonly error: (message: string, details?: Record<string, unknown>) => void;
}

// --- State: one document a thing, compare-and-set (`protocol.md` section 0) ---------------------------------------

export const STATE_KINDS = [
  'gate',
  'session',
  'case',
  'effect',
  'ledger',
  'cursor',
  'bundle',
  'draft',
  'checkpoint',
] as const;
export type StateKind = (typeof STATE_KINDS)[number];

/** Which version of a document was read; comparing and setting goes by it. */
export interface Version {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** What lists are searched by. Search only proposes candidates; truth is a realtime get. */
export interface Facets {
  readonly state?: string;
  /** UTC; when something is due: a review, a deadline, an expiry. */
  readonly due?: string;
  readonly at?: string;
  readonly severity?: string;
  readonly action?: string;
  readonly target?: string;
  readonly policy?: string;
  readonly demo?: boolean;
  /** True if the owner has something to confirm. */
  readonly requested?: boolean;
}

export interface StateBody {
  readonly kind: StateKind;
  /** Fresh for every write, so that a writer recognises its own after a lost answer. */
  readonly write_id: string;
  /** Session that wrote it; its evidence is that session's to copy. */
  readonly session: string;
  /** Session that looks after it: the one to take it over from when it dies. */
  readonly owner: string;
  /** Counts the writes of that session; evidence is copied in this order. */
  readonly ordinal: number;
  readonly facets: Facets;
  readonly content: unknown;
  /** Records of what happened that may not have reached the evidence yet; recovery appends what is missing. */
  readonly outbox: readonly OutboxEntry[];
}

export interface StateDoc extends StateBody {
  readonly id: string;
  readonly version: Version;
}

export interface StateWrite {
  readonly id: string;
  readonly body: StateBody;
  /** `absent`: create it; a version: replace exactly that one. */
  readonly expect: 'absent' | Version;
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly version: Version }
  /** Another version is there. */
  | { readonly kind: 'conflict' }
  /** This write alone failed; nothing was written. */
  | { readonly kind: 'failed'; readonly message: string };

export interface StateQuery {
  readonly kinds: readonly StateKind[];
  readonly states?: readonly string[];
  readonly notStates?: readonly string[];
  readonly owners?: readonly string[];
  readonly writers?: readonly string[];
  readonly ids?: readonly string[];
  readonly dueBefore?: string;
  readonly requested?: boolean;
  readonly demo?: boolean;
  readonly ordinalAbove?: number;
  readonly sort?: 'due' | 'at' | 'newest';
  /** Most documents; default 1,000. */
  readonly limit?: number;
  /** Find every write that was answered before; costs a refresh, so only for what people ask for now and then. */
  readonly fresh?: boolean;
}

/**
 * The state index. `bulk` is not atomic: each write succeeds or fails by itself, in order. When the answer is lost it
 * throws `StoreUnavailable`, and any of the writes may still land later.
 */
export interface StateStore {
  readonly get: (id: string) => Promise<StateDoc | undefined>;
  readonly getMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, StateDoc>>;
  readonly bulk: (writes: readonly StateWrite[]) => Promise<readonly WriteOutcome[]>;
  readonly search: (query: StateQuery) => Promise<readonly StateDoc[]>;
  readonly count: (query: StateQuery) => Promise<number>;
  readonly remove: (id: string, expect: Version) => Promise<WriteOutcome>;
  /** Changes when the index was deleted and made again, which must stop every agent. */
  readonly identity: () => Promise<string>;
  /** The node's clock, ms since 1970. */
  readonly nodeTime: () => Promise<number>;
}

/** OpenSearch did not answer, or answered that it cannot. What was written is unknown. */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

// --- Evidence: append-only, by write time ------------------------------------------------------------------------

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

export interface EvidenceQuery {
  readonly family: EvidenceFamily;
  /** Exact values by field; a list means any of them. A boolean that a record does not have counts as false. */
  readonly where?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
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

export interface EvidenceLog {
  /** Durable when it returns; throws `StoreUnavailable`. Entries that are there already count as appended. */
  readonly append: (entries: readonly EvidenceEntry[]) => Promise<void>;
  readonly find: (query: EvidenceQuery) => Promise<EvidenceFound>;
  readonly get: (family: EvidenceFamily, id: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Counts by value of a field, largest first, within a time. */
  readonly tally: (query: {
    readonly family: EvidenceFamily;
    readonly field: string;
    readonly from?: string;
    readonly to?: string;
    readonly where?: EvidenceQuery['where'];
  }) => Promise<ReadonlyMap<string, number>>;
  /** Every entry from a moment on, oldest first, page by page. */
  readonly scan: (
    query: Omit<EvidenceQuery, 'limit' | 'offset' | 'order'>,
  ) => AsyncIterable<EvidenceFound['entries'][number]>;
}

// --- The local disk: undo journal and spool ----------------------------------------------------------------------

/** What this agent needs to undo an effect without asking anybody. */
export interface JournalEntry {
  readonly command_id: string;
  readonly effect_id: string;
  readonly connector: string;
  readonly action: string;
  readonly target: Target;
  /** UTC; null where only a person ends it. */
  readonly deadline: string | null;
  /** UTC of the claim. */
  readonly at: string;
  /** Set when this agent began to undo it while OpenSearch was away. */
  readonly undone_offline?: boolean;
}

export interface Journal {
  /** Durable on the local disk when it returns. The same command again replaces its entry. */
  readonly put: (entries: readonly JournalEntry[]) => Promise<void>;
  /** Forgets commands whose effect is finally gone. */
  readonly close: (commandIds: readonly string[]) => Promise<void>;
  readonly open: () => readonly JournalEntry[];
}

/** Accepted input that could not be written to OpenSearch yet. */
export interface Spool {
  /** Durable when it returns. Throws `SpoolRefused` when the disk is full or the folder is not persistent. */
  readonly append: (item: unknown) => Promise<void>;
  /** The oldest items, not removed. */
  readonly peek: (most: number) => Promise<ReadonlyArray<{ readonly at: number; readonly item: unknown }>>;
  /** Removes everything up to and including this place. */
  readonly dropThrough: (at: number) => Promise<void>;
  readonly size: () => number;
}

export class SpoolRefused extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'SpoolRefused';
  }
}

// --- Targets -----------------------------------------------------------------------------------------------------

/**
 * How a target behaves when a command is repeated: `key` it deduplicates by command_id, `set` repeating changes
 * nothing, `none` each sending counts.
 */
export type Idempotency = 'key' | 'set' | 'none';

export interface Capabilities {
  readonly actions: readonly string[];
  readonly idempotency: Idempotency;
  /** The target can end an effect by itself. */
  readonly native_ttl: boolean;
  /** Longest time between sending and taking effect, ms: "absent" is final only after it. */
  readonly settle_time_ms: number;
  /** Longest time that one request may take, ms. */
  readonly request_timeout_ms: number;
  /** An effect carries our command_id at the target, so that exactly ours can be removed. */
  readonly tagged: boolean;
  /** Whoever confirms the effect is another system than the one that took the order. */
  readonly second_observer: boolean;
}

/** What a call to a target came to. `unknown`: it may or may not have been applied. */
export type CallOutcome =
  | { readonly kind: 'succeeded'; readonly before?: unknown; readonly after?: unknown; readonly text?: string }
  | { readonly kind: 'failed'; readonly error: TargetError; readonly retry_after_ms?: number }
  | { readonly kind: 'unknown'; readonly error: TargetError }
  /** Not sent: the brakes, or the lapsed permit, stopped it at the last moment. */
  | { readonly kind: 'not_started'; readonly why: string };

export type UndoOutcome =
  | CallOutcome
  /** Somebody changed what is there since; nothing was done. */
  | { readonly kind: 'refused'; readonly error: TargetError; readonly current?: unknown };

export interface Verification {
  readonly state: 'present' | 'absent' | 'unknown';
  /** What the target said, for the record. */
  readonly seen?: unknown;
  readonly text?: string;
}

/** What a connector gets with every call. */
export interface CallContext {
  /** Asked synchronously, right before the first byte is written; false means: do not send. */
  readonly mayStart: () => boolean;
  readonly signal: AbortSignal;
  /** Grows with each claim and undo of an effect; targets that can check it refuse lower ones. */
  readonly fence: number;
}

/** An effect as a connector is asked about it. */
export interface EffectHandle {
  readonly effect_id: string;
  readonly action: string;
  readonly target: Target;
  /** Commands whose effect it is. */
  readonly command_ids: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** A person said: undo it although it was changed. */
  readonly force?: boolean;
}

export interface ListedEffect {
  readonly action: string;
  readonly target: Target;
  readonly command_id?: string;
  readonly since?: string;
}

export interface ConnectorHealth {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly text: string;
}

/** An adapter to one enforcement system. Its calls never throw for what the target does; they answer. */
export interface Connector {
  readonly name: string;
  readonly kind: string;
  readonly capabilities: Capabilities;
  readonly execute: (command: ClearedCommand, context: CallContext) => Promise<CallOutcome>;
  readonly verify: (effect: EffectHandle, context: Pick<CallContext, 'signal'>) => Promise<Verification>;
  readonly undo: (effect: EffectHandle, context: CallContext) => Promise<UndoOutcome>;
  readonly cancel: (commandId: string, context: Pick<CallContext, 'signal'>) => Promise<void>;
  readonly list: (context: Pick<CallContext, 'signal'>) => Promise<Result<readonly ListedEffect[], TargetError>>;
  readonly status: (context: Pick<CallContext, 'signal'>) => Promise<ConnectorHealth>;
}

// --- Bundles and inventory ---------------------------------------------------------------------------------------

/** What a bundle is filed under. */
export interface BundleName {
  readonly version: number;
  /** Of its signed statement: two bundles of one version differ in it. */
  readonly statement_digest: string;
  /** Of its policies alone: decisions name it. */
  readonly digest: string;
}

/** The archive of released bundles, and of those that lost the race for a version. */
export interface BundleArchive {
  readonly put: (name: BundleName, files: BundleFiles) => Promise<void>;
  readonly get: (version: number, statementDigest: string) => Promise<BundleFiles | undefined>;
  /** The newest version with these policies. */
  readonly byDigest: (digest: string) => Promise<BundleFiles | undefined>;
  /** What is filed, highest version first, at most 50. */
  readonly newest: () => Promise<readonly BundleName[]>;
}

/** The local memory of what must never go backwards. */
export interface LocalMemory {
  readonly read: (key: string) => string | undefined;
  /** Durable when it returns. */
  readonly write: (key: string, value: string) => Promise<void>;
}

/** One thing of the inventory as it is stored. */
export interface InventoryItem {
  readonly type: AssetFacts['type'];
  /** Canonical name, address or network. */
  readonly value: string;
  readonly name?: string;
  readonly addresses?: readonly string[];
  readonly criticality?: AssetFacts['criticality'];
  readonly tags?: readonly string[];
  readonly subnets?: readonly string[];
  readonly groups?: readonly string[];
  readonly owner?: string;
  readonly origin: 'file' | 'cluster' | 'demo';
}

export interface InventoryStore {
  readonly load: () => Promise<{ readonly version: string; readonly items: readonly InventoryItem[] }>;
  /** Replaces all items of an origin. */
  readonly replace: (origin: InventoryItem['origin'], items: readonly InventoryItem[]) => Promise<void>;
  /** Hosts and users that the cluster's own documents name (`host.*`, `user.*`). */
  readonly discover: (indices: readonly string[]) => Promise<readonly InventoryItem[]>;
}

/** The stop file on this machine's disk: works when OpenSearch is away, and stays until it is removed. */
export interface LocalStop {
  readonly read: () => { readonly who: string; readonly why: string } | undefined;
  readonly write: (order: { readonly who: string; readonly why: string } | undefined) => Promise<void>;
}

// --- OpenSearch Alerting -----------------------------------------------------------------------------------------

/** Last `_seq_no` read, by `index uuid/shard/history uuid`. */
export type AlertPosition = Readonly<Record<string, number>>;

/** A document of an alert or history index. */
export interface AlertDocument {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Reads the indices of OpenSearch Alerting. */
export interface AlertReader {
  /** Where reading starts when nothing was read before: everything up to now is left alone. */
  readonly now: () => Promise<AlertPosition>;
  /**
   * Alerts that were written after a position, oldest first, up to what is surely complete (the global checkpoint).
   * Keeps reading an older index of a rollover until it is exhausted.
   */
  readonly since: (
    position: AlertPosition,
    most: number,
  ) => Promise<{ readonly alerts: readonly AlertDocument[]; readonly position: AlertPosition }>;
  /** Documents that alerts relate to, in bounded requests; what is gone is left out. */
  readonly documents: (wanted: ReadonlyArray<{ readonly index: string; readonly id: string }>) => Promise<
    ReadonlyArray<{
      readonly index: string;
      readonly id: string;
      readonly seqNo: number;
      readonly source: Readonly<Record<string, unknown>>;
    }>
  >;
}

// --- The way to OpenSearch ---------------------------------------------------------------------------------------

export interface ClusterRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Starts with a slash; whatever is put into it must be URL-encoded. */
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Newline-delimited JSON, already serialised. */
  readonly bulkBody?: string;
}

export interface ClusterAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: unknown;
}

/** The one way to OpenSearch that adapters use; both clients that Reflex meets can do this. */
export interface ClusterTransport {
  /**
   * @returns what OpenSearch answered, conflicts and other refusals included
   * @throws StoreUnavailable if there was no answer, or if it says that OpenSearch cannot or may not do this now
   */
  readonly request: (request: ClusterRequest, options?: { readonly timeoutMs?: number }) => Promise<ClusterAnswer>;
}
