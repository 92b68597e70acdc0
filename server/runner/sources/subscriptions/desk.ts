import type { SourceHealthView } from '../../../../common/api/routes';
import type { ChannelTokens } from '../channel_tokens';
import type { AlertReader, AlertSources, SourceDocument } from '../../ports';
import type { AgentWith, JoinedWith } from '../../agent/views';

/** What operations on sources work with. */
export interface SourceDesk {
  readonly agent: AgentWith<'chance' | 'clock' | 'evidence' | 'failing' | 'log' | 'quiet' | 'store' | 'switches'> &
    JoinedWith<'changed' | 'clock' | 'commits' | 'session'>;
  readonly api: AlertSources;
  readonly reader: Pick<AlertReader, 'documents' | 'findings'>;
  readonly tokens: ChannelTokens;
  /** Where the channel posts to. */
  readonly webhookUrl: string;
  /** How a source does, as far as it is known. */
  readonly health: (source: SourceDocument) => SourceHealthView | undefined;
}
