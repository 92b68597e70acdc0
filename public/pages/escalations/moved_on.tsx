import React, { useCallback } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import { listDecisions, getDecision } from '../../../common/api/routes';
import type { EscalationView } from '../../../common/api/views';
import { err } from '../../../common/result';
import { ActState } from '../../components/facts/act_state';
import { DecisionLink } from '../../components/text/links';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import { actName } from './escalation_key';

interface MovedOnProps {
  /** `case/act`, as the address has it. */
  readonly wanted: string;
  readonly remembered: EscalationView | undefined;
  readonly onNext: () => void;
}

/** The act of the address does not wait any more: how it is now, instead of an empty page. */
export const MovedOn = ({ wanted, remembered, onNext }: MovedOnProps) => {
  const { api } = useServices();
  const [caseId = '', actId = ''] = wanted.split('/');
  const detail = useResource(
    useCallback(async () => {
      const found = await api.call(listDecisions, { query: { case_id: caseId, limit: 1 } });
      if (!found.ok) return found;
      const latest = found.value.decisions[0];
      if (latest === undefined)
        return err({ code: 'not_found', message: say('moved.not_found', 'no decision of this case is on record') });
      return api.call(getDecision, { params: { decision_id: latest.decision_id } });
    }, [api, caseId]),
    ['case', 'effect'],
  );
  const progress = detail.value?.progress?.find((each) => each.act_id === actId);
  return (
    <EuiCallOut
      iconType="iInCircle"
      title={
        remembered
          ? say('moved.title', 'No longer waiting: {act}', { act: actName(remembered) })
          : say('moved.title.unknown', 'This act is not waiting (any more)')
      }
    >
      {progress && <ActState progress={progress} />}
      {detail.problem && (
        <p>
          <Sentence text={detail.problem.message} />
        </p>
      )}
      {detail.value && (
        <p>
          <DecisionLink id={detail.value.decision.decision_id}>
            {say('moved.decision', 'The decision with everything about it')}
          </DecisionLink>
        </p>
      )}
      <EuiButton size="s" onClick={onNext}>
        {say('moved.next', 'Show what waits')}
      </EuiButton>
    </EuiCallOut>
  );
};
