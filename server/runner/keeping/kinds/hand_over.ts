import type { HandOverDocument, HandOverEnding, Ticket } from '../../../../common/api/hand_over_document';
import type { Label } from '../../../../common/flow/feedback';
import { digestOf } from '../../../engine/digest/digest';
import type { Planned } from '../planned';
import type { ReminderMark } from './reminded';

/*
 * An act that waits for a person, as a ticket system or a chat has it (docs/decisions/088). Not to be mixed up with an
 * act that was approved for another agent (`CaseAct.handed`).
 */

/** One message of a hand-over. */
export type HandOverStep = 'opened' | 'reminded' | 'closed';

/** A message that an agent is about to send; nobody else sends it meanwhile. */
export interface Sending {
  readonly step: HandOverStep;
  readonly session: string;
  /** UTC. */
  readonly at: string;
}

/** What the ticket said of the event when it was closed. */
export interface TicketVerdict {
  /** As the receiver named it: the same one twice is one. */
  readonly verdict_id: string;
  readonly label: Label;
  /** The token; who in the ticket system said so is only claimed. */
  readonly by: string;
  readonly said_by?: string;
  readonly reason?: string;
  /** UTC. */
  readonly at: string;
  readonly feedback_id: string;
  readonly taken_back?: { readonly by: string; readonly at: string; readonly reason?: string };
}

/** What its messages tell of an act; kept as long as the hand-over, for a case that is over shrinks. */
export interface AboutAct extends Pick<
  HandOverDocument,
  | 'action'
  | 'target'
  | 'policy'
  | 'why'
  | 'source'
  | 'event_id'
  | 'event_timestamp'
  | 'severity'
  | 'confidence'
  | 'rule'
  | 'nearest_miss'
  | 'until'
  | 'without_answer'
> {
  readonly ttl_ms: number | null;
  readonly connector?: string;
}

export interface HandOverContent {
  readonly channel: string;
  readonly case_id: string;
  readonly act_id: string;
  /** The decision by which it waits, or waited last. */
  readonly decision_id: string;
  readonly about: AboutAct;
  /** How often it has waited. */
  readonly round: number;
  /** UTC; when it was first seen to wait in this round. */
  readonly since: string;
  /** UTC of what was told in this round. */
  readonly opened_at?: string;
  readonly closed_at?: string;
  /** The last reminder that was told, and of which end of its time (UTC). */
  readonly reminded?: { readonly mark: ReminderMark; readonly due: string };
  readonly sending?: Sending;
  /** How it stopped waiting, as soon as that is known. */
  readonly ending?: {
    readonly how: HandOverEnding;
    readonly at: string;
    readonly by?: string;
    readonly reason?: string;
  };
  /** A message of this round that will not arrive. */
  readonly lost?: {
    readonly step: HandOverStep;
    readonly result: 'refused' | 'given_up';
    readonly at: string;
    readonly why: string;
  };
  readonly ticket?: Ticket;
  readonly verdicts?: readonly TicketVerdict[];
}

/** How a channel fares, over all agents and ever. */
export interface HandOverChannelContent {
  readonly told: number;
  readonly refused: number;
  readonly given_up: number;
  /** UTC of the hand-overs that began within the last hour. */
  readonly begun: readonly string[];
  readonly last_told?: { readonly at: string; readonly key: string };
  readonly last_lost?: {
    readonly at: string;
    readonly key: string;
    readonly result: 'refused' | 'given_up';
    readonly why: string;
  };
  /** Nothing arrives since then (UTC). */
  readonly failing?: { readonly since: string; readonly why: string };
}

/** What has not been told yet. */
export const FRESH_CHANNEL: HandOverChannelContent = { told: 0, refused: 0, given_up: 0, begun: [] };

export const handOverId = (channel: string, caseId: string, actId: string): string =>
  `hand_over:${digestOf([channel, caseId, actId]).slice(0, 32)}`;

export const handOverChannelId = (channel: string): string => `hand_over_channel:${channel}`;

/** Search for those of which a message may be due still. */
export const openHandOvers = { states: ['open'] } as const;

/** It stopped waiting, and its channel heard of it or never will. */
const isClosed = ({ ending, opened_at, closed_at, lost }: HandOverContent): boolean =>
  ending !== undefined &&
  (closed_at !== undefined || opened_at === undefined || (lost !== undefined && lost.step !== 'reminded'));

export const plannedHandOver = (id: string, content: HandOverContent): Planned<'hand_over', HandOverContent> => ({
  id,
  kind: 'hand_over',
  content,
  facets: {
    state: isClosed(content) ? 'closed' : 'open',
    at: content.closed_at ?? content.ending?.at ?? content.opened_at ?? content.since,
  },
});
