import React, { useCallback } from 'react';
import { useParams } from 'react-router-dom';
import { getDecision } from '../../../common/api/routes';
import { PageLink } from '../../components/text/links';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import { DecisionBody } from './decision_body';

/** Everything about one decision, under an address of its own. */
export const DecisionPage = () => {
  const { api } = useServices();
  const { decisionId } = useParams<{ decisionId: string }>();
  const decision_id = decodeURIComponent(decisionId);
  const detail = useResource(
    useCallback(() => api.call(getDecision, { params: { decision_id } }), [api, decision_id]),
    ['case', 'effect'],
  );
  return (
    <PageFrame
      title={say('decision.title', 'Decision')}
      about={<code>{decision_id}</code>}
      actions={<PageLink to="/decisions">{say('decision.all', 'All decisions')}</PageLink>}
    >
      <Loaded resource={detail} what={say('decision.title', 'Decision')}>
        {(value) => <DecisionBody detail={value} onChanged={detail.again} />}
      </Loaded>
    </PageFrame>
  );
};
