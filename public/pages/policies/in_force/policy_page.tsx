import React from 'react';
import { useParams } from 'react-router-dom';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { say } from '../../../i18n';
import { DRAFTS, IN_FORCE } from '../paths';
import { PolicyBody } from './policy_body';
import { PolicyHistory } from '../repository/policy_history';
import { usePolicies } from '../use_policies';

/** One policy as it is in force. */
export const PolicyPage = () => {
  const { policyId } = useParams<{ policyId: string }>();
  const id = decodeURIComponent(policyId);
  const resource = usePolicies();
  return (
    <PageFrame
      title={id}
      asOf={resource.value?.as_of}
      actions={<PageLink to={IN_FORCE}>{say('policy.all', 'All policies')}</PageLink>}
    >
      <Loaded resource={resource} what={id}>
        {(policies) => {
          const policy = policies.policies.find((each) => each.id === id);
          return policy ? (
            <>
              <PolicyBody policy={policy} draft={policies.drafts.find((each) => each.id === id)} />
              <PolicyHistory policy={id} />
            </>
          ) : (
            <EmptyNote iconType="search" title={say('policy.gone', '“{id}” is not in force', { id })}>
              <p>
                {say('policy.gone.about', 'It was removed or never released.')}{' '}
                <PageLink to={DRAFTS}>{say('policy.gone.drafts', 'Look among the drafts')}</PageLink>
              </p>
            </EmptyNote>
          );
        }}
      </Loaded>
    </PageFrame>
  );
};
