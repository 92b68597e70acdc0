import { iso } from '../../../common/iso';
import type { BadField } from '../../../common/codec/decode';
import type { Intake as IntakeSource, ReceivedEvent } from '../../../common/flow/event';
import { isAway } from '../keeping/session_lost';
import type { CaseContent } from '../keeping/kinds/case';
import type { Receipt } from '../executing/process_event';
import {
  SpoolRefused,
  StoreUnavailable,
  type EvidenceEntry,
  type EvidenceLog,
  type Spool,
  type Basics,
} from '../ports';
import { quarantineEntry, type QuarantineReason } from '../record/quarantine_entry';
import { untimelyAt } from '../record/untimely';

/*
 * The door: every event that comes in, from whatever source, goes through here. Nothing is acknowledged before it is
 * durable: as a case, in the quarantine, or in the local spool while OpenSearch is away (`protocol.md` section 6).
 */

/** What the sender is told. */
export type Admission =
  | { readonly kind: 'accepted'; readonly case_id: string; readonly content: CaseContent }
  | { readonly kind: 'duplicate'; readonly case_id: string; readonly content: CaseContent }
  /** Durable on the local disk; decided as soon as OpenSearch is back. */
  | { readonly kind: 'spooled'; readonly case_id: string }
  | { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly fields: readonly BadField[] }
  /** Not durable: send it again after so many seconds. */
  | { readonly kind: 'overloaded'; readonly retry_after_s: number }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface IntakePorts {
  readonly basics: Basics;
  readonly evidence: EvidenceLog;
  readonly spool: Spool;
  /** Told when something new is in quarantine. */
  readonly changed?: (topic: string, id: string) => void;
  /** Processes an event, or undefined while no session is up. */
  readonly process: () => ((received: ReceivedEvent) => Promise<Receipt>) | undefined;
}

type SpoolItem =
  | { readonly type: 'event'; readonly received: ReceivedEvent }
  | { readonly type: 'quarantine'; readonly entry: EvidenceEntry }
  /** What a channel sent, as it came: what it tells of can be looked up only when OpenSearch is back. */
  | { readonly type: 'message'; readonly text: string };

export interface IntakeCounters {
  readonly received: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly accepted: number;
  readonly refused: number;
}

/** The store or the session went away: not the event's fault. */

const MOST_PENDING = 4_000;
/** Room kept for critical events when all else is refused. */
const CRITICAL_PENDING = 6_000;
/** A claim that is not answered so long goes to the spool, so that the sender is not kept waiting, ms. */
const PATIENCE_MS = 2_000;
const DRAIN_AT_ONCE = 200;

export class IntakeDoor {
  private readonly ports: IntakePorts;
  private pending = 0;
  /** Events that came and of which nobody was told yet what became of them. */
  private inHand = 0;
  private takeMessage: (text: string) => Promise<unknown> = async () => undefined;
  private readonly counts = { received: 0, duplicates: 0, quarantined: 0, accepted: 0, refused: 0 };

  constructor(ports: IntakePorts) {
    this.ports = ports;
  }

  get counters(): IntakeCounters {
    return { ...this.counts };
  }

  /** Events that are being decided right now, and those on the disk. */
  get backlog(): { readonly pending: number; readonly spooled: number } {
    return { pending: this.pending, spooled: this.ports.spool.size() };
  }

  /** Events that came and are nowhere: 0, or a promise is broken (INV-3). */
  get unaccounted(): number {
    const { received, duplicates, quarantined, accepted } = this.counts;
    return received - duplicates - quarantined - accepted - this.inHand;
  }

  /** Takes a valid event. Never throws for what the world does; the answer says what is durable. */
  admit(received: ReceivedEvent): Promise<Admission> {
    return this.holding(() => this.take(received));
  }

  private async holding(work: () => Promise<Admission>): Promise<Admission> {
    this.inHand += 1;
    try {
      return await work();
    } finally {
      this.inHand -= 1;
    }
  }

  private async take(received: ReceivedEvent): Promise<Admission> {
    this.counts.received += 1;
    const untimely = untimelyAt(received.event.timestamp, this.ports.basics.clock.utc());
    if (untimely) return this.quarantine(untimely.reason, received.intake, received, [untimely.field]);
    const limit = received.event.severity === 'critical' ? CRITICAL_PENDING : MOST_PENDING;
    if (this.pending >= limit) {
      this.counts.refused += 1;
      this.counts.received -= 1;
      return { kind: 'overloaded', retry_after_s: 2 };
    }
    const process = this.ports.process();
    if (process === undefined || this.ports.spool.size() > 0)
      return this.putAside({ type: 'event', received }, received.case_id);
    this.pending += 1;
    const processing = process(received).finally(() => {
      this.pending -= 1;
    });
    return this.answerFor(received, processing);
  }

  /** Files what cannot be accepted, with its reason and as much of the original as is kept. */
  async refuse(
    reason: QuarantineReason,
    source: IntakeSource,
    original: unknown,
    fields: readonly BadField[],
  ): Promise<Admission> {
    return this.holding(() => {
      this.counts.received += 1;
      return this.quarantine(reason, source, original, fields);
    });
  }

  /** Who takes messages that come back from the spool. */
  onMessages(take: (text: string) => Promise<unknown>): void {
    this.takeMessage = take;
  }

  /** Keeps a message on the local disk while what it tells of cannot be looked up. */
  keepMessage(text: string): Promise<Admission> {
    return this.putAside({ type: 'message', text }, '');
  }

  /** Decides what is in the spool, oldest first, whenever a session is up. */
  async drain(until: () => boolean): Promise<void> {
    const { spool, basics } = this.ports;
    while (!until()) {
      if (spool.size() > 0 && this.ports.process() !== undefined) {
        await this.drainOnce().catch((cause: unknown) => {
          if (!isAway(cause)) basics.log.error('the spool could not be read', { why: String(cause) });
        });
      }
      await basics.clock.sleep(spool.size() > 0 ? 250 : 500);
    }
  }

  private async answerFor(received: ReceivedEvent, processing: Promise<Receipt>): Promise<Admission> {
    const answered = new AbortController();
    const late = this.ports.basics.clock.sleep(PATIENCE_MS, answered.signal).then(() => 'late' as const);
    try {
      const first = await Promise.race([processing, late]);
      if (first !== 'late') return await this.admissionOf(received, first);
      processing.catch(() => undefined);
    } catch (cause) {
      if (!isAway(cause)) return this.poison(received, cause);
    } finally {
      answered.abort();
    }
    return this.putAside({ type: 'event', received }, received.case_id);
  }

  private async admissionOf(received: ReceivedEvent, receipt: Receipt): Promise<Admission> {
    switch (receipt.kind) {
      case 'decided':
        this.counts.accepted += 1;
        return { kind: 'accepted', case_id: received.case_id, content: receipt.content };
      case 'duplicate':
        this.counts.duplicates += 1;
        return { kind: 'duplicate', case_id: received.case_id, content: receipt.content };
      case 'conflicting':
        return this.quarantine('conflicting_duplicate', received.intake, received, [
          { path: 'event_id', message: 'was used before for an event with another content' },
        ]);
    }
  }

  private async putAside(item: SpoolItem, caseId: string): Promise<Admission> {
    try {
      await this.ports.spool.append(item);
    } catch (cause) {
      if (!(cause instanceof SpoolRefused)) throw cause;
      this.counts.refused += 1;
      if (item.type !== 'message') this.counts.received -= 1;
      return { kind: 'unavailable', why: cause.message };
    }
    if (item.type === 'event') this.counts.accepted += 1;
    return { kind: 'spooled', case_id: caseId };
  }

  private async quarantine(
    reason: QuarantineReason,
    source: IntakeSource,
    original: unknown,
    fields: readonly BadField[],
  ): Promise<Admission> {
    const { basics, evidence } = this.ports;
    const entry = quarantineEntry(basics.chance.uuid(), iso(basics.clock.utc()), { reason, source, original, fields });
    basics.log.warn('an event is in quarantine', {
      reason,
      intake: `${source.type}:${source.id}`,
      fields: fields.map((field) => field.path),
    });
    try {
      await evidence.append([entry]);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
      const aside = await this.putAside({ type: 'quarantine', entry }, '');
      if (aside.kind === 'unavailable') return aside;
    }
    this.counts.quarantined += 1;
    this.ports.changed?.('quarantine', entry.id);
    return { kind: 'quarantined', reason, fields };
  }

  /** An event that a bug stumbles over must not stall the rest. */
  private poison(received: ReceivedEvent, cause: unknown): Promise<Admission> {
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.ports.basics.log.error('an event could not be processed', { case_id: received.case_id, why });
    return this.quarantine('poison', received.intake, received, [
      { path: '', message: 'could not be processed; see the log' },
    ]);
  }

  private async drainOnce(): Promise<void> {
    const { spool, evidence } = this.ports;
    const items = await spool.peek(DRAIN_AT_ONCE);
    const process = this.ports.process();
    if (process === undefined) return;
    await Promise.all(
      items.map(async ({ item }) => {
        const spooled = item as SpoolItem;
        if (spooled.type === 'quarantine') return evidence.append([spooled.entry]);
        if (spooled.type === 'message') return this.takeSpooledMessage(spooled.text);
        try {
          return await this.settleSpooled(spooled.received, await process(spooled.received));
        } catch (cause) {
          if (isAway(cause)) throw cause;
          this.counts.accepted -= 1;
          await this.poison(spooled.received, cause);
        }
      }),
    );
    const last = items[items.length - 1];
    if (last) await spool.dropThrough(last.at);
  }

  /** A message that cannot be looked up goes to the end of the spool: nothing else waits for it. */
  private async takeSpooledMessage(text: string): Promise<void> {
    try {
      await this.takeMessage(text);
    } catch (cause) {
      if (isAway(cause)) return this.ports.spool.append({ type: 'message', text });
      this.ports.basics.log.error('a message could not be read', { why: String(cause) });
      await this.refuse('poison', { type: 'alerting', id: 'webhook' }, text, [
        { path: '', message: 'could not be processed; see the log' },
      ]);
    }
  }

  /** What was counted as accepted when it went to the spool may turn out to be a duplicate or a conflict. */
  private async settleSpooled(received: ReceivedEvent, receipt: Receipt): Promise<void> {
    if (receipt.kind === 'decided' || receipt.content.received.received_at === received.received_at) return;
    this.counts.accepted -= 1;
    if (receipt.kind === 'duplicate') this.counts.duplicates += 1;
    else {
      await this.quarantine('conflicting_duplicate', received.intake, received, [
        { path: 'event_id', message: 'was used before for an event with another content' },
      ]);
    }
  }
}
