import { iso } from '../../../common/iso';
import { GATE_ID } from '../keeping/kinds/gate';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { contentOf, loneBody } from '../keeping/state_docs';
import type { StateDoc, StateWrite, Version } from '../ports';
import { firstContent, type SessionOptions } from './session_options';

/** Why a session is over. */
export interface Loss {
  readonly why: string;
  /** The state is not the one that it was any more: a person must say whether it is to be worked with. */
  readonly isPutBack?: true;
}

/** What became of one heartbeat. */
type Beat =
  /** With the gate as it was after that; undefined if there is none. */
  | { readonly kind: 'written'; readonly gate: StateDoc | undefined }
  /** Nobody knows yet: an earlier one landed late, or the store took none. */
  | { readonly kind: 'unsure' }
  /** Somebody wrote an order into it: the gate says more. */
  | { readonly kind: 'ordered' }
  | { readonly kind: 'lost'; readonly loss: Loss };

/** The document of one session. Only the session counts in it; others mark it dead, or write an order into it. */
export class SessionDocument {
  content: SessionContent;
  private readonly options: SessionOptions;
  /** What is known to be stored, and the write ids that were sent since; undefined before it was created. */
  private stored: { readonly version: Version; readonly attempts: Set<string> } | undefined;
  private lastConfirmed = 0;

  constructor(
    private readonly id: string,
    options: SessionOptions,
  ) {
    this.options = options;
    this.content = firstContent(id, options);
  }

  /** The count of the last heartbeat that was answered. */
  get confirmed(): number {
    return this.lastConfirmed;
  }

  /** @throws StoreUnavailable; Error if it could not be made */
  async create(): Promise<void> {
    const [created] = await this.options.store.bulk([this.writeOf('absent')]);
    if (created?.kind !== 'written') throw new Error('the session could not be created');
    this.stored = { version: created.version, attempts: new Set() };
  }

  noteEpoch(epoch: number): void {
    this.content = { ...this.content, seen_epoch: Math.max(this.content.seen_epoch, epoch) };
  }

  /**
   * Counts one up, and reads the gate after that, in one request: it comes every 300 ms, and a host with nothing
   * to do spends most of its time on requests.
   *
   * @throws StoreUnavailable
   */
  async beat(): Promise<Beat> {
    if (this.stored === undefined) return { kind: 'unsure' };
    this.content = { ...this.content, ...this.options.vitals(), n: this.content.n + 1 };
    const { outcomes, doc: gate } = await this.options.store.bulkThenGet([this.writeOf(this.stored.version)], GATE_ID);
    const [outcome] = outcomes;
    if (outcome?.kind === 'conflict') return this.askWhy();
    if (outcome?.kind !== 'written') return { kind: 'unsure' };
    this.stored = { version: outcome.version, attempts: new Set() };
    this.lastConfirmed = this.content.n;
    return { kind: 'written', gate };
  }

  /**
   * What this document, as it was read just now, says against the session. INVARIANT (INV-5, INV-6): what was answered
   * is on the disk and nobody counts back, so a lower count shows another state: a snapshot was restored, or a disk.
   *
   * @param confirmed the count that was confirmed when the read was sent: a later one may have overtaken its answer
   */
  whyLost(doc: StateDoc | undefined, confirmed: number): Loss | undefined {
    const found = contentOf('session', doc);
    if (!found) return { why: 'its document is gone' };
    if (found.n < confirmed) return { why: 'the state was put back to an earlier moment', isPutBack: true };
    return found.dead ? { why: 'another agent found it silent and declared it dead' } : undefined;
  }

  /** Says that the session is over, so that others need not wait to find it dead. */
  async close(): Promise<void> {
    this.content = { ...this.content, ...this.options.vitals(), dead: true };
    if (this.stored) await this.options.store.bulk([this.writeOf(this.stored.version)]).catch(() => undefined);
  }

  /** A refused heartbeat: my own earlier one landed late, or somebody wrote an order or a death notice into it. */
  private async askWhy(): Promise<Beat> {
    const doc = await this.options.store.get(sessionId(this.id));
    const loss = this.whyLost(doc, this.confirmed);
    const found = contentOf('session', doc);
    if (loss || !doc || !found) return { kind: 'lost', loss: loss ?? { why: 'its document is gone' } };
    const attempts = this.stored?.attempts ?? new Set();
    this.stored = { version: doc.version, attempts };
    if (attempts.has(doc.write_id)) return { kind: 'unsure' };
    this.content = { ...this.content, order_epoch: found.order_epoch };
    return { kind: 'ordered' };
  }

  private writeOf(expect: StateWrite['expect']): StateWrite {
    const { chance, clock } = this.options.basics;
    const write_id = chance.uuid();
    this.stored?.attempts.add(write_id);
    const facets = { state: this.content.dead ? 'dead' : 'live', at: iso(clock.utc()) };
    const body = loneBody('session', this.content, { write_id, facets, session: this.id });
    return { id: sessionId(this.id), expect, body: { ...body, owner: this.id } };
  }
}
