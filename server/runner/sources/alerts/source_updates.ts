import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { contentOf } from '../../keeping/state_docs';
import { cameToEffect, plannedCase, type CaseContent } from '../../keeping/kinds/case';
import { type HasBundle, actionsInForce } from '../../trust/in_force';
import type { ShiftParts } from '../../agent/parts';

/* What a source says of an alert later is an update of the same case, never a case of its own. */

const isOpen = ({ state }: CaseContent): boolean => state === 'held' || state === 'accepted';

/** True if something is in effect for this case whose policy says that it ends with the source. */
const mayEndEarly = (parts: HasBundle['parts'], { acts, decision }: CaseContent): boolean => {
  const inEffect = acts.filter(({ status }) => cameToEffect(status)).map(({ act_id }) => act_id);
  const policies = (decision?.acts ?? [])
    .filter(({ act_id }) => inEffect.includes(act_id))
    .map(({ policy }) => policy.id);
  return actionsInForce({ parts }).some(
    ({ ref, spec }) => policies.includes(ref.id) && spec.rollback?.early === 'source_completed',
  );
};

/** What is held, and what may end early, is looked at again at once. */
const completedCase = (
  parts: Pick<ShiftParts, 'bundles'>,
  content: CaseContent,
  now: string,
): CaseContent | undefined => {
  if (content.received.source_state === 'completed') return undefined;
  const { due: before, ...rest } = content;
  const due = isOpen(content) || mayEndEarly(parts, content) ? now : before;
  return {
    ...rest,
    received: { ...content.received, source_state: 'completed' },
    ...present({ due }),
  };
};

const acknowledgedCase = (content: CaseContent): CaseContent | undefined =>
  content.acknowledged === true ? undefined : { ...content, acknowledged: true };

/** Notes on a case that its alert is over, or that somebody acknowledged it there. */
export const noteOnCase = (
  parts: Pick<ShiftParts, 'bundles' | 'clock' | 'commits'>,
  caseId: string,
  state: AlertNotice['state'],
): Promise<void> =>
  parts.commits.settle<void>({
    reads: [caseId],
    build: (view) => {
      const seen = view.get(caseId);
      const content = contentOf('case', seen);
      const at = iso(parts.clock.utc());
      const changed =
        content && (state === 'ACKNOWLEDGED' ? acknowledgedCase(content) : completedCase(parts, content, at));
      if (!seen || !changed) return { docs: [], answer: undefined };
      return { docs: [{ ...plannedCase(changed, at), owner: seen.owner }], answer: undefined };
    },
  });
