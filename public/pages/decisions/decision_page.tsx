import React, { useCallback } from 'react';
import { useParams } from 'react-router-dom';
import { getDecision } from '../../../common/api/routes';
import { headlineOf } from '../../../common/api/headline';
import type { DecisionDetail } from '../../../common/api/views';
import { ContainButton } from '../../components/orders/contain_button';
import { PageLink } from '../../components/text/links';
import { LogsLink } from '../../components/text/logs_link';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { actText } from '../../format/headline';
import { say } from '../../i18n';
import { DecisionBody } from './decision_body';
import { logsOf } from './logs_of';
import { orderableIn } from './orderable';

/** Of what a title names, characters. */
const LONGEST = 96;

/** By its target, so that several tabs can be told apart; by its rule where no policy proposed an act. */
const titleOf = (detail: DecisionDetail | undefined): string => {
  if (detail === undefined) return say('decision.title', 'Decision');
  const [act] = headlineOf(detail.decision).acts;
  const { rule, event_id } = detail.event.event;
  const what = act === undefined ? (rule?.name ?? event_id) : actText(act);
  return say('decision.of', 'Decision: {what}', { what: what.slice(0, LONGEST) });
};

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
      title={titleOf(detail.value)}
      about={<code>{decision_id}</code>}
      actions={
        <>
          {detail.value && (
            <ContainButton targets={orderableIn(detail.value)} about={decision_id} onOrdered={detail.again} />
          )}
          {detail.value && <LogsLink {...logsOf(detail.value)} />}
          <PageLink to="/decisions">{say('decision.all', 'All decisions')}</PageLink>
        </>
      }
    >
      <Loaded resource={detail} what={say('decision.title', 'Decision')}>
        {(value) => <DecisionBody detail={value} onChanged={detail.again} />}
      </Loaded>
    </PageFrame>
  );
};
