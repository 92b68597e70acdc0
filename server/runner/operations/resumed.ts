import { isByOrder } from '../../../common/flow/clearance';
import type { EscalationView } from '../../../common/api/views';
import { speakerOf } from '../../../common/flow/intake';
import { covers } from '../../../common/flow/stop_scope';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';

/* What an order to stop held waits for a person, also once it is released: then it says so. */

/** So many of the newest resumes are looked at. */
const MOST_RESUMES = 50;

type Held = Pick<EscalationView, 'act' | 'brief' | 'stop_reason' | 'waiting_since'>;

/** Escalations with when acts of their kind were resumed, where only an order to stop held them. One search, if any. */
export const withResumes = async <View extends Held>(
  { parts }: AgentWith<'evidence'>,
  views: readonly View[],
): Promise<ReadonlyArray<View & { readonly resumed_at?: string }>> => {
  const held = views.filter(({ stop_reason }) => isByOrder(stop_reason)).map(({ waiting_since }) => waiting_since);
  if (held.length === 0) return views;
  const from = held.reduce((first, each) => (each < first ? each : first));
  // A breaker that closes by itself lets go as a person does who resumes.
  const where = { verb: ['resume', 'breaker_close'] };
  const { entries } = await parts.evidence.find({ family: 'audit', where, from, limit: MOST_RESUMES, order: 'newest' });
  const resumes = entries
    .map(({ body }) => recordOf('audit', body))
    .filter(({ outcome }) => outcome === 'done')
    .map(({ at, scope = '' }) => ({ at, scope }));
  return views.map((view) => {
    if (!isByOrder(view.stop_reason)) return view;
    const last = resumes.find(
      ({ at, scope }) =>
        at >= view.waiting_since &&
        covers(scope, { ...view.act, policy: view.act.policy.id, source: speakerOf(view.brief.intake) }),
    );
    return { ...view, ...present({ resumed_at: last?.at }) };
  });
};
