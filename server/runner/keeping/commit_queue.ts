import type { Basics, Journal, StateStore, StateWrite, Version } from '../ports';
import { buildBatch, type Batch, type Working } from './build_batch';
import type { EvidenceCopier } from './evidence_copier';
import { landWrites } from './land_writes';
import type { Built, Committed, Plan } from './plan';
import { Remembered } from './remembered';
import { SessionLost } from './session_lost';

/*
 * All compare-and-set writes of one session go through one queue: one bulk is in flight at a time, and everything
 * that arrived meanwhile goes into the next. Plans of one batch are made in order and see each other's results, so a
 * ledger is written once for all commands that wait for it (`protocol.md` sections 2 and 3).
 */

interface Waiting {
  readonly plan: Plan<unknown>;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: Error) => void;
}

const MOST_PLANS = 256;
const MOST_READ_AGAIN = 3;

interface CommitQueueOptions {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly copier: EvidenceCopier;
  readonly basics: Basics;
  /** Session that writes. */
  readonly session: string;
  /** Told of every document that was written, by its kind. */
  readonly changed: (kind: string, id: string) => void;
}

export class CommitQueue {
  private readonly waiting: Waiting[] = [];
  private readonly urgent: Waiting[] = [];
  private readonly remembered = new Remembered();
  private running = false;
  private lost = false;
  private ordinal = 0;

  constructor(private readonly options: CommitQueueOptions) {}

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
    this.remembered.forget(id);
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
    try {
      const { built, working } = await this.build(batch);
      this.mustNotBeLost();
      const landed = await this.write([...working.values()]);
      this.mustNotBeLost();
      for (const each of built) answer(each.waiting, each.built, landed);
    } catch (cause) {
      const error = this.lost ? new SessionLost() : cause instanceof Error ? cause : new Error(String(cause));
      for (const each of batch) each.reject(error);
    }
  }

  private mustNotBeLost(): void {
    if (this.lost) throw new SessionLost();
  }

  /** Makes the plans; those that want fresh documents are made once more after a read. Then the undo journal. */
  private async build(batch: readonly Waiting[]): Promise<Batch<Waiting>> {
    const fresh = new Set<string>();
    for (let round = 0; ; round += 1) {
      await this.load(batch, fresh);
      const made = this.buildOnce(batch, fresh);
      if (made.unsure.length === 0) {
        const entries = made.built.flatMap(({ built }) => built.journal ?? []);
        if (entries.length > 0) await this.options.journal.put(entries);
        return made;
      }
      if (round >= MOST_READ_AGAIN) throw new Error('a plan asks to read again without end');
      for (const id of made.unsure.flatMap(({ plan }) => [...plan.reads, ...(plan.presumedAbsent ?? [])])) {
        fresh.add(id);
        this.remembered.forget(id);
      }
    }
  }

  private buildOnce(batch: readonly Waiting[], fresh: ReadonlySet<string>): Batch<Waiting> {
    const { copier, session, basics } = this.options;
    return buildBatch(batch, {
      remembered: this.remembered,
      fresh,
      isCopied: (entry) => copier.isCopied(entry),
      session,
      now: basics.clock.monotonic(),
    });
  }

  private async load(batch: readonly Waiting[], fresh: ReadonlySet<string>): Promise<void> {
    const isWanted = (id: string): boolean => !this.remembered.has(id);
    const wanted = new Set(
      batch.flatMap(({ plan: { reads, presumedAbsent = [] } }) => [
        ...reads.filter(isWanted),
        ...presumedAbsent.filter((id) => fresh.has(id) && isWanted(id)),
      ]),
    );
    if (wanted.size === 0) return;
    const found = await this.options.store.getMany([...wanted]);
    const knownSince = this.options.basics.clock.monotonic();
    for (const id of wanted) this.remembered.set(id, { doc: found.get(id), knownSince });
  }

  /** @returns ids of the documents that landed */
  private async write(working: readonly Working[]): Promise<ReadonlySet<string>> {
    const landed = new Set<string>();
    if (working.length === 0) return landed;
    const { store, basics } = this.options;
    const landing = { store, ...basics, isLost: () => this.lost, emptyOrdinal: () => this.emptyOrdinal() };
    const writes = working.map((each) => this.writeOf(each));
    await landWrites(landing, writes, (write, version) => {
      if (version !== undefined) landed.add(write.id);
      this.noteWritten(write, version);
    });
    return landed;
  }

  private noteWritten({ id, body }: StateWrite, version: Version | undefined): void {
    const { copier, basics, changed } = this.options;
    if (version === undefined) {
      this.remembered.forget(id);
      copier.skip(body.ordinal);
      return;
    }
    this.remembered.set(id, { doc: { id, version, ...body }, knownSince: basics.clock.monotonic() });
    copier.add(body);
    changed(body.kind, id);
  }

  private nextOrdinal(): number {
    this.ordinal += 1;
    return this.ordinal;
  }

  /** Ordinal of a write that has no records: there is nothing to copy under it. */
  private emptyOrdinal(): number {
    const ordinal = this.nextOrdinal();
    this.options.copier.skip(ordinal);
    return ordinal;
  }

  private writeOf({ doc, carried }: Working): StateWrite {
    const { session, basics } = this.options;
    const { id, kind, facets, content, owner = session } = doc;
    const ordinal = this.nextOrdinal();
    const expect = this.remembered.get(id)?.doc?.version ?? 'absent';
    const write_id = basics.chance.uuid();
    return { id, expect, body: { kind, write_id, session, owner, ordinal, facets, content, outbox: carried } };
  }
}

const answer = (waiting: Waiting, { docs, answer: told }: Built<unknown>, landed: ReadonlySet<string>): void => {
  const ids = docs.map(({ id }) => id);
  const missed = new Set(ids.filter((id) => !landed.has(id)));
  waiting.resolve(
    missed.size === 0
      ? { kind: 'committed', answer: told }
      : { kind: 'conflict', answer: told, landed: new Set(ids.filter((id) => landed.has(id))), missed },
  );
};
