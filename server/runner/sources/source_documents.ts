import type { PlannedDoc } from '../keeping/state_docs';
import type {
  ChannelContent,
  GrantContent,
  MappingContent,
  PresetChoice,
  SourceSwitch,
  SubscriptionContent,
} from '../keeping/kinds/sources';
import type { Intake } from '../../../common/flow/intake';
import { presetId, switchId } from '../keeping/kinds/sources';
import type { SourceName } from '../ports';

/* What Reflex keeps of its sources: the channel with the digests of its tokens, what was subscribed, and mappings. */

export const CHANNEL_ID = 'source:channel';
export const sourceKey = ({ kind, id }: SourceName): string => `${kind}:${id}`;
export const subscriptionId = (source: SourceName): string => `source:subscription:${sourceKey(source)}`;
export const grantId = ({ type, id }: Intake): string => `source:grant:${type}:${id}`;
export const mappingId = (source: SourceName): string => `source:mapping:${sourceKey(source)}`;

export const plannedChannel = (content: ChannelContent, at: string): PlannedDoc => ({
  id: CHANNEL_ID,
  kind: 'channel',
  content,
  facets: { state: 'channel', at },
});

export const plannedSubscription = (content: SubscriptionContent, at: string): PlannedDoc => ({
  id: subscriptionId(content.source),
  kind: 'subscription',
  content,
  facets: { state: content.state === 'undone' ? 'undone' : 'subscription', at },
});

export const plannedMapping = (content: MappingContent): PlannedDoc => ({
  id: mappingId(content.source),
  kind: 'mapping',
  content,
  facets: { state: 'mapping', at: content.at },
});

export const plannedGrant = (content: GrantContent): PlannedDoc => ({
  id: grantId(content.source),
  kind: 'grant',
  content,
  facets: { state: 'grant', at: content.at },
});

export const plannedSwitch = (content: SourceSwitch): PlannedDoc => ({
  id: switchId(content.source),
  kind: 'source_switch',
  content,
  facets: { state: content.off ? 'off' : 'on', at: content.at },
});

export const plannedPreset = (content: PresetChoice): PlannedDoc => ({
  id: presetId(content.source),
  kind: 'source_preset',
  content,
  facets: { state: content.preset === null ? 'settings' : 'chosen', at: content.at },
});

/** True while something is to be sent through the channel. */
export const isOpen = (channel: ChannelContent | undefined): channel is ChannelContent => channel?.open === true;
