import type { Draft } from './state_docs';
import { materialise, type EvidenceCopier } from './evidence_copier';
import { fenceOff, patiently } from './fence_off';
import { SessionLost } from './session_lost';
import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type Journal,
  type JournalEntry,
  type Log,
  type OutboxEntry,
  type StateDoc,
  type StateKind,
  type StateStore,
  type StateWrite,
  type Version,
  type WriteOutcome,
} from '../ports';

/*
 * All compare-and-set writes of one session go through one queue: one bulk is in flight at a time, and everything
 * that arrived meanwhile goes into the next. Plans of one batch are made in order and see each other's results, so a
 * ledger is written once for all commands that wait for it (`protocol.md` sections 2 and 3).
 */

/** A document as a plan sees it: stored, or as an earlier plan of the same batch leaves it. */
export interface Seen {
  readonly kind: StateKind;
  readonly content: unknown;
  /** Monotonic moment at which this version was known to be there; ages count from it. */
  readonly knownSince: number;
  /** Session that looks after it. */
  readonly owner: string;
}

export interface View {
  readonly get: (id: string) => Seen | undefined;
  /** True if the document was read for this batch, not remembered from an earlier write. */
  readonly isFresh: (id: string) => boolean;
  readonly now: number;
}

export interface Built<Answer> {
  readonly drafts: readonly Draft[];
  /** Written to the local disk before any of the drafts is sent. */
  readonly journal?: readonly JournalEntry[];
  readonly answer: Answer;
}

/** What somebody wants to write, made when the batch is made. Must be pure: it may be made more than once. */
export interface Plan<Answer> {
  /** Documents that must be known; read if they are not remembered. */
  readonly reads: readonly string[];
  /** Goes before plans that are not; for critical events and for undoing. */
  readonly urgent?: boolean;
  /** Documents taken for absent unless something else is remembered: created without asking first. */
  readonly presumedAbsent?: readonly string[];
  /** `read_again`: the answer rests on remembered documents and is worth asking for fresh ones. */
  readonly build: (view: View) => Built<Answer> | 'read_again';
}

export type Committed<Answer> =
  | { readonly kind: 'committed'; readonly answer: Answer }
  /** Some documents were written and some were not: what landed must be taken back. */
  | {
      readonly kind: 'conflict';
      readonly answer: Answer;
      readonly landed: ReadonlySet<string>;
      readonly missed: ReadonlySet<string>;
    };

interface Waiting {
  readonly plan: Plan<unknown>;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: Error) => void;
}

interface Remembered {
  readonly doc: StateDoc | undefined;
  readonly knownSince: number;
}

interface Working {
  readonly draft: Draft;
  readonly carried: readonly OutboxEntry[];
}

const MOST_PLANS = 256;
const MOST_REMEMBERED = 20_000;
const MOST_READ_AGAIN = 3;

export interface CommitQueueOptions {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly copier: EvidenceCopier;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly session: string;
  /** Told of every document that was written, by its kind. */
  readonly changed: (kind: string, id: string) => void;
}

export class CommitQueue {
  private readonly options: CommitQueueOptions;
  private readonly waiting: Waiting[] = [];
  private readonly urgent: Waiting[] = [];
  private readonly remembered = new Map<string, Remembered>();
  private running = false;
  private lost = false;
  private ordinal = 0;

  constructor(options: CommitQueueOptions) {
    this.options = options;
  }

  /** Session that writes. */
  get session(): string {
    return this.options.session;
  }

  /** Plans that wait to be written. */
  get length(): number {
    return this.waiting.length + this.urgent.length;
  }

  /**
   * Writes a plan.
   *
   * @returns what was written; rejects with `SessionLost`, or with `StoreUnavailable` if nothing of it was sent
   */
  submit<Answer>(plan: Plan<Answer>): Promise<Committed<Answer>> {
    if (this.lost) return Promise.reject(new SessionLost());
    return new Promise((resolve, reject) => {
      const queue = plan.urgent === true ? this.urgent : this.waiting;
      queue.push({ plan, resolve: resolve as Waiting['resolve'], reject });
      this.wake();
    });
  }

  /** Writes one plan again until nobody else was faster. Only for plans whose documents stand alone. */
  async settle<Answer>(plan: Plan<Answer>): Promise<Answer> {
    for (;;) {
      const committed = await this.submit(plan);
      if (committed.kind === 'committed') return committed.answer;
    }
  }

  /** Ends the queue: waiting plans are rejected, answers that still come are ignored. */
  abandon(): void {
    this.lost = true;
    for (const each of [...this.urgent.splice(0), ...this.waiting.splice(0)]) each.reject(new SessionLost());
  }

  /** Forgets what is remembered of a document, so that the next plan reads it. */
  forget(id: string): void {
    this.remembered.delete(id);
  }

  /** What is handed in at the same moment goes into the same bulk. */
  private wake(): void {
    if (this.running) return;
    this.running = true;
    void Promise.resolve().then(() => this.run());
  }

  private async run(): Promise<void> {
    try {
      while (this.length > 0 && !this.lost) {
        const urgent = this.urgent.splice(0, MOST_PLANS);
        await this.runBatch([...urgent, ...this.waiting.splice(0, MOST_PLANS - urgent.length)]);
      }
    } finally {
      this.running = false;
    }
  }

  private async runBatch(batch: readonly Waiting[]): Promise<void> {
    const built: Array<{ readonly waiting: Waiting; readonly built: Built<unknown> }> = [];
    try {
      const working = await this.buildBatch(batch, built);
      if (this.lost) throw new SessionLost();
      const outcomes = await this.write(working);
      if (this.lost) throw new SessionLost();
      for (const each of built) this.answer(each.waiting, each.built, outcomes);
    } catch (cause) {
      const error = this.lost ? new SessionLost() : cause instanceof Error ? cause : new Error(String(cause));
      for (const each of batch) each.reject(error);
    }
  }

  private answer(waiting: Waiting, { drafts, answer }: Built<unknown>, outcomes: ReadonlyMap<string, boolean>): void {
    const landed = new Set<string>();
    const missed = new Set<string>();
    for (const { id } of drafts) (outcomes.get(id) === true ? landed : missed).add(id);
    waiting.resolve(missed.size === 0 ? { kind: 'committed', answer } : { kind: 'conflict', answer, landed, missed });
  }

  /** Makes all plans of a batch in order; those that want fresh documents are made once more after a read. */
  private async buildBatch(
    batch: readonly Waiting[],
    built: Array<{ readonly waiting: Waiting; readonly built: Built<unknown> }>,
  ): Promise<ReadonlyMap<string, Working>> {
    const fresh = new Set<string>();
    for (let round = 0; ; round += 1) {
      await this.load(batch, fresh);
      const working = new Map<string, Working>();
      const unsure = this.buildOnce(batch, { working, fresh, built, last: round >= MOST_READ_AGAIN });
      if (unsure.length === 0) {
        await this.journal(built.flatMap((each) => each.built.journal ?? []));
        return working;
      }
      for (const { plan } of unsure) {
        for (const id of [...plan.reads, ...(plan.presumedAbsent ?? [])]) {
          fresh.add(id);
          this.remembered.delete(id);
        }
      }
    }
  }

  private buildOnce(
    batch: readonly Waiting[],
    into: {
      working: Map<string, Working>;
      fresh: ReadonlySet<string>;
      built: Array<{ waiting: Waiting; built: Built<unknown> }>;
      last: boolean;
    },
  ): Waiting[] {
    const { working, fresh, built } = into;
    const now = this.options.clock.monotonic();
    built.length = 0;
    const view: View = {
      now,
      isFresh: (id) => fresh.has(id),
      get: (id) => {
        const changed = working.get(id);
        if (changed)
          return {
            kind: changed.draft.kind,
            content: changed.draft.content,
            knownSince: now,
            owner: changed.draft.owner ?? this.options.session,
          };
        const known = this.remembered.get(id);
        return known?.doc === undefined
          ? undefined
          : { kind: known.doc.kind, content: known.doc.content, knownSince: known.knownSince, owner: known.doc.owner };
      },
    };
    const unsure: Waiting[] = [];
    for (const waiting of batch) {
      const result = waiting.plan.build(view);
      if (result === 'read_again') {
        if (into.last) throw new Error('a plan asks to read again without end');
        unsure.push(waiting);
        continue;
      }
      built.push({ waiting, built: result });
      for (const draft of result.drafts)
        working.set(draft.id, { draft, carried: this.carriedTo(draft, working.get(draft.id)) });
    }
    return unsure;
  }

  /** Records that must stay in the document: those before that were not copied yet, and the new ones. */
  private carriedTo(draft: Draft, earlier: Working | undefined): readonly OutboxEntry[] {
    const stored = this.remembered.get(draft.id)?.doc;
    const notCopied = (stored?.outbox ?? []).filter((entry) => !this.options.copier.isCopied(entry));
    const before = earlier
      ? earlier.carried.map((entry) => materialise(entry, earlier.draft))
      : notCopied.flatMap((entry) => (stored ? [materialise(entry, stored)] : []));
    return [...before, ...(draft.records ?? [])];
  }

  private async load(batch: readonly Waiting[], fresh: ReadonlySet<string>): Promise<void> {
    const wanted = new Set<string>();
    for (const { plan } of batch) {
      for (const id of plan.reads) if (!this.remembered.has(id)) wanted.add(id);
      for (const id of plan.presumedAbsent ?? []) if (fresh.has(id) && !this.remembered.has(id)) wanted.add(id);
    }
    if (wanted.size === 0) return;
    const found = await this.options.store.getMany([...wanted]);
    const knownSince = this.options.clock.monotonic();
    for (const id of wanted) this.remember(id, { doc: found.get(id), knownSince });
  }

  private async journal(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length > 0) await this.options.journal.put(entries);
  }

  private async write(working: ReadonlyMap<string, Working>): Promise<ReadonlyMap<string, boolean>> {
    const writes = [...working.values()].map((each) => this.writeOf(each));
    if (writes.length === 0) return new Map();
    let outcomes: readonly WriteOutcome[];
    try {
      outcomes = await this.options.store.bulk(writes);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
      this.options.log.warn('the answer to a write was lost; finding out what was written', { writes: writes.length });
      return this.findOut(writes);
    }
    const results = new Map<string, boolean>();
    for (const [index, write] of writes.entries()) {
      const outcome = outcomes[index];
      const written = outcome?.kind === 'written' ? outcome.version : await this.foundAsMine(write, outcome);
      results.set(write.id, written !== undefined);
      this.noteWritten(write, written);
    }
    return results;
  }

  /** A conflict may be with my own write, when the transport sent it twice. */
  private async foundAsMine(write: StateWrite, outcome: WriteOutcome | undefined): Promise<Version | undefined> {
    if (outcome?.kind !== 'conflict') {
      if (outcome?.kind === 'failed')
        this.options.log.warn('one write of a batch failed', { id: write.id, why: outcome.message });
      return undefined;
    }
    const { store, clock } = this.options;
    const doc = await patiently({ clock, isLost: () => this.lost }, () => store.get(write.id));
    return doc?.write_id === write.body.write_id ? this.fenceOff(write) : undefined;
  }

  private noteWritten(write: StateWrite, version: Version | undefined): void {
    if (version === undefined) {
      this.remembered.delete(write.id);
      this.options.copier.skip(write.body.ordinal);
      return;
    }
    this.remember(write.id, {
      doc: { id: write.id, version, ...write.body },
      knownSince: this.options.clock.monotonic(),
    });
    this.options.copier.add(write.body);
    this.options.changed(write.body.kind, write.id);
  }

  /** After a lost answer: asks for every document of the bulk. */
  private async findOut(writes: readonly StateWrite[]): Promise<ReadonlyMap<string, boolean>> {
    const results = new Map<string, boolean>();
    for (const write of writes) {
      const version = await this.fenceOff(write);
      results.set(write.id, version !== undefined);
      this.noteWritten(write, version);
    }
    return results;
  }

  private fenceOff(write: StateWrite): Promise<Version | undefined> {
    const { store, chance, clock } = this.options;
    return fenceOff({ store, chance, clock, isLost: () => this.lost, emptyOrdinal: () => this.emptyOrdinal() }, write);
  }

  /** Ordinal of a write that has no records: there is nothing to copy under it. */
  private emptyOrdinal(): number {
    this.ordinal += 1;
    this.options.copier.skip(this.ordinal);
    return this.ordinal;
  }

  private writeOf({ draft, carried }: Working): StateWrite {
    const stored = this.remembered.get(draft.id)?.doc;
    this.ordinal += 1;
    return {
      id: draft.id,
      expect: stored?.version ?? 'absent',
      body: {
        kind: draft.kind,
        write_id: this.options.chance.uuid(),
        session: this.options.session,
        owner: draft.owner ?? this.options.session,
        ordinal: this.ordinal,
        facets: draft.facets,
        content: draft.content,
        outbox: carried,
      },
    };
  }

  private remember(id: string, what: Remembered): void {
    this.remembered.delete(id);
    this.remembered.set(id, what);
    if (this.remembered.size > MOST_REMEMBERED) {
      const [oldest] = this.remembered.keys();
      if (oldest !== undefined) this.remembered.delete(oldest);
    }
  }
}
