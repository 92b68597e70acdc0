import React from 'react';
import { Section } from '../../../components/layout/section';
import { say } from '../../../i18n';
import { CommitTable } from './commit_table';
import { useHistoryOf } from './use_repository';

/** Who changed a policy, when and in which words. Nothing where no repository is kept. */
export const PolicyHistory = ({ policy }: { policy: string }) => {
  const commits = useHistoryOf(policy).value?.commits ?? [];
  if (commits.length === 0) return null;
  const title = say('policy.history', 'Changes in the repository');
  return (
    <Section title={title}>
      <CommitTable caption={title} commits={commits} />
    </Section>
  );
};
