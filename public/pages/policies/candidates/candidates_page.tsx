import React from 'react';
import { EmptyNote } from '../../../components/layout/empty_note';
import { PageLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { candidateState } from './candidate_state';
import { candidatePath, DRAFTS } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies, type Policies } from '../use_policies';

const List = ({ candidates }: Pick<Policies, 'candidates'>) => (
  <Section title={say('candidates.title', 'Candidates, newest first')}>
    <SmallTable
      caption={say('policies.candidates', 'Candidates')}
      columns={[
        { name: say('candidates.col.changelog', 'Changelog') },
        { name: say('drafts.col.state', 'State') },
        { name: say('candidates.col.changes', 'Changes'), number: true },
        { name: say('candidates.col.by', 'Proposed by') },
        { name: say('candidates.col.at', 'Proposed at') },
        { name: say('candidates.col.approved', 'Approved by') },
      ]}
      rows={candidates.map((candidate) => {
        const [tone, word] = candidateState(candidate);
        return {
          key: candidate.id,
          cells: [
            <PageLink key="changelog" to={candidatePath(candidate.id)}>
              {candidate.changelog}
            </PageLink>,
            <ToneText key="state" tone={tone}>
              {word}
            </ToneText>,
            candidate.changes.length,
            candidate.author,
            <MomentText key="at" at={candidate.created_at} />,
            candidate.approvals.map(({ user }) => user).join(', ') || '—',
          ],
        };
      })}
    />
  </Section>
);

/** Sets of changes on their way to a release, and those that came through. */
export const CandidatesPage = () => {
  const resource = usePolicies();
  return (
    <PoliciesFrame resource={resource}>
      {({ candidates }) =>
        candidates.length === 0 ? (
          <EmptyNote
            iconType="package"
            title={say('candidates.none', 'No candidates')}
            actions={<PageLink to={DRAFTS}>{say('candidates.none.drafts', 'To the drafts')}</PageLink>}
          >
            <p>
              {say(
                'candidates.none.about',
                'Propose drafts for release: the set waits here for somebody else’s approval.',
              )}
            </p>
          </EmptyNote>
        ) : (
          <List candidates={candidates} />
        )
      }
    </PoliciesFrame>
  );
};
