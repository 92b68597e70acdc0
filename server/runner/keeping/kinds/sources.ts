import type { SourceMapping } from '../../../../common/api/source_mapping';
import type { Intake } from '../../../../common/flow/intake';
import type { Grant } from '../../../../common/flow/voice';
import type { ChangedBy } from '../../record/changed_lately';
import type { AlertDocument, AlertPosition, SourceName } from '../../ports';

/* What is stored of the sources of events: how far they are read, and the channel that Alerting sends through. */

/** How far a source is read. */
export interface SourceCursor {
  readonly position: AlertPosition;
  /** Patterns that it follows. What lay in a pattern before it was first followed is left alone. */
  readonly patterns?: readonly string[];
}

/** An alert that was read and cannot be taken yet, because Alerting cannot say what its monitor is. */
export interface ParkedAlert {
  readonly alert: AlertDocument;
  /** UTC of the first try. */
  readonly since: string;
}

/** A message of a channel whose alert is not there yet. */
export interface Doorbell {
  readonly text: string;
  /** UTC. */
  readonly received_at: string;
}

/**
 * One token of the channel; the token itself is nowhere but in the channel.
 *
 * - `pending`: put into the channel and not seen yet
 * - `current`: the channel came with it
 * - `old`: another one came meanwhile; valid until `ends_at`
 */
export interface ChannelToken {
  readonly sha256: string;
  readonly state: 'pending' | 'current' | 'old';
  readonly made_at: string;
  /** UTC from which it is not valid any more. */
  readonly ends_at: string;
}

export interface ChannelContent {
  readonly channel_id: string;
  /** False once nothing uses it and it was deleted. */
  readonly open: boolean;
  readonly url: string;
  readonly rotated_at: string;
  readonly tokens: readonly ChannelToken[];
  /** Somebody disabled it in OpenSearch: it stays so until a person enables it. */
  readonly disabled?: true;
  readonly problem?: string;
  readonly test?: { readonly sent_at: string; readonly arrived_at?: string; readonly failed?: string };
}

/** `writing`: recorded before the monitor was changed, so that what was written is known whatever happens. */
export interface SubscriptionContent {
  readonly source: SourceName;
  readonly name: string;
  readonly state: 'writing' | 'subscribed' | 'undone';
  readonly channel_id: string;
  readonly actions: ReadonlyArray<{ readonly trigger_id: string; readonly action_id: string }>;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface MappingContent {
  readonly source: SourceName;
  readonly version: number;
  readonly mapping: SourceMapping;
  /** Monitors whose alerts it is for: the source itself, or those that a detector made. */
  readonly monitor_ids: readonly string[];
  readonly by: string;
  readonly at: string;
  /** Who saved it within the 24 hours before that. */
  readonly earlier?: readonly ChangedBy[];
}

/** What an admin lets a source say. `grant` null: it was withdrawn; the version goes on counting. */
export interface GrantContent {
  readonly source: Intake;
  readonly version: number;
  readonly grant: Grant | null;
  readonly by: string;
  readonly at: string;
  /** Who granted it something within the 24 hours before that. */
  readonly earlier?: readonly ChangedBy[];
}

/** Whether a source is switched off. Once there it stays: since when a source is on again is asked as well. */
export interface SourceSwitch {
  readonly source: Intake;
  readonly version: number;
  readonly off: boolean;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export const switchId = ({ type, id }: Intake): string => `source:switch:${type}:${id}`;

/** A monitor that Alerting could not run or judge. */
export interface FailingDetection {
  readonly source: Intake;
  readonly name: string;
  /** UTC, as Alerting says. */
  readonly since: string;
  /** Alerting's words, cut. */
  readonly words: string;
  /** Alerts in error that say so; it works again once none of them is. */
  readonly alert_ids: readonly string[];
  /** UTC from which it worked again, or was gone. */
  readonly ended_at?: string;
}

export const failingId = ({ type, id }: Intake): string => `source:failing:${type}:${id}`;

/** By which preset the documents of a source are read. `preset` null: as the settings say; the version counts on. */
export interface PresetChoice {
  readonly source: Intake;
  readonly version: number;
  /** A name that this version may not know. */
  readonly preset: string | null;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** Who chose for it within the 24 hours before that. */
  readonly earlier?: readonly ChangedBy[];
}

export const presetId = ({ type, id }: Intake): string => `source:preset:${type}:${id}`;
