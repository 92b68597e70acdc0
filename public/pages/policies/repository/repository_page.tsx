import React from 'react';
import type { RepositoryView } from '../../../../common/api/routes';
import { Facts } from '../../../components/facts/facts';
import { PageLink } from '../../../components/text/links';
import { Loaded } from '../../../components/layout/loaded';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { editPath } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies } from '../use_policies';
import { CommitAuthor, CommitTable, shortCommit } from './commit_table';
import { RepositoryActions } from './repository_actions';
import { repositoryState } from './repository_state';
import { useRepository } from './use_repository';

const place = ({ kind, remote, path }: RepositoryView): string => {
  if (kind === 'embedded') return say('repository.embedded', 'embedded: in the data folder of one agent');
  return path === undefined || path === '' ? (remote ?? '') : `${remote ?? ''} (${path}/)`;
};

const Head = ({ head }: { head: NonNullable<RepositoryView['head']> }) => (
  <>
    <code title={head.id}>{shortCommit(head.id)}</code> {head.subject} — <CommitAuthor commit={head} />{' '}
    <MomentText at={head.at} />
  </>
);

const About = ({ repository }: { repository: RepositoryView }) => {
  const { head, files, fetched_at, last_error, holder, branch } = repository;
  return (
    <Facts
      facts={[
        { name: say('repository.place', 'Where'), value: place(repository) },
        { name: say('repository.branch', 'Branch'), value: <code>{branch}</code> },
        head && { name: say('repository.head', 'Head'), value: <Head head={head} /> },
        files === undefined ? undefined : { name: say('repository.files', 'Policies in it'), value: files },
        fetched_at === undefined
          ? undefined
          : { name: say('repository.fetched', 'Last looked at'), value: <MomentText at={fetched_at} /> },
        last_error && {
          name: say('repository.last_error', 'Last error'),
          value: (
            <>
              <Sentence text={last_error.text} /> <MomentText at={last_error.at} />
            </>
          ),
        },
        holder && repository.kind === 'embedded'
          ? {
              name: say('repository.holder', 'Edited on'),
              value: holder.live
                ? say('repository.holder.live', '{agent} on {host}', { agent: holder.agent, host: holder.host })
                : say('repository.holder.gone', '{agent} on {host}, which does not run', {
                    agent: holder.agent,
                    host: holder.host,
                  }),
            }
          : undefined,
        {
          name: say('repository.may_edit', 'Releases from this agent'),
          value: repository.may_edit ? say('repository.yes', 'possible') : say('repository.no', 'not possible now'),
        },
      ]}
    />
  );
};

const Body = ({ repository, onChanged }: { repository: RepositoryView; onChanged: () => void }) => {
  const [tone, word] = repositoryState(repository);
  return (
    <>
      <Section
        title={say('repository.title', 'Repository')}
        note={<ToneText tone={tone}>{word}</ToneText>}
        actions={<RepositoryActions repository={repository} onChanged={onChanged} />}
      >
        <p role={tone === 'bad' ? 'alert' : undefined}>
          <Sentence text={repository.text} />
        </p>
        <About repository={repository} />
      </Section>
      <Section title={say('repository.unreleased', 'Commits that no release holds yet')}>
        {repository.unreleased.length === 0 ? (
          <p className="rfx-subdued">{say('repository.none', 'None: the branch holds what is in force.')}</p>
        ) : (
          <CommitTable
            caption={say('repository.unreleased', 'Commits that no release holds yet')}
            commits={repository.unreleased}
          />
        )}
      </Section>
      {repository.conflicts.length > 0 && (
        <Section title={say('repository.conflicts', 'Drafts in conflict with the branch')}>
          <ul className="rfx-rows">
            {repository.conflicts.map(({ policy, author }) => (
              <li key={policy}>
                <PageLink to={editPath(policy)}>{policy}</PageLink>{' '}
                <span className="rfx-subdued">{say('repository.conflict.by', 'draft of {author}', { author })}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
};

/** Where policies are written and reviewed. */
export const RepositoryPage = () => {
  const repository = useRepository();
  return (
    <PoliciesFrame resource={usePolicies()}>
      {() => (
        <Loaded resource={repository} what={say('repository.title', 'Repository')}>
          {(value) => <Body repository={value} onChanged={repository.again} />}
        </Loaded>
      )}
    </PoliciesFrame>
  );
};
