import { triggersOf } from '../../../engine/intake/subscription';
import type { SourceName } from '../../ports';
import { sourceKey } from '../source_documents';
import { find } from '../../keeping/state_docs';
import type { SourceDesk } from './desk';

interface ChannelUsers {
  /** Something else sends through the channel, or is about to. */
  readonly any: boolean;
  /** Not everything could be looked at, so that others may use it. */
  readonly unsure: boolean;
  /** Names of those whose action Reflex did not write. */
  readonly foreign: readonly string[];
}

/** Who else uses a channel, by what is recorded and by what stands in the monitors. */
export const othersUse = async (
  { agent, api }: SourceDesk,
  { channelId, except }: { readonly channelId: string; readonly except: SourceName },
): Promise<ChannelUsers> => {
  const [docs, { sources, notes }] = await Promise.all([
    find(agent.parts.store, 'subscription', { states: ['subscription'], limit: 5_000, fresh: true }),
    api.list(),
  ]);
  const recorded = new Set(
    docs.flatMap(({ content }) => (content.channel_id === channelId ? [sourceKey(content.source)] : [])),
  );
  recorded.delete(sourceKey(except));
  const sending = sources.filter(
    (source) =>
      sourceKey(source) !== sourceKey(except) &&
      triggersOf(source.body).some(({ actions }) => actions.some(({ destination }) => destination === channelId)),
  );
  const living = [...recorded].filter((key) => sources.some((source) => sourceKey(source) === key));
  const unsure = notes.some(({ code }) => code !== 'not_installed') || (notes.length > 0 && recorded.size > 0);
  return {
    any: living.length > 0 || sending.length > 0 || unsure,
    unsure,
    foreign: sending.filter((source) => !recorded.has(sourceKey(source))).map(({ name }) => name),
  };
};
