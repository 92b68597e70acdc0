import type { SourceMapping } from '../../../common/api/source_mapping';
import type { Draft } from '../keeping/documents';
import type { SourceName, StateDoc } from '../ports';

/* What Reflex keeps of its sources: the channel with the digests of its tokens, what was subscribed, and mappings. */

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
}

export const CHANNEL_ID = 'source:channel';
export const sourceKey = ({ kind, id }: SourceName): string => `${kind}:${id}`;
export const subscriptionId = (source: SourceName): string => `source:subscription:${sourceKey(source)}`;
export const mappingId = (source: SourceName): string => `source:mapping:${sourceKey(source)}`;

type Doc = Pick<StateDoc, 'content'> | undefined;
export const asChannel = (doc: Doc): ChannelContent | undefined => doc?.content as ChannelContent | undefined;
export const asSubscription = (doc: Doc): SubscriptionContent | undefined =>
  doc?.content as SubscriptionContent | undefined;
export const asMapping = (doc: Doc): MappingContent | undefined => doc?.content as MappingContent | undefined;

export const channelDraft = (content: ChannelContent, at: string): Draft => ({
  id: CHANNEL_ID,
  kind: 'source',
  content,
  facets: { state: 'channel', at },
});

export const subscriptionDraft = (content: SubscriptionContent, at: string): Draft => ({
  id: subscriptionId(content.source),
  kind: 'source',
  content,
  facets: { state: content.state === 'undone' ? 'undone' : 'subscription', at },
});

export const mappingDraft = (content: MappingContent): Draft => ({
  id: mappingId(content.source),
  kind: 'source',
  content,
  facets: { state: 'mapping', at: content.at },
});

/** True while something is to be sent through the channel. */
export const isOpen = (channel: ChannelContent | undefined): channel is ChannelContent => channel?.open === true;
