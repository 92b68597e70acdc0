import type { ShiftWith } from '../../agent/views';
import { iso } from '../../../../common/iso';
import { err, ok, type Result } from '../../../../common/result';
import type { SourceName } from '../../ports';
import { sourceKey, plannedSubscription, subscriptionId } from '../source_documents';
import { contentOf } from '../../keeping/state_docs';
import type { SubscriptionContent } from '../../keeping/kinds/sources';
import { audit } from '../../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { ensureChannel, removeChannel } from './channel';
import type { SourceDesk } from './desk';
import { planChange, type Planned, type PlanRequest } from './plan';

/* Does exactly what a plan said, or nothing. What is going to be done is on record before it is done. */

export interface ChangeOrder extends PlanRequest {
  /** Of the plan that was shown. */
  readonly digest: string;
  readonly by: string;
  readonly reason: string;
}

const changedSince = (planned: Planned): Refusal => ({
  ...refusal('changed', 'it is not as it was when the plan was made, so nothing was done; look at the plan again'),
  current: planned.view,
});

const record = (shift: ShiftWith<'clock' | 'commits'>, content: SubscriptionContent): Promise<void> =>
  shift.parts.commits.settle<void>({
    reads: [subscriptionId(content.source)],
    build: () => ({ docs: [plannedSubscription(content, iso(shift.parts.clock.utc()))], answer: undefined }),
  });

const note = (
  { agent }: SourceDesk,
  { source, order, outcome }: { readonly source: SourceName; readonly order: ChangeOrder; readonly outcome: string },
): Promise<void> =>
  audit(agent, {
    verb: order.intent === 'subscribe' ? 'subscribe_source' : 'undo_source',
    by: order.by,
    object: { type: 'source', id: sourceKey(source) },
    text: order.reason,
    digest: order.digest,
    outcome,
  });

/** Writes the planned body where something is to be written. */
const write = async (
  { api }: SourceDesk,
  source: SourceName,
  { document, after, view }: Planned,
): Promise<Result<true, Refusal>> => {
  if (document === undefined || view.changes.length === 0) return ok(true);
  const saved = await api.save(source, after, document.version);
  switch (saved.kind) {
    case 'saved':
      return ok(true);
    case 'conflict':
      return err(refusal('changed', 'somebody changed it at the same moment, so nothing was done; look at it again'));
    case 'missing':
      return err(refusal('not_found', 'it is not there any more'));
    case 'refused':
      return err(refusal('invalid', `OpenSearch refuses the change: ${saved.message}`));
  }
};

const subscribe = async (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  { source, order, planned }: { readonly source: SourceName; readonly order: ChangeOrder; readonly planned: Planned },
): Promise<Result<true, Refusal>> => {
  const channel = await ensureChannel(desk, shift);
  if (!channel.ok) return channel;
  const before = contentOf('subscription', await desk.agent.parts.store.get(subscriptionId(source)));
  const content: SubscriptionContent = {
    source: { kind: source.kind, id: source.id },
    name: planned.view.source.name,
    state: 'writing',
    channel_id: planned.view.channel.id,
    actions: planned.actions,
    by: order.by,
    at: iso(desk.agent.parts.clock.utc()),
    reason: order.reason,
  };
  await record(shift, content);
  const written = await write(desk, source, planned);
  if (written.ok) {
    await record(shift, { ...content, state: 'subscribed' });
    return written;
  }
  // Nothing was written: what was recorded before holds, and a channel that nobody uses goes.
  await record(shift, before ?? { ...content, state: 'undone' });
  if (planned.view.channel.change === 'create') await removeChannel(desk, shift);
  return written;
};

const undo = async (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  { source, order, planned }: { readonly source: SourceName; readonly order: ChangeOrder; readonly planned: Planned },
): Promise<Result<true, Refusal>> => {
  const written = await write(desk, source, planned);
  if (!written.ok) return written;
  await record(shift, {
    source: { kind: source.kind, id: source.id },
    name: planned.view.source.name,
    state: 'undone',
    channel_id: planned.view.channel.id,
    actions: [],
    by: order.by,
    at: iso(desk.agent.parts.clock.utc()),
    reason: order.reason,
  });
  if (planned.view.channel.change === 'delete') await removeChannel(desk, shift);
  return written;
};

/** Subscribes, or undoes that, exactly as the plan with this digest says. */
export const applyChange = async (
  desk: SourceDesk,
  source: SourceName,
  order: ChangeOrder,
): Promise<Result<Planned, Refusal>> => {
  const { shift } = desk.agent;
  if (!shift) return err(NOT_JOINED);
  const planned = await planChange(desk, source, order);
  if (!planned.ok) return planned;
  if (planned.value.view.digest !== order.digest) return err(changedSince(planned.value));
  await note(desk, { source, order, outcome: 'ordered' });
  const work = { source, order, planned: planned.value };
  const done = await (order.intent === 'subscribe' ? subscribe(desk, shift, work) : undo(desk, shift, work));
  await note(desk, { source, order, outcome: done.ok ? 'done' : `not done: ${done.error.message}` });
  shift.parts.changed('source', sourceKey(source));
  return done.ok ? planned : done;
};
