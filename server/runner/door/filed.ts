import { whyOf } from '../../../common/why';
import { iso } from '../../../common/iso';
import type { BadField } from '../../../common/codec/decode';
import type { Intake as IntakeSource, ReceivedEvent } from '../../../common/flow/event';
import type { FirmDoor } from './admission';
import { WriteRefused } from '../keeping/plan';
import type { Receipt } from '../executing/process_event';
import type { Basics, EvidenceEntry } from '../ports';
import { askedBy } from '../record/asked_by';
import { quarantineEntry, type QuarantineReason } from '../record/quarantine_entry';

/** Something for the quarantine, with where it came from. */
export interface Filed {
  readonly reason: QuarantineReason;
  readonly source: IntakeSource;
  readonly original: unknown;
  readonly fields: readonly BadField[];
  /** Who may have asked for it besides its source: who holds its token, and who handed it in before. */
  readonly owners: readonly string[];
}

/** What could not be read, or is not valid. */
export const refusedBy = (...[reason, sender, original, fields]: Parameters<FirmDoor['refuse']>): Filed => {
  const { owners = [], ...source } = sender;
  return { reason, source, original, fields, owners };
};

const filedEvent = (received: ReceivedEvent, reason: QuarantineReason, fields: readonly BadField[]): Filed => ({
  reason,
  source: received.intake,
  original: received,
  fields,
  owners: askedBy(received),
});

/** An event of the past or the future. */
export const untimelyEvent = (
  received: ReceivedEvent,
  { reason, field }: { readonly reason: QuarantineReason; readonly field: BadField },
): Filed => filedEvent(received, reason, [field]);

/**
 * An event whose identity another one has already.
 *
 * @param other of an update: the field in which it names something else than its case
 */
export const conflictingEvent = (received: ReceivedEvent, other?: string): Filed =>
  filedEvent(received, 'conflicting_duplicate', [
    other === undefined
      ? { path: 'event_id', message: 'was used before for an event with another content' }
      : { path: other, message: 'names something else than the event that it updates by its id' },
  ]);

const NOT_PROCESSED = 'could not be processed; see the log';

/** An event that a bug stumbles over, or that the store will never take. */
export const poisonedEvent = (received: ReceivedEvent, cause: unknown): Filed => {
  const message = cause instanceof WriteRefused ? `could not be stored: ${whyOf(cause)}` : NOT_PROCESSED;
  return filedEvent(received, 'poison', [{ path: '', message }]);
};

/** A message of a channel that a bug stumbles over, before it is known which alert it tells of. */
export const poisonedMessage = (text: string): Filed => ({
  reason: 'poison',
  source: { type: 'alerting', id: 'webhook' },
  original: text,
  owners: [],
  fields: [{ path: '', message: NOT_PROCESSED }],
});

/** The record of it, also said in the log. */
export const entryFor = ({ chance, clock, log }: Basics, what: Filed): EvidenceEntry => {
  const { reason, source, fields } = what;
  log.warn('an event is in quarantine', {
    reason,
    intake: `${source.type}:${source.id}`,
    fields: fields.map((field) => field.path),
  });
  return quarantineEntry(chance.uuid(), iso(clock.utc()), what);
};

/** The case is the one that this very event made. */
export const isOwnCase = (receipt: Receipt, received: ReceivedEvent): boolean =>
  receipt.kind === 'decided' || receipt.content.received.received_at === received.received_at;
