import React, { useCallback } from 'react';
import { EuiButtonIcon } from '@elastic/eui';
import { getDecision } from '../../../common/api/routes';
import { ActState } from '../../components/facts/act_state';
import { DecisionLink } from '../../components/text/links';
import { labelNotKept } from '../../components/dialogs/label_not_kept';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import type { Answered } from './answer';
import { actName, keyOf } from './escalation_key';

/** What one answer came to, followed until it is settled: sent, confirmed, in effect; or waiting again, and why. */
const Notice = ({ answered, onDismiss }: { answered: Answered; onDismiss: () => void }) => {
  const { api } = useServices();
  const { escalation, verb, progress: atFirst } = answered;
  const { decision_id, act_id } = escalation;
  const detail = useResource(
    useCallback(() => api.call(getDecision, { params: { decision_id } }), [api, decision_id]),
    ['case', 'effect'],
  );
  const progress = detail.value?.progress?.find((each) => each.act_id === act_id) ?? atFirst;
  return (
    <li className="rfx-notice">
      <div>
        <strong>
          {verb === 'approve'
            ? say('notice.approved', 'You approved: {act}', { act: actName(escalation) })
            : say('notice.denied', 'You denied: {act}', { act: actName(escalation) })}
        </strong>{' '}
        <DecisionLink id={decision_id}>{say('notice.decision', 'decision')}</DecisionLink>
        {progress && <ActState progress={progress} />}
        {answered.isLabelLost && <p className="rfx-small rfx-tone--warn">{labelNotKept()}</p>}
      </div>
      <EuiButtonIcon
        iconType="cross"
        color="text"
        aria-label={say('notice.dismiss', 'Dismiss: {act}', { act: actName(escalation) })}
        onClick={onDismiss}
      />
    </li>
  );
};

interface AnswerNoticesProps {
  readonly answered: readonly Answered[];
  readonly onDismiss: (answered: Answered) => void;
}

/** The last few answers that were given on this page, and how their acts fare since. */
export const AnswerNotices = ({ answered, onDismiss }: AnswerNoticesProps) =>
  answered.length === 0 ? null : (
    <ul className="rfx-notices" aria-label={say('notice.label', 'Your last answers')}>
      {answered.map((each) => (
        <Notice key={keyOf(each.escalation)} answered={each} onDismiss={() => onDismiss(each)} />
      ))}
    </ul>
  );
