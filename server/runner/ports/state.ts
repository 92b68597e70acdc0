import type { OutboxEntry } from './evidence';

/**
 * What this version writes into the state. Raised whenever an older version could not read, or would misread, what is
 * written (`docs/decisions/014-upgrades.md`); 1 is everything up to 6795c7f.
 */
export const STATE_SCHEMA = 5;

/** What a document of the state is; `keeping/kinds.ts` says what each holds. */
export type StateKind =
  | 'gate'
  | 'session'
  | 'holder'
  | 'case'
  | 'effect'
  | 'ledger'
  | 'bundle'
  | 'keyring'
  | 'freshness'
  | 'policy_draft'
  | 'guard_draft'
  | 'candidate'
  | 'backtest'
  | 'backtest_run'
  | 'backtest_override'
  | 'rollout_stop'
  | 'policy_home'
  | 'cursor'
  | 'episode'
  | 'doorbell'
  | 'parked_alert'
  | 'channel'
  | 'subscription'
  | 'mapping'
  | 'grant'
  | 'source_switch'
  | 'source_preset'
  | 'failing_detection'
  | 'telling'
  | 'token'
  | 'secret'
  | 'word'
  | 'absences'
  | 'opinion'
  | 'block_list'
  | 'block_list_fetch'
  | 'hand_over'
  | 'hand_over_channel'
  | 'quarantine';

/** Kinds of schema 1 that stood for several things; `session/rekind.ts` gives their documents kinds of their own. */
export const RETIRED_KINDS = ['draft', 'source'] as const;
type RetiredKind = (typeof RETIRED_KINDS)[number];

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
  /** Of a case that waits only because of a limit: the limit (`kinds/case.ts`). */
  readonly policy?: string;
  readonly demo?: boolean;
  /**
   * Of an effect: its owner has something to confirm. Of a case: it waits only because of a limit, or an act of it was
   * approved for another agent (`policy` says which), or it has shrunk.
   */
  readonly requested?: boolean;
}

export interface StateBody {
  readonly kind: StateKind;
  /** Fresh for every write, so that a writer recognises its own after a lost answer. */
  readonly write_id: string;
  /** Fresh for every rewrite that changes nothing: its version is new, and the `write_id` still proves whose it is. */
  readonly touched?: string;
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
  readonly kinds: ReadonlyArray<StateKind | RetiredKind>;
  readonly states?: readonly string[];
  readonly notStates?: readonly string[];
  readonly owners?: readonly string[];
  readonly notOwners?: readonly string[];
  readonly writers?: readonly string[];
  readonly ids?: readonly string[];
  readonly dueBefore?: string;
  readonly policies?: readonly string[];
  readonly severities?: readonly string[];
  readonly requested?: boolean;
  readonly demo?: boolean;
  readonly ordinalAbove?: number;
  /** Last written before this UTC. */
  readonly atBefore?: string;
  readonly sort?: 'due' | 'at' | 'newest' | 'ordinal';
  /** With `sort: 'ordinal'`: what comes after this document. Those of one ordinal come in the order of their writes. */
  readonly after?: Pick<StateDoc, 'ordinal' | 'version'>;
  /** Without content and records: enough to know what is there. */
  readonly bare?: boolean;
  /** Most documents; default 1,000. No search finds more than 10,000. */
  readonly limit?: number;
  /** Find every write that was answered before; costs a refresh, so only for what people ask for now and then. */
  readonly fresh?: boolean;
}

/** What became of the writes of a bulk, and the document that was read after them; undefined if there is none. */
export interface BulkAndDoc {
  readonly outcomes: readonly WriteOutcome[];
  readonly doc: StateDoc | undefined;
}

/**
 * The state index. `bulk` is not atomic: each write succeeds or fails by itself, in order. When the answer is lost it
 * throws `StoreUnavailable`, and any of the writes may still land later.
 */
export interface StateStore {
  readonly get: (id: string) => Promise<StateDoc | undefined>;
  readonly getMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, StateDoc>>;
  readonly bulk: (writes: readonly StateWrite[]) => Promise<readonly WriteOutcome[]>;
  /** A bulk, and in the same request a document as it was once all writes of the bulk had been carried out. */
  readonly bulkThenGet: (writes: readonly StateWrite[], id: string) => Promise<BulkAndDoc>;
  readonly search: (query: StateQuery) => Promise<readonly StateDoc[]>;
  readonly count: (query: StateQuery) => Promise<number>;
  readonly remove: (id: string, expect: Version) => Promise<WriteOutcome>;
  /** Removes exactly these versions, in one bulk; each by itself, in order. */
  readonly removeMany: (docs: ReadonlyArray<Pick<StateDoc, 'id' | 'version'>>) => Promise<readonly WriteOutcome[]>;
  /** Changes when the index was deleted and made again, which must stop every agent. */
  readonly identity: () => Promise<string>;
  /** From now on versions that speak less than this schema refuse to work with the index when they start. */
  readonly raiseSchema: (schema: number) => Promise<void>;
  /** The node's clock, ms since 1970. */
  readonly nodeTime: () => Promise<number>;
}

/** The state is not the one that this agent worked with: it was deleted, emptied, replaced or restored. */
export class StateReplaced extends Error {
  constructor(what: string) {
    super(`${what}; nothing is executed until \`reflex state adopt\` was run`);
    this.name = 'StateReplaced';
  }
}

/** A newer Reflex made the state what it is. */
export class StateTooNew extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'StateTooNew';
  }
}

/** OpenSearch did not answer, or answered that it cannot. What was written is unknown. */
export class StoreUnavailable extends Error {
  /** What the store calls what is wrong, such as `cluster_block_exception`; "" if it did not say, or did not answer. */
  readonly fault: string;

  constructor(message: string, { cause, fault = '' }: { readonly cause?: unknown; readonly fault?: string } = {}) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
    this.fault = fault;
  }
}
