import { iso } from '../../../../common/iso';
import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { contentOf } from '../../keeping/state_docs';
import { overCase } from '../../executing/source_is_over';
import { plannedCase, type CaseContent } from '../../keeping/kinds/case';
import { endsWithSource } from '../../trust/in_force';
import type { ShiftParts } from '../../agent/parts';

/* What a source says of an alert later is an update of the same case, never a case of its own. */

/** What is held, and what may end early, is looked at again at once. */
const completedCase = (
  parts: Pick<ShiftParts, 'bundles'>,
  content: CaseContent,
  now: string,
): CaseContent | undefined =>
  content.received.source_state === 'completed'
    ? undefined
    : overCase(content, (policies) => endsWithSource({ parts }, policies), now);

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

/** Notes on a case that Reflex itself acknowledged its alert: that is no person's word. */
export const noteOwnAcknowledgement = (
  { clock, commits }: Pick<ShiftParts, 'clock' | 'commits'>,
  caseId: string,
): Promise<void> =>
  commits.settle<void>({
    reads: [caseId],
    build: (view) => {
      const seen = view.get(caseId);
      const content = contentOf('case', seen);
      if (!seen || !content || content.acknowledged_by === 'reflex') return { docs: [], answer: undefined };
      const changed: CaseContent = { ...content, acknowledged: true, acknowledged_by: 'reflex' };
      return { docs: [{ ...plannedCase(changed, iso(clock.utc())), owner: seen.owner }], answer: undefined };
    },
  });
