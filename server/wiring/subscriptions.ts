import { present } from '../../common/present';
import { postAlertingWebhook } from '../../common/api/routes';
import { alertSources } from '../adapters/alerting/alerting_api';
import { applyMapping } from '../engine/intake/source_mapping';
import type { HostParts } from '../hosts/host_parts';
import type { Caller } from '../routes/bind';
import type { Agent } from '../runner/agent/agent';
import type { AlertSource } from '../runner/sources/alerts/alert_source';
import { ChannelTokens } from '../runner/sources/channel_tokens';
import { keepChannel } from '../runner/sources/channel_keeper';
import type { SourceDesk } from '../runner/sources/subscriptions/desk';
import type { AlertReader } from '../runner/ports';
import { inBackground } from '../runner/keeping/in_background';
import { SourceBook } from '../runner/sources/source_book';

/* Subscriptions: the desk that the routes work with, the channel's tokens, and the mappings that intake asks for. */

export interface Subscriptions {
  readonly desk: SourceDesk;
  readonly tokenOwner: (token: string) => Promise<Caller | undefined>;
  readonly mappingOf: AlertSource['mappingOf'];
  readonly start: (until: () => boolean) => void;
}

interface SubscriptionParts {
  readonly agent: Agent;
  readonly reader: Pick<AlertReader, 'documents' | 'findings'>;
  readonly health: SourceDesk['health'];
}

const DEFAULT_ADDRESS = 'http://127.0.0.1:5601';

/** Where this host is reached: as its settings say, else as it knows itself. */
export const addressOf = ({ settings, ownAddress }: Pick<HostParts, 'settings' | 'ownAddress'>): string =>
  settings.intake.publicUrl ?? ownAddress ?? DEFAULT_ADDRESS;

/** Makes what subscriptions need; asks OpenSearch nothing yet. */
export const subscriptionsOf = (
  { transport, settings, ownAddress, log }: Pick<HostParts, 'transport' | 'settings' | 'ownAddress' | 'log'>,
  { agent, reader, health }: SubscriptionParts,
): Subscriptions => {
  const { store, clock } = agent.parts;
  const tokens = new ChannelTokens({ store, clock });
  const book = new SourceBook({ store, clock, log });
  const address = addressOf({ settings, ...present({ ownAddress }) });
  const desk: SourceDesk = {
    agent,
    api: alertSources(transport),
    reader,
    tokens,
    webhookUrl: `${address}${postAlertingWebhook.path}`,
    health,
  };
  return {
    desk,
    tokenOwner: async (token) => {
      const owner = await tokens.owner(token);
      if (!owner) return undefined;
      const { channelId: id, sha256: digest, pending, awaited } = owner;
      const channel = { id, digest, pending, awaited };
      return { name: `channel:${owner.channelId}`, may: ['alerting'], singleUser: false, channel };
    },
    mappingOf: async (monitorId) => {
      const mapping = book.mappingOf(monitorId);
      if (!mapping) return undefined;
      return {
        ...present({ entityField: mapping.entity_field }),
        apply: (notice, source) => applyMapping(mapping, { notice, source }),
      };
    },
    start: (until) => {
      inBackground({ log }, 'following mappings', book.follow(until));
      inBackground({ log }, 'looking after the channel', keepChannel(desk, until));
    },
  };
};
