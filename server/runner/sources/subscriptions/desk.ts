import type { SourceHealthView } from '../../../../common/api/routes';
import type { Agent } from '../../agent/agent';
import type { ChannelTokens } from '../channel_tokens';
import type { AlertReader, AlertSources, SourceDocument } from '../../ports';

/** What operations on sources work with. */
export interface SourceDesk {
  readonly agent: Agent;
  readonly api: AlertSources;
  readonly reader: Pick<AlertReader, 'documents'>;
  readonly tokens: ChannelTokens;
  /** Where the channel posts to. */
  readonly webhookUrl: string;
  /** How a source does, as far as it is known. */
  readonly health: (source: SourceDocument) => SourceHealthView | undefined;
}
