import React, { useState } from 'react';
import { useParams } from 'react-router-dom';
import type { CandidateView } from '../../../../common/api/policy_views';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Facts } from '../../../components/facts/facts';
import { focusPage } from '../../../components/layout/focus_page';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { PageFrame } from '../../../components/layout/page_frame';
import { Section } from '../../../components/layout/section';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { BacktestSection } from '../backtest/backtest_section';
import { Approvals } from '../releases/approvals';
import { CandidateActions } from './candidate_actions';
import { candidateState } from './candidate_state';
import { ChangedGuards } from '../diff/changed_guard';
import { ChangedPolicy } from '../diff/changed_policy';
import { CANDIDATES } from '../paths';
import { FromGit } from '../repository/from_git';
import { UnknownWriters, writersFact } from './writers';
import { usePolicies } from '../use_policies';

/** How far a candidate has come. An outdated one may be one that was just released: search lags behind. */
const STAGES: Readonly<Record<CandidateView['state'], number>> = {
  outdated: 0,
  proposed: 1,
  approved: 2,
  releasing: 3,
  refused: 4,
  withdrawn: 4,
  released: 4,
};

const Body = ({ candidate: found, onChanged }: { candidate: CandidateView; onChanged: () => void }) => {
  const [answered, setAnswered] = useState<CandidateView>();
  const candidate = answered && STAGES[answered.state] > STAGES[found.state] ? answered : found;
  const [tone, word] = candidateState(candidate);
  return (
    <>
      <Section title={candidate.changelog} note={<ToneText tone={tone}>{word}</ToneText>}>
        <Facts
          facts={[
            {
              name: say('candidate.author', 'Proposed by'),
              value: (
                <>
                  <strong>{candidate.author}</strong> <MomentText at={candidate.created_at} />
                </>
              ),
            },
            {
              name: say('candidate.base', 'Made from'),
              value: say('versions.number', 'version {version}', { version: candidate.base_version }),
            },
            {
              name: say('candidate.digest', 'Digest of the whole set'),
              value: <code className="rfx-hash">{candidate.digest}</code>,
            },
            candidate.commit === undefined
              ? undefined
              : {
                  name: say('candidate.commit', 'Commit'),
                  value: <code className="rfx-hash">{candidate.commit}</code>,
                },
            writersFact(candidate),
            candidate.emergency && {
              name: say('candidate.emergency', 'Emergency'),
              value: say('candidate.emergency.by', 'back to version {version} by {by}: “{reason}”', {
                version: candidate.back_to ?? 0,
                by: candidate.emergency.by,
                reason: candidate.emergency.reason,
              }),
            },
            candidate.guards_unchecked === undefined
              ? undefined
              : {
                  name: say('candidate.guards', 'Guards'),
                  value: (
                    <ToneText tone="warn">
                      <Sentence
                        text={say('candidate.guards_unchecked', 'not compiled yet: {why}', {
                          why: candidate.guards_unchecked,
                        })}
                      />
                    </ToneText>
                  ),
                },
            candidate.note === undefined ? undefined : { name: say('candidate.note', 'Note'), value: candidate.note },
          ]}
        />
        {candidate.state !== 'refused' && <UnknownWriters candidate={candidate} />}
        {candidate.state !== 'refused' && <Approvals approvals={candidate.approvals} />}
        <CandidateActions
          candidate={candidate}
          onChanged={(after) => {
            setAnswered(after);
            onChanged();
            focusPage();
          }}
        />
      </Section>
      <FromGit candidate={candidate} />
      {candidate.state !== 'refused' && <BacktestSection candidate={candidate} />}
      {candidate.state !== 'refused' && (
        <h2 className="rfx-changes-title">
          {say('candidate.changes', '{count, plural, one {# changed policy} other {# changed policies}}', {
            count: candidate.changes.length,
          })}
        </h2>
      )}
      {candidate.changes.map((change) => (
        <ChangedPolicy key={change.policy} change={change} />
      ))}
      <ChangedGuards changes={candidate.guard_changes} />
    </>
  );
};

/** What a release would change, who proposed it, and the words of those who approve. */
export const CandidatePage = () => {
  const { candidateId } = useParams<{ candidateId: string }>();
  const id = decodeURIComponent(candidateId);
  const resource = usePolicies();
  return (
    <PageFrame
      title={say('candidate.title', 'Candidate for release')}
      asOf={resource.value?.as_of}
      actions={<PageLink to={CANDIDATES}>{say('candidate.all', 'All candidates')}</PageLink>}
    >
      <Loaded resource={resource} what={say('candidate.title', 'Candidate for release')}>
        {({ candidates }) => {
          const candidate = candidates.find((each) => each.id === id);
          return candidate ? (
            <Body candidate={candidate} onChanged={resource.again} />
          ) : (
            <EmptyNote iconType="search" title={say('candidate.gone', 'There is no such candidate')} />
          );
        }}
      </Loaded>
    </PageFrame>
  );
};
