import type { OutcomeDocument } from '../../../common/api/outcome_document';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { AlertPosition } from './alerting';
import type { EvidenceEntry } from './evidence';

/** A record of the evidence in the order of writing, and where reading stands behind it. */
export interface FedRecord extends Pick<EvidenceEntry, 'id' | 'at' | 'body'> {
  readonly family: 'decisions' | 'actions' | 'audit';
  readonly after: AlertPosition;
}

/** A decision on record, and whether reading had come past it. */
export interface PlacedDecision {
  readonly body: EvidenceEntry['body'];
  readonly isBefore: (position: AlertPosition) => boolean;
}

/**
 * What was decided and what became of it, as the evidence has it, in the order in which its shards wrote: decisions
 * first, then the states of commands, then what people refused.
 */
export interface OutcomeFeed {
  /** Behind everything that is there now. */
  readonly end: () => Promise<AlertPosition>;
  /** What was written after a position, up to what is surely complete. `more`: there is more to read at once. */
  readonly since: (
    position: AlertPosition,
    most: number,
  ) => Promise<{ readonly records: readonly FedRecord[]; readonly position: AlertPosition; readonly more: boolean }>;
  /** Decisions by their ids; those that cannot be found yet are left out. */
  readonly decisions: (ids: readonly string[]) => Promise<ReadonlyMap<string, PlacedDecision>>;
}

/**
 * What became of telling.
 *
 * - `told`: the receiver has it
 * - `refused`: it will never take this one; the next one is tried
 * - `failed`: it cannot take it now; the same one is tried again
 * - `not_due`: there is nothing to tell after all
 */
export type Told =
  | { readonly kind: 'told' | 'not_due' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

export const CHANNEL_KINDS = ['webhook', 'kafka', 'rabbitmq', 'acknowledge'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A way to whoever is told. It bounds the time of each try itself and never rejects for what the world does. */
export interface OutcomeChannel {
  readonly tell: (document: OutcomeDocument, received: ReceivedEvent) => Promise<Told>;
  readonly close: () => Promise<void>;
}

/** An alert to acknowledge. `workflow`: of a composite monitor, whose alerts have a route of their own. */
export interface AlertToAcknowledge {
  readonly kind: 'monitor' | 'workflow';
  readonly monitorId: string;
  readonly alertId: string;
}

/** Acknowledges alerts in OpenSearch Alerting and Security Analytics. */
export type AcknowledgeAlert = (alert: AlertToAcknowledge) => Promise<Told>;
