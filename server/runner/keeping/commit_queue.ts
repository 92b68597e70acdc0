import { errorOf } from '../../../common/why';
import {
  DiskFailed,
  type Basics,
  type Journal,
  type StateDoc,
  type StateStore,
  type StateWrite,
  type Version,
} from '../ports';
import { buildBatch, type Batch, type Working } from './build_batch';
import type { EvidenceCopier } from './evidence_copier';
import { landWrites } from './land_writes';
import { sessionId } from './kinds/session';
import { Lane, Waiting } from './lane';
import { committedOf, WriteRefused, type Built, type Committed, type LandedById, type Plan } from './plan';
import { Remembered } from './remembered';
import { isAway, SessionLost, TryLater } from './session_lost';

/*
 * All compare-and-set writes of one session go through here, in two lanes: new claims, and what ends or undoes what
 * was begun. Each lane has one bulk in flight at a time, and everything that arrived meanwhile goes into the next. Two
 * bulks never touch the same document. Plans of one batch are made in order and see each other's results, so a ledger
 * is written once for all commands that wait for it (`protocol.md` sections 2 and 3).
 */

const MOST_READ_AGAIN = 3;
/** What the store turned down so often it will never take. */
const MOST_REFUSALS = 5;

interface CommitQueueOptions {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly copier: EvidenceCopier;
  readonly basics: Basics;
  /** Session that writes. */
  readonly session: string;
  /** Told of every document that was written, by its kind. */
  readonly changed: (kind: string, id: string) => void;
  /** Told when nothing can be found out any more: the session must end, so that others take its work over. */
  readonly stuck?: () => void;
  /** The session's own document is read with all others. What it returns is told of it, and may abandon the queue. */
  readonly readsOwn?: () => (doc: StateDoc | undefined) => void;
}

const idsOf = (entries: NonNullable<Built<unknown>['journal']>): string =>
  entries.map(({ command_id }) => command_id).join(', ');

export class CommitQueue {
  private readonly claims = new Lane();
  private readonly closing = new Lane();
  private readonly remembered = new Remembered();
  private lost = false;
  private ordinal = 0;

  constructor(private readonly options: CommitQueueOptions) {}

  get session(): string {
    return this.options.session;
  }

  /** Plans that wait to be written. */
  get length(): number {
    return this.claims.length + this.closing.length;
  }

  /**
   * Writes a plan.
   *
   * @returns what was written; rejects with `SessionLost`, `TryLater` or `DiskFailed`, with `StoreUnavailable` if
   *   nothing of it was sent, and with what the plan itself threw
   */
  submit<Answer>(plan: Plan<Answer>): Promise<Committed<Answer>> {
    if (this.lost) return Promise.reject(new SessionLost());
    return new Promise((resolve, reject) => {
      const lane = plan.closing === true ? this.closing : this.claims;
      lane.add(new Waiting(plan, resolve as (committed: Committed<unknown>) => void, reject));
      this.wake();
    });
  }

  /**
   * Writes one plan again until nobody else was faster. Only for plans whose documents stand alone.
   *
   * @throws WriteRefused if the store turns it down again and again
   */
  async settle<Answer>(plan: Plan<Answer>): Promise<Answer> {
    for (let refusals = 0; ;) {
      const committed = await this.submit(plan);
      if (committed.kind === 'committed') return committed.answer;
      if (!committed.refused) continue;
      refusals += 1;
      if (refusals >= MOST_REFUSALS) throw committed.refused;
      await this.options.basics.clock.sleep(50 * 2 ** refusals);
    }
  }

  /** Ends the queue: waiting plans are rejected, answers that still come are ignored. */
  abandon(): void {
    this.lost = true;
    for (const each of [...this.closing.clear(), ...this.claims.clear()]) each.fail(new SessionLost());
  }

  /** Forgets what is remembered of a document, so that the next plan reads it. */
  forget(id: string): void {
    this.remembered.forget(id);
  }

  /** What is handed in at the same moment goes into the same bulk. */
  private wake(): void {
    for (const lane of [this.closing, this.claims]) {
      if (lane.running || lane.length === 0) continue;
      lane.running = true;
      void Promise.resolve().then(() => this.run(lane));
    }
  }

  private async run(lane: Lane): Promise<void> {
    try {
      for (;;) {
        const batch = this.lost ? [] : this.nextBatch(lane);
        if (batch.length === 0) return;
        await this.runBatch(lane, batch);
        lane.end();
        this.remembered.trim((id) => this.claims.isWriting(id) || this.closing.isWriting(id));
        // The other lane may have waited for a document of this batch.
        this.wake();
      }
    } finally {
      lane.running = false;
    }
  }

  /** What closes goes first: a claim waits for every document that it wants. */
  private nextBatch(lane: Lane): readonly Waiting[] {
    if (lane === this.closing) return lane.next((id) => this.claims.isWriting(id));
    const { wanted } = this.closing;
    return lane.next((id) => this.closing.isWriting(id) || wanted.has(id));
  }

  private async runBatch(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    try {
      const { built, working } = await this.build(batch);
      this.mustNotBeLost();
      const landed = await this.write(lane, [...working.values()]);
      this.mustNotBeLost();
      for (const each of built) each.waiting.answer(committedOf(each.built, landed));
    } catch (cause) {
      await this.fail(lane, batch, errorOf(cause));
    }
  }

  /** An error that nobody expected is one plan's fault: each half goes once more by itself, until it is found. */
  private async fail(lane: Lane, batch: readonly Waiting[], error: Error): Promise<void> {
    const open = batch.filter(({ isOver }) => !isOver);
    if (this.lost || isAway(error) || open.length < 2) {
      const told = this.lost ? new SessionLost() : error;
      for (const each of open) each.fail(told);
      if (error instanceof SessionLost && !this.lost) this.options.stuck?.();
      return;
    }
    this.options.basics.log.warn('a batch of writes failed; trying it in halves', { plans: open.length });
    for (const id of open.flatMap(({ touches }) => touches)) this.remembered.forget(id);
    const half = Math.ceil(open.length / 2);
    await this.runBatch(lane, open.slice(0, half));
    await this.runBatch(lane, open.slice(half));
  }

  private mustNotBeLost(): void {
    if (this.lost) throw new SessionLost();
  }

  /** Makes the plans; those that want fresh documents are made once more after a read. Then the undo journal. */
  private async build(batch: readonly Waiting[]): Promise<Batch<Waiting>> {
    const fresh = new Set<string>();
    let isDiskKnown = false;
    for (let round = 0; ; round += 1) {
      const open = batch.filter(({ isOver }) => !isOver);
      await this.load(open, fresh);
      const made = this.buildOnce(open, fresh);
      for (const { waiting, error } of made.failed) waiting.fail(error);
      if (made.unsure.length > 0 && round < MOST_READ_AGAIN) {
        for (const id of made.unsure.flatMap(({ touches }) => touches)) {
          fresh.add(id);
          this.remembered.forget(id);
        }
        continue;
      }
      for (const waiting of made.unsure) waiting.fail(new TryLater('a plan asks to read again without end'));
      if (await this.noteInJournal(made, isDiskKnown)) return made;
      isDiskKnown = true;
    }
  }

  /**
   * On a full disk plans are made once more: knowing it, claims hold what they would start. What insists on the disk
   * then fails alone.
   *
   * @returns false if the plans must be made again
   */
  private async noteInJournal({ built }: Batch<Waiting>, isDiskKnown: boolean): Promise<boolean> {
    const insisting = built.filter((each) => (each.built.journal ?? []).length > 0);
    const entries = insisting.flatMap((each) => each.built.journal ?? []);
    if (entries.length === 0) return true;
    try {
      await this.options.journal.put(entries);
      return true;
    } catch (cause) {
      if (!(cause instanceof DiskFailed)) throw cause;
      if (!isDiskKnown) return false;
      this.options.basics.log.debug('not begun: the undo journal is not on the disk', { commands: idsOf(entries) });
      for (const { waiting } of insisting) waiting.fail(cause);
      return false;
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
    const { store, session, readsOwn } = this.options;
    const noteOwn = readsOwn?.();
    const found = await store.getMany([...wanted, ...(noteOwn ? [sessionId(session)] : [])]);
    noteOwn?.(found.get(sessionId(session)));
    this.mustNotBeLost();
    const knownSince = this.options.basics.clock.monotonic();
    for (const id of wanted) this.remembered.set(id, { doc: found.get(id), knownSince });
  }

  private async write(lane: Lane, working: readonly Working[]): Promise<LandedById> {
    const byId = new Map<string, Version | WriteRefused>();
    if (working.length === 0) return byId;
    const { store, basics } = this.options;
    const landing = { store, ...basics, isLost: () => this.lost, emptyOrdinal: () => this.emptyOrdinal() };
    const writes = working.map((each) => this.writeOf(each));
    const isAnswered = await landWrites(landing, writes, (write, landed) => {
      if (landed !== undefined) byId.set(write.id, landed);
      this.noteWritten(write, landed instanceof WriteRefused ? undefined : landed);
    });
    if (isAnswered) lane.noteAnswered();
    else lane.noteLost();
    return byId;
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
    this.options.copier.expect(this.ordinal);
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
