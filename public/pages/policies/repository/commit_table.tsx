import React from 'react';
import type { CommitView } from '../../../../common/api/policy_views';
import { MomentText } from '../../../components/text/moment_text';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';

/** The part of a commit id that people say. */
export const shortCommit = (id: string): string => id.slice(0, 12);

/** An author, and who that is here: approvals cannot be kept apart from somebody unknown. */
export const CommitAuthor = ({ commit: { author, email, user } }: { commit: CommitView }) => (
  <>
    {author} <span className="rfx-subdued">{email}</span>{' '}
    {user === undefined ? (
      <ToneText tone="warn">{say('commit.unknown', 'no user known by this address')}</ToneText>
    ) : (
      <span className="rfx-subdued">{say('commit.user', 'here {user}', { user })}</span>
    )}
  </>
);

/** Commits with their authors, newest first. */
export const CommitTable = ({ caption, commits }: { caption: string; commits: readonly CommitView[] }) => (
  <SmallTable
    caption={caption}
    columns={[
      { name: say('commit.subject', 'Commit') },
      { name: say('commit.id', 'Id') },
      { name: say('commit.author', 'Author') },
      { name: say('commit.at', 'At') },
    ]}
    rows={commits.map((commit) => ({
      key: commit.id,
      cells: [
        commit.subject,
        <code key="id" title={commit.id}>
          {shortCommit(commit.id)}
        </code>,
        <CommitAuthor key="author" commit={commit} />,
        <MomentText key="at" at={commit.at} />,
      ],
    }))}
  />
);
