import { errorOf, traceOf, whyOf } from '../../../common/why';
import type { ReceivedEvent } from '../../../common/flow/event';
import { isAway } from '../keeping/session_lost';
import type { Receipt } from '../executing/process_event';
import { SpoolRefused, StoreUnavailable, type EvidenceEntry } from '../ports';
import { untimelyAt } from '../record/untimely';
import { ConflictBook } from './conflict_book';
import type { Admission, FirmDoor, IntakeCounters, Need } from './admission';
import { DrainSpool } from './drain_spool';
import {
  conflictingEvent,
  entryFor,
  isOwnCase,
  poisonedEvent,
  poisonedMessage,
  refusedBy,
  untimelyEvent,
  type Filed,
} from './filed';
import type { IntakePorts } from './intake_ports';
import { IntakeCounts, PLACES } from './intake_counts';
import type { SpoolItem } from './spool_item';
import { sayFailed } from '../keeping/in_background';

/*
 * The door: every event that comes in, from whatever source, goes through here. Nothing is acknowledged before it is
 * as firmly in hand as its source needs: as a case or in the quarantine, and for webhooks in the local spool at least
 * while OpenSearch is away (`protocol.md` sections 6 and 8).
 */

const MOST_PENDING = 4_000;
/** Room kept for critical events when all else is refused. */
const CRITICAL_PENDING = 6_000;
/** A claim that is not answered so long goes to the spool, so that the sender is not kept waiting, ms. */
const PATIENCE_MS = 2_000;
/** A source that can repeat waits for so long before it is told to come again, ms. */
const FIRM_PATIENCE_MS = 30_000;

const BEHIND_SPOOL = 'events that came before it wait on the disk of this host';
const NO_SESSION = 'OpenSearch does not answer';
const TOO_SLOW = 'OpenSearch did not answer in time';

export class IntakeDoor {
  private readonly ports: IntakePorts;
  /** Tells what this process put aside from what an earlier one did. */
  private readonly start: string;
  private readonly drains: DrainSpool;
  private pending = 0;
  /** Events that came and of which nobody was told yet what became of them. */
  private inHand = 0;
  private refusal: SpoolRefused | undefined;
  private takeMessage: (text: string) => Promise<unknown> = async () => undefined;
  private readonly counts = new IntakeCounts();
  readonly conflicts: ConflictBook;

  constructor(ports: IntakePorts) {
    this.conflicts = new ConflictBook(ports.basics.clock);
    this.ports = ports;
    this.start = ports.basics.chance.uuid();
    this.drains = new DrainSpool(ports.spool, (item) => this.settle(item));
  }

  get counters(): IntakeCounters {
    return this.counts.all;
  }

  /** Events that are being decided right now, and those on the disk. */
  get backlog(): { readonly pending: number; readonly spooled: number } {
    return { pending: this.pending, spooled: this.ports.spool.size() };
  }

  /** Events that came and are nowhere: 0, or a promise is broken (INV-3). */
  get unaccounted(): number {
    return this.counts.unaccounted(this.inHand);
  }

  /** Why the local disk keeps nothing more; undefined while it does, or need not. */
  get diskTrouble(): string | undefined {
    return this.refusal === undefined || this.refusal.code === 'not_persistent' ? undefined : this.refusal.message;
  }

  /** Takes a valid event. Never throws for what the world does; the answer says how firmly it is in hand. */
  admit(received: ReceivedEvent, need: Need = 'kept'): Promise<Admission> {
    return this.holding(() => this.take(received, need));
  }

  /** The same door for sources that can repeat: nothing goes to the local disk, they come again. */
  readonly firm: FirmDoor = {
    admit: (received) => this.admit(received, 'durable'),
    refuse: (...refused) => this.refuseFor('durable', refused),
  };

  private async holding(work: () => Promise<Admission>): Promise<Admission> {
    this.inHand += 1;
    try {
      return await work();
    } finally {
      this.inHand -= 1;
    }
  }

  private async take(received: ReceivedEvent, need: Need): Promise<Admission> {
    this.counts.received();
    if (this.ports.isOff(received.intake)) return this.notTaken({ kind: 'switched_off', case_id: received.case_id });
    const untimely = untimelyAt(received.event.timestamp, this.ports.basics.clock.utc());
    if (untimely) return this.quarantine(untimelyEvent(received, untimely), need);
    const limit = received.event.severity === 'critical' ? CRITICAL_PENDING : MOST_PENDING;
    if (this.pending >= limit) return this.notTaken({ kind: 'overloaded', retry_after_s: 2 });
    const process = this.ports.process();
    if (process === undefined) return this.setAside(received, need, NO_SESSION);
    if (this.ports.spool.size() > 0) return this.setAside(received, need, BEHIND_SPOOL);
    this.pending += 1;
    const processing = process(received).finally(() => {
      this.pending -= 1;
    });
    return this.answerFor(received, processing, need);
  }

  /** Files what cannot be accepted, with its reason and as much of the original as is kept. */
  refuse(...refused: Parameters<FirmDoor['refuse']>): Promise<Admission> {
    return this.refuseFor('kept', refused);
  }

  /** Who takes messages that come back from the spool. */
  onMessages(take: (text: string) => Promise<unknown>): void {
    this.takeMessage = take;
  }

  /** Keeps a message on the local disk while what it tells of cannot be looked up. */
  async keepMessage(text: string): Promise<Admission> {
    const refused = await this.keep({ type: 'message', text });
    if (refused === undefined) return { kind: 'spooled', case_id: '' };
    this.counts.refused();
    return refused;
  }

  /** Decides what is in the spool, oldest first, whenever a session is up. */
  async drain(until: () => boolean): Promise<void> {
    const { spool, basics } = this.ports;
    while (!until()) {
      if (spool.size() > 0 && this.ports.process() !== undefined) {
        await this.drains.once().catch((cause: unknown) => {
          sayFailed(basics.log, 'the spool could not be read', cause);
        });
      }
      if (spool.size() === 0) this.refusal = undefined;
      await basics.clock.sleep(spool.size() > 0 ? 250 : 500);
    }
  }

  private async answerFor(received: ReceivedEvent, processing: Promise<Receipt>, need: Need): Promise<Admission> {
    const answered = new AbortController();
    const patience = need === 'durable' ? FIRM_PATIENCE_MS : PATIENCE_MS;
    const late = this.ports.basics.clock.sleep(patience, answered.signal).then(() => 'late' as const);
    try {
      const first = await Promise.race([processing, late]);
      if (first !== 'late') return await this.admissionOf(received, first, need);
      processing.catch(() => undefined);
      return await this.setAside(received, need, TOO_SLOW);
    } catch (cause) {
      return await (isAway(cause)
        ? this.setAside(received, need, whyOf(cause))
        : this.quarantine(this.poison(received, cause), need));
    } finally {
      answered.abort();
    }
  }

  private async admissionOf(received: ReceivedEvent, receipt: Receipt, need: Need): Promise<Admission> {
    switch (receipt.kind) {
      case 'decided':
        this.counts.isNow('accepted');
        return { kind: 'accepted', case_id: received.case_id, content: receipt.content };
      case 'duplicate':
        this.counts.isNow('duplicates');
        return { kind: 'duplicate', case_id: received.case_id, content: receipt.content };
      case 'updated':
        this.counts.isNow('updates');
        return { kind: 'updated', case_id: received.case_id, content: receipt.content };
      case 'conflicting':
        this.conflicts.note(received.intake);
        return this.quarantine(conflictingEvent(received, receipt.other), need);
    }
  }

  /** An event that could not be written to OpenSearch: on the disk, or back to a source that can repeat it. */
  private async setAside(received: ReceivedEvent, need: Need, why: string): Promise<Admission> {
    if (need === 'durable') return this.notTaken({ kind: 'unavailable', why });
    const refused = await this.keep({ type: 'event', received, start: this.start });
    if (refused) return this.notTaken(refused);
    this.counts.isNow('accepted');
    return { kind: 'spooled', case_id: received.case_id };
  }

  private notTaken(answer: Admission): Admission {
    this.counts.notTaken();
    return answer;
  }

  /** @returns why it could not be kept on the local disk, if so */
  private async keep(item: SpoolItem): Promise<Admission | undefined> {
    try {
      await this.ports.spool.append(item);
      this.refusal = undefined;
      return undefined;
    } catch (cause) {
      if (!(cause instanceof SpoolRefused)) throw cause;
      this.refusal = cause;
      return { kind: 'unavailable', why: cause.message };
    }
  }

  /** What cannot be accepted is not even filed while its source is off. */
  private async refuseFor(need: Need, refused: Parameters<FirmDoor['refuse']>): Promise<Admission> {
    const [, source] = refused;
    if (!this.ports.isOff(source)) return this.file(refusedBy(...refused), need);
    this.counts.refused();
    return { kind: 'switched_off' };
  }

  private file(what: Filed, need: Need): Promise<Admission> {
    return this.holding(() => {
      this.counts.received();
      return this.quarantine(what, need);
    });
  }

  private async quarantine(what: Filed, need: Need): Promise<Admission> {
    const entry = entryFor(this.ports.basics, what);
    const filed = { kind: 'quarantined', reason: what.reason, fields: what.fields } as const;
    try {
      await this.append(entry);
      return filed;
    } catch (cause) {
      const isOdd = !(cause instanceof StoreUnavailable);
      // What the evidence turns down would be turned down from the disk as well: the sender is told, and has it still.
      if (isOdd) this.ports.basics.log.error('an event could not be put aside', { id: entry.id, why: traceOf(cause) });
      if (isOdd || need === 'durable') return this.notTaken({ kind: 'unavailable', why: whyOf(cause) });
    }
    const refused = await this.keep({ type: 'quarantine', entry });
    if (refused) return this.notTaken(refused);
    this.counts.isNow('quarantined');
    return { ...filed, kept: true };
  }

  private async append(entry: EvidenceEntry): Promise<void> {
    await this.ports.evidence.append([entry]);
    this.counts.isNow('quarantined');
    this.ports.changed?.('quarantine', entry.id);
  }

  /** An event that a bug stumbles over must not stall the rest. */
  private poison(received: ReceivedEvent, cause: unknown): Filed {
    const why = traceOf(cause);
    this.ports.basics.log.error('an event could not be processed', { case_id: received.case_id, why });
    return poisonedEvent(received, cause);
  }

  /** One item of the spool, to its end. */
  private async settle(item: SpoolItem): Promise<void> {
    if (item.type === 'quarantine') return this.ports.evidence.append([item.entry]);
    if (item.type === 'message') return this.settleMessage(item.text);
    const { received } = item;
    const process = this.ports.process();
    if (process === undefined) throw new StoreUnavailable(NO_SESSION);
    const outcome = await process(received).catch((cause: unknown) => {
      if (isAway(cause)) throw cause;
      return errorOf(cause);
    });
    await this.count(item, outcome);
  }

  private async count({ received, start }: SpoolItem & { type: 'event' }, outcome: Receipt | Error): Promise<void> {
    const { basics } = this.ports;
    const isFault = outcome instanceof Error;
    const isAccepted = !isFault && isOwnCase(outcome, received);
    if (isFault) await this.append(entryFor(basics, this.poison(received, outcome)));
    else if (!isAccepted && outcome.kind === 'conflicting') {
      this.conflicts.note(received.intake);
      await this.append(entryFor(basics, conflictingEvent(received, outcome.other)));
    }
    this.counts.settled(start === this.start, isAccepted ? 'accepted' : isFault ? 'quarantined' : PLACES[outcome.kind]);
  }

  private async settleMessage(text: string): Promise<void> {
    await this.takeMessage(text).catch((cause: unknown) => {
      if (isAway(cause)) throw cause;
      sayFailed(this.ports.basics.log, 'a message could not be read', cause);
      return this.file(poisonedMessage(text), 'kept');
    });
  }
}
