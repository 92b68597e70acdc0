import type { SourcePlan } from '../../../../common/api/routes';
import { err, ok, type Result } from '../../../../common/result';
import { jsonChanges } from '../../../engine/intake/json_changes';
import { actionIdOf, subscribed, triggersOf, unsubscribed } from '../../../engine/intake/subscription';
import { digestOf } from '../../../engine/digest/digest';
import type { SourceDocument, SourceName } from '../../ports';
import { isOpen, subscriptionId } from '../source_documents';
import { contentOf } from '../../keeping/state_docs';
import type { SubscriptionContent } from '../../keeping/kinds/sources';
import { refusal, type Refusal } from '../../record/refusal';
import { channelIdOf, readChannel } from './channel';
import { closedWhy } from './closed';
import { mustExist, notSeen } from './must_exist';
import type { SourceDesk } from './desk';
import { othersUse } from './users_of_channel';

/* What a change would do, in full, before anything is done. Applying it later rests on the digest of this. */

export interface PlanRequest {
  readonly intent: SourcePlan['intent'];
  /** Triggers that get the action; default all. */
  readonly triggers?: readonly string[];
}

/** A plan with what applying it needs besides what is shown. */
export interface Planned {
  readonly view: SourcePlan;
  /** Undefined where the source is gone and only the record of it is to be closed. */
  readonly document: SourceDocument | undefined;
  readonly after: Readonly<Record<string, unknown>>;
  readonly actions: SubscriptionContent['actions'];
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

interface Parts {
  readonly intent: SourcePlan['intent'];
  readonly source: SourcePlan['source'];
  readonly document: SourceDocument | undefined;
  readonly after: Readonly<Record<string, unknown>>;
  readonly channel: SourcePlan['channel'];
  readonly actions: SubscriptionContent['actions'];
  readonly notes: readonly string[];
}

const planned = ({ intent, source, document, after, channel, actions, notes }: Parts): Planned => {
  const before = document?.body ?? {};
  const digest = digestOf({ intent, source, version: document?.version ?? null, before, after, channel });
  const changes = jsonChanges(before, after).map((change) => ({ ...change }));
  const view: SourcePlan = {
    intent,
    digest,
    source,
    channel,
    changes,
    before: document ? pretty(before) : '',
    after: document ? pretty(after) : '',
    notes: [...notes],
  };
  return { view, document, after, actions };
};

const RUNS_AS =
  'with the security plugin, a monitor runs with the rights of whoever saved it last: from now on those of the user that Reflex works as, which must be able to read what the monitor reads';
const CHANNEL_DISABLED =
  'the channel is disabled in OpenSearch and stays so: no message comes before somebody enables it on the page Sources';
const NOTHING_TO_DO = 'nothing is to be changed in it';

const planSubscription = async (
  desk: SourceDesk,
  document: SourceDocument,
  triggers: readonly string[] | undefined,
): Promise<Result<Planned, Refusal>> => {
  const { kind, id, name, level, closed, body } = document;
  if (closed !== undefined || level === 'other') return err(refusal('invalid', closedWhy(closed ?? 'other_message')));
  const known = triggersOf(body).map((trigger) => trigger.id);
  if (known.length === 0)
    return err(refusal('invalid', `\`${name}\` has no trigger; give it one, then subscribe to it`));
  const unknown = triggers?.filter((trigger) => !known.includes(trigger)) ?? [];
  if (unknown.length > 0) {
    const fields = unknown.map((trigger) => ({ path: 'triggers', message: `there is no trigger \`${trigger}\`` }));
    return err({ ...refusal('invalid', 'some of the triggers are not there'), fields });
  }
  const triggerIds = triggers ?? known;
  const [channelId, content] = [await channelIdOf(desk), await readChannel(desk)];
  const there = await desk.api.channel(channelId);
  const url = desk.webhookUrl;
  const isDisabled = isOpen(content) && there?.enabled === false;
  const asItShould = isDisabled || (isOpen(content) && content.url === url && there?.url === url);
  const after = subscribed(body, { level, channelId, triggerIds });
  return ok(
    planned({
      intent: 'subscribe',
      source: { kind, id, name },
      document,
      after,
      channel: { id: channelId, url, change: there === undefined ? 'create' : asItShould ? 'reuse' : 'update' },
      actions: triggerIds.map((trigger_id) => ({ trigger_id, action_id: actionIdOf(trigger_id) })),
      notes: [
        ...(jsonChanges(body, after).length === 0 ? [NOTHING_TO_DO] : [RUNS_AS]),
        ...(isDisabled ? [CHANNEL_DISABLED] : []),
      ],
    }),
  );
};

const GONE = 'it is not there any more; only the record that it was subscribed is closed';

const planUndo = async (
  desk: SourceDesk,
  source: SourceName,
  document: SourceDocument | undefined,
): Promise<Result<Planned, Refusal>> => {
  const record = contentOf('subscription', await desk.agent.parts.store.get(subscriptionId(source)));
  const isRecorded = record !== undefined && record.state !== 'undone';
  const channelId = isRecorded ? record.channel_id : await channelIdOf(desk);
  const body = document?.body ?? {};
  const written = isRecorded
    ? record.actions
    : triggersOf(body).map(({ id }) => ({ trigger_id: id, action_id: actionIdOf(id) }));
  const after = unsubscribed(body, { channelId, actionIds: written.map(({ action_id }) => action_id) });
  const changes = jsonChanges(body, after).length;
  if (!isRecorded && changes === 0) return err(refusal('not_found', 'this source is not subscribed'));
  const content = await readChannel(desk);
  const keeps = await othersUse(desk, { channelId, except: source });
  const notes = [
    ...(document === undefined ? [GONE] : changes === 0 ? [NOTHING_TO_DO] : [RUNS_AS]),
    ...(keeps.unsure ? ['the channel stays, for Reflex cannot see everything that may use it'] : []),
    ...(keeps.foreign.length > 0
      ? [`the channel stays, for it is used by ${keeps.foreign.map((name) => `\`${name}\``).join(', ')}`]
      : []),
  ];
  return ok(
    planned({
      intent: 'undo',
      source: { ...source, name: document?.name ?? record?.name ?? source.id },
      document,
      after,
      channel: { id: channelId, url: content?.url ?? desk.webhookUrl, change: keeps.any ? 'keep' : 'delete' },
      actions: written,
      notes,
    }),
  );
};

/** Makes the plan of a change; nothing is done. */
export const planChange = async (
  desk: SourceDesk,
  source: SourceName,
  { intent, triggers }: PlanRequest,
): Promise<Result<Planned, Refusal>> => {
  switch (intent) {
    case 'subscribe': {
      const document = await mustExist(desk, source);
      return document.ok ? planSubscription(desk, document.value, triggers) : document;
    }
    case 'undo': {
      const looked = await desk.api.get(source);
      // What cannot be seen is not gone: undoing it then would leave what Reflex wrote behind.
      if (looked.kind === 'refused') return err(refusal('invalid', notSeen(source, looked.message)));
      return planUndo(desk, source, looked.kind === 'found' ? looked.source : undefined);
    }
  }
};
