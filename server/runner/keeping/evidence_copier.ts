import { contentOf } from './state_docs';
import { present } from '../../../common/present';
import type { Asked } from '../../../common/flow/asked';
import type { AskedFor } from './kinds/case';
import type { Clock, EvidenceEntry, EvidenceLog, Log, OutboxEntry, StateBody } from '../ports';
import { sayFailed } from './in_background';

/** What was answered to a question; what became of its approval is told by other records. */
const askedIn = ({ subject, decision, reason, request_id, approval }: AskedFor): Asked => ({
  ...{ subject, decision, reason },
  ...present({ request_id, approval }),
});

/** A record that was left to be made from its document's content. */
export const materialise = (
  { body, ...entry }: OutboxEntry,
  doc: Pick<StateBody, 'kind' | 'content'>,
): EvidenceEntry => {
  if (body !== undefined) return { ...entry, body };
  const found = contentOf('case', doc);
  const { decision, asked } = found ?? {};
  const event = found?.decided_on ?? found?.received;
  return { ...entry, body: { event, decision, ...present({ asked: asked && askedIn(asked) }) } };
};

const MOST_AT_ONCE = 500;
const MOST_REMEMBERED = 50_000;

/**
 * Copies records from state documents to the append-only evidence, in the order of the session's writes. Appending
 * again is harmless, so nothing is written to remember what was copied: the session's heartbeat carries the ordinal
 * up to which all is there, and whoever takes over a dead session copies what came after it.
 */
export class EvidenceCopier {
  private readonly evidence: EvidenceLog;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly queue: Array<{ readonly ordinal: number; readonly entries: readonly EvidenceEntry[] }> = [];
  private readonly copied = new Set<string>();
  private readonly open = new Set<number>();
  private highest = 0;
  private running = false;
  private stopped = false;

  constructor(ports: { readonly evidence: EvidenceLog; readonly clock: Clock; readonly log: Log }) {
    this.evidence = ports.evidence;
    this.clock = ports.clock;
    this.log = ports.log;
  }

  /** All records of writes up to this ordinal are in the evidence. */
  get copiedThrough(): number {
    const [first] = this.open; // ordinals are given in ascending order
    return first === undefined ? this.highest : first - 1;
  }

  /** Records that wait. */
  get backlog(): number {
    return this.queue.length;
  }

  isCopied(entry: Pick<OutboxEntry, 'family' | 'id'>): boolean {
    return this.copied.has(`${entry.family}/${entry.id}`);
  }

  /** A write has this ordinal. Until it landed or is known never to, nothing from it on counts as copied. */
  expect(ordinal: number): void {
    this.highest = ordinal;
    this.open.add(ordinal);
  }

  /** A write landed: its records are to be copied. */
  add({ ordinal, outbox, ...doc }: Pick<StateBody, 'kind' | 'ordinal' | 'outbox' | 'content'>): void {
    const entries = outbox.filter((entry) => !this.isCopied(entry)).map((entry) => materialise(entry, doc));
    if (entries.length === 0) return this.skip(ordinal);
    this.queue.push({ ordinal, entries });
    this.wake();
  }

  /** There is nothing to copy under an ordinal: its write did not land, or has no records. */
  skip(ordinal: number): void {
    this.open.delete(ordinal);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Resolves when everything that was added so far is in the evidence. */
  async drained(): Promise<void> {
    while (!this.stopped && this.open.size > 0) await this.clock.sleep(20);
  }

  /** The records of all documents of one bulk are appended together. */
  private wake(): void {
    if (this.running) return;
    this.running = true;
    void Promise.resolve().then(() => this.run());
  }

  private async run(): Promise<void> {
    let pause = 200;
    while (this.queue.length > 0 && !this.stopped) {
      const batch = this.queue.slice(0, MOST_AT_ONCE);
      const entries = batch.flatMap((each) => each.entries);
      try {
        await this.evidence.append(entries);
      } catch (cause) {
        sayFailed(this.log, 'records could not be appended', cause);
        await this.clock.sleep(pause);
        pause = Math.min(5_000, pause * 2);
        continue;
      }
      pause = 200;
      this.queue.splice(0, batch.length);
      for (const { ordinal } of batch) this.open.delete(ordinal);
      this.noteCopied(entries);
    }
    this.running = false;
  }

  private noteCopied(entries: readonly EvidenceEntry[]): void {
    for (const { family, id } of entries) this.copied.add(`${family}/${id}`);
    while (this.copied.size > MOST_REMEMBERED) {
      const [oldest] = this.copied;
      if (oldest === undefined) break;
      this.copied.delete(oldest);
    }
  }
}
