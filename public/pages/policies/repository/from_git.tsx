import React from 'react';
import type { CandidateView } from '../../../../common/api/policy_views';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { CommitTable } from './commit_table';

const Faults = ({ faults }: { faults: NonNullable<CandidateView['faults']> }) => (
  <SmallTable
    caption={say('from_git.faults', 'What is wrong, and where')}
    columns={[
      { name: say('from_git.place', 'File, line, column') },
      { name: say('from_git.fault', 'Fault') },
      { name: say('from_git.hint', 'How to mend it') },
    ]}
    rows={faults.map(({ file, line, column, message, hint }) => ({
      key: `${file}:${line}:${column} ${message}`,
      cells: [
        <code key="place">{`${file}:${line}:${column}`}</code>,
        <Sentence key="fault" text={message} />,
        hint === undefined ? '—' : <Sentence key="hint" text={hint} />,
      ],
    }))}
  />
);

/** What came by commits: whose they are, and why they were refused if they were. Nothing for what was made here. */
export const FromGit = ({ candidate: { origin, commits = [], faults = [] } }: { candidate: CandidateView }) => {
  if (origin !== 'git') return null;
  const isUnknown = commits.some(({ user }) => user === undefined);
  return (
    <Section
      title={say('from_git.title', 'From the repository')}
      note={say('from_git.note', 'whoever had a hand in these commits does not approve them')}
    >
      {isUnknown && (
        <p>
          <ToneText tone="warn">
            <Sentence
              text={say(
                'from_git.unknown',
                'Some authors are no users known here: look at the names. `policies.git.people` says who commits under which address.',
              )}
            />
          </ToneText>
        </p>
      )}
      <CommitTable caption={say('from_git.commits', 'Commits in it')} commits={commits} />
      {faults.length > 0 && <Faults faults={faults} />}
    </Section>
  );
};
