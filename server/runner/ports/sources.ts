import type { AlertDocument } from './alerting';
import type { JsonObject } from '../../../common/codec/json_object';

/** What OpenSearch can raise alerts by. */
export const SOURCE_KINDS = ['monitor', 'workflow', 'detector', 'threat_intel', 'correlation'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export const SOURCE_LEVELS = ['query', 'bucket', 'document', 'workflow', 'other'] as const;
export type SourceLevel = (typeof SOURCE_LEVELS)[number];

export interface SourceName {
  readonly kind: SourceKind;
  readonly id: string;
}

/** Which state of a source was read. Detectors have a version only: their API cannot compare and set. */
export interface SourceVersion {
  readonly version: number;
  readonly seqNo?: number;
  readonly primaryTerm?: number;
}

/** A monitor, workflow or detector as its API has it. */
export interface SourceDocument extends SourceName {
  readonly name: string;
  readonly level: SourceLevel;
  readonly enabled: boolean;
  readonly version: SourceVersion;
  /** As the API takes it back. */
  readonly body: JsonObject;
  /** Monitors that its alerts name; its own id, or those that a detector made. */
  readonly monitorIds: readonly string[];
  /** Indices of its alerts and their history, as a pattern. */
  readonly alerts: string;
  /**
   * Why no action can be written into it: `custom_indices`, Alerting's API refuses to change monitors whose alerts lie
   * elsewhere; `other_message`, what it sends names no alert. Its alerts are read from their indices all the same.
   */
  readonly closed?: 'custom_indices' | 'other_message';
}

/** Something that could not be listed, and why. */
export interface ListNote {
  readonly part: 'alerting' | 'security_analytics' | 'notifications';
  readonly code: 'not_installed' | 'not_permitted' | 'truncated' | 'failed';
  readonly text: string;
}

export interface SourceList {
  readonly sources: readonly SourceDocument[];
  readonly notes: readonly ListNote[];
}

/** What became of looking one source up. `refused`: it may be there, and nobody may say so. */
export type SourceLookup =
  | { readonly kind: 'found'; readonly source: SourceDocument }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly message: string };

/** What became of a write. */
export type Saved =
  | { readonly kind: 'saved' }
  /** Somebody changed it since it was read. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly message: string };

/** A webhook channel. `headers` go out as they stand, and everybody who may read channels sees them. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly enabled: boolean;
}

export type TestSent =
  | { readonly kind: 'sent' }
  /** OpenSearch refuses to call this host (`host_deny_list`). */
  | { readonly kind: 'denied'; readonly message: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Alerting, Security Analytics and Notifications of OpenSearch. Every call throws `StoreUnavailable` if there was no
 * answer; a plugin that is not there is an empty list with a note.
 */
export interface AlertSources {
  readonly list: () => Promise<SourceList>;
  readonly get: (source: SourceName) => Promise<SourceLookup>;
  /** Replaces the body of a source, if it is still the version that was read. */
  readonly save: (source: SourceName, body: JsonObject, expect: SourceVersion) => Promise<Saved>;
  readonly channel: (id: string) => Promise<Channel | undefined>;
  readonly createChannel: (channel: Channel) => Promise<Saved>;
  readonly updateChannel: (channel: Channel) => Promise<Saved>;
  readonly deleteChannel: (id: string) => Promise<Saved>;
  readonly sendTest: (channelId: string) => Promise<TestSent>;
  /** The newest alerts of a source, for trying a mapping out. */
  readonly newestAlerts: (source: SourceDocument, most: number) => Promise<readonly AlertDocument[]>;
}
