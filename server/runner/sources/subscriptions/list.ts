import { present } from '../../../../common/present';
import type { ChannelView, SourceState, SourceView } from '../../../../common/api/routes';
import type { Intake } from '../../../../common/flow/intake';
import { actionIdOf, subscribed, triggersOf } from '../../../engine/intake/subscription';
import { digestOf } from '../../../engine/digest/digest';
import type { ListNote, SourceDocument, SourceName } from '../../ports';
import { CHANNEL_ID, isOpen, sourceKey } from '../source_documents';
import { find, read } from '../../keeping/state_docs';
import type { ChannelContent, MappingContent, SubscriptionContent } from '../../keeping/kinds/sources';
import { channelView } from './channel';
import { closedWhy } from './closed';
import type { SourceDesk } from './desk';

/* Everything that can raise alerts, and what Reflex has to do with it. */

interface Kept {
  readonly channel: ChannelContent | undefined;
  readonly subscriptions: ReadonlyMap<string, SubscriptionContent>;
  readonly mappings: ReadonlyMap<string, MappingContent>;
}

const MOST_KEPT = 10_000;
const MOST_INTAKES = 256;

const readKept = async ({ agent }: SourceDesk): Promise<Kept> => {
  const { store } = agent.parts;
  const most = { limit: MOST_KEPT, fresh: true };
  const [channel, subscriptions, mappings] = await Promise.all([
    read(store, 'channel', CHANNEL_ID),
    find(store, 'subscription', { ...most, states: ['subscription'] }),
    find(store, 'mapping', most),
  ]);
  return {
    channel,
    subscriptions: new Map(subscriptions.map(({ content }) => [sourceKey(content.source), content])),
    mappings: new Map(mappings.map(({ content }) => [sourceKey(content.source), content])),
  };
};

interface Judged {
  readonly state: SourceState;
  readonly why?: string;
}

/** How what stands in the monitor compares with what Reflex wrote into it. */
const judge = (
  { level, closed, body, monitorIds: _ids }: SourceDocument,
  record: SubscriptionContent | undefined,
): Judged => {
  if (record === undefined) {
    if (closed !== undefined || level === 'other')
      return { state: 'closed', why: closedWhy(closed ?? 'other_message') };
    return { state: 'not_subscribed' };
  }
  const triggers = triggersOf(body);
  const triggerIds = record.actions.map(({ trigger_id }) => trigger_id);
  const missing = record.actions.filter(
    ({ trigger_id, action_id }) =>
      !triggers.some(({ id, actions }) => id === trigger_id && actions.some((action) => action.id === action_id)),
  );
  if (missing.length > 0)
    return {
      state: 'altered',
      why: `the action of Reflex is not in ${missing.length} of ${record.actions.length} triggers any more; subscribe again, or undo`,
    };
  if (level === 'other') return { state: 'subscribed' };
  const wanted = subscribed(body, { level, channelId: record.channel_id, triggerIds });
  return digestOf(wanted) === digestOf(body)
    ? { state: 'subscribed' }
    : { state: 'altered', why: 'the action is not as this version of Reflex writes it; subscribe again to renew it' };
};

const subscriptionView = (record: SubscriptionContent | undefined): Pick<SourceView, 'subscription'> =>
  record
    ? { subscription: { channel_id: record.channel_id, by: record.by, at: record.at, reason: record.reason } }
    : {};

const mappingView = (mapping: MappingContent | undefined): Pick<SourceView, 'mapping_version' | 'vouched'> =>
  mapping ? { mapping_version: mapping.version, vouched: mapping.mapping.confidence !== undefined } : {};

/** What events of a source name as where they came from. */
const intakesOf = (kind: SourceName['kind'], monitorIds: readonly string[]): Intake[] =>
  monitorIds.slice(0, MOST_INTAKES).map((id) => ({
    type: kind === 'threat_intel' || kind === 'correlation' ? ('detector' as const) : ('alerting' as const),
    id: id.slice(0, 256),
  }));

/** Its intakes, with those that are switched off, and how the first of them fails that does. */
const intakesView = (
  { agent }: SourceDesk,
  kind: SourceName['kind'],
  monitorIds: readonly string[],
): Pick<SourceView, 'failing' | 'intakes' | 'switched_off'> => {
  const intakes = intakesOf(kind, monitorIds);
  const off = intakes.filter((intake) => agent.parts.switches.off(intake) !== undefined);
  const [failing] = intakes.flatMap((intake) => agent.parts.failing.of(intake) ?? []);
  return {
    intakes,
    ...present({
      switched_off: off.length === 0 ? undefined : off,
      failing: failing && { since: failing.since, words: failing.words },
    }),
  };
};

const viewOf = (desk: SourceDesk, kept: Kept, source: SourceDocument): SourceView => {
  const { kind, id, name, level, enabled, body, monitorIds } = source;
  const record = kept.subscriptions.get(sourceKey(source));
  const health = desk.health(source);
  return {
    kind,
    id,
    name: name === '' ? id : name.slice(0, 1024),
    level,
    enabled,
    ...judge(source, record),
    triggers: triggersOf(body)
      .slice(0, 256)
      .map((trigger) => {
        const isOurs = ({ id: action }: { readonly id: string }): boolean => action === actionIdOf(trigger.id);
        return {
          id: trigger.id === '' ? 'unnamed' : trigger.id,
          name: trigger.name.slice(0, 512),
          severity: trigger.severity.slice(0, 64),
          ours: trigger.actions.some(isOurs),
          other_actions: trigger.actions.filter((action) => !isOurs(action)).length,
        };
      }),
    ...intakesView(desk, kind, monitorIds),
    ...subscriptionView(record),
    ...mappingView(kept.mappings.get(sourceKey(source))),
    ...present({ health }),
  };
};

/** What was subscribed and is not listed: gone, or out of sight where not everything could be listed. */
const absentView = (desk: SourceDesk, record: SubscriptionContent, isSure: boolean): SourceView => ({
  ...record.source,
  name: record.name,
  level: 'other',
  enabled: true,
  state: isSure ? 'gone' : 'unseen',
  why: isSure
    ? 'it was subscribed and is not there any more; undo closes the record'
    : 'it was subscribed, and Reflex cannot look at it right now',
  triggers: [],
  ...intakesView(desk, record.source.kind, record.source.kind === 'detector' ? [] : [record.source.id]),
  ...subscriptionView(record),
});

/** Whether a list without a source says that it is gone. */
const isSureOf = ({ kind }: SourceName, notes: readonly ListNote[]): boolean =>
  !notes.some(({ part }) => part === (kind === 'monitor' || kind === 'workflow' ? 'alerting' : 'security_analytics'));

interface SourcesListed {
  readonly sources: readonly SourceView[];
  readonly notes: readonly ListNote[];
  readonly channel?: ChannelView;
}

const rank: Readonly<Record<SourceState, number>> = {
  altered: 0,
  gone: 1,
  unseen: 2,
  subscribed: 3,
  not_subscribed: 4,
  closed: 5,
};

/** All sources: what needs a look first, then the subscribed ones. */
export const listSources = async (desk: SourceDesk): Promise<SourcesListed> => {
  const [{ sources, notes }, kept] = await Promise.all([desk.api.list(), readKept(desk)]);
  const there = new Set(sources.map(sourceKey));
  const gone = [...kept.subscriptions.values()].filter(({ source }) => !there.has(sourceKey(source)));
  const views = [
    ...sources.map((source) => viewOf(desk, kept, source)),
    ...gone.map((record) => absentView(desk, record, isSureOf(record.source, notes))),
  ];
  return {
    sources: views.sort((a, b) => rank[a.state] - rank[b.state] || (a.name < b.name ? -1 : 1)),
    notes,
    ...present({ channel: isOpen(kept.channel) ? channelView(kept.channel, desk.agent.parts.clock.utc()) : undefined }),
  };
};

/** One source as it is now. */
export const viewSource = async (desk: SourceDesk, source: SourceName): Promise<SourceView | undefined> => {
  const [looked, kept] = await Promise.all([desk.api.get(source), readKept(desk)]);
  const record = kept.subscriptions.get(sourceKey(source));
  if (looked.kind === 'found') return viewOf(desk, kept, looked.source);
  return record && absentView(desk, record, looked.kind === 'missing');
};
