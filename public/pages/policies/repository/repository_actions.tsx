import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import {
  acceptPolicyHistory,
  fetchPolicyRepository,
  takePolicyRepository,
  type RepositoryView,
} from '../../../../common/api/routes';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { shortCommit } from './commit_table';

interface RepositoryActionsProps {
  readonly repository: RepositoryView;
  readonly onChanged: () => void;
}

interface DialogProps extends RepositoryActionsProps {
  readonly onClose: () => void;
}

const AcceptDialog = ({ repository, onChanged, onClose }: DialogProps) => {
  const { api } = useServices();
  const { found = '', branch } = repository;
  const accept = useAction((reason: string) => api.call(acceptPolicyHistory, { body: { found, reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await accept.run(reason)) === undefined) return;
    onChanged();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('repository.accept.title', 'Follow the rewritten history of {branch}?', { branch })}
      confirm={say('repository.accept.confirm', 'Follow it')}
      color="danger"
      pending={accept.pending}
      problem={accept.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'repository.accept.about',
          'What was followed before is not in it any more. The branch is taken from {commit} on; what differs from the policies in force becomes a candidate, and nothing is released by this.',
          { commit: shortCommit(found) },
        )}
      </p>
    </ReasonDialog>
  );
};

const TakeDialog = ({ onChanged, onClose }: DialogProps) => {
  const { api } = useServices();
  const take = useAction((reason: string) => api.call(takePolicyRepository, { body: { reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await take.run(reason)) === undefined) return;
    onChanged();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('repository.take.title', 'Edit policies here from now on?')}
      confirm={say('repository.take.confirm', 'Take over')}
      color="danger"
      pending={take.pending}
      problem={take.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'repository.take.about',
          'This agent begins a repository of its own with the policies in force. The history of the other one stays on that agent’s disk, and that agent will not edit any more.',
        )}
      </p>
    </ReasonDialog>
  );
};

/** What can be done about the repository, by whom it may be done. */
export const RepositoryActions = ({ repository, onChanged }: RepositoryActionsProps) => {
  const { api } = useServices();
  const mayAuthor = useMay('author');
  const isAdmin = useMay('admin');
  const [asking, setAsking] = useState<'accept' | 'take'>();
  const look = useAction(() => api.call(fetchPolicyRepository, { body: {} }));
  const close = (): void => setAsking(undefined);
  const lookNow = async (): Promise<void> => {
    if ((await look.run(undefined)) !== undefined) onChanged();
  };
  return (
    <div className="rfx-candidate-actions">
      <EuiButton size="s" isDisabled={!mayAuthor} isLoading={look.pending} onClick={() => void lookNow()}>
        {say('repository.fetch', 'Look for new commits')}
      </EuiButton>
      {repository.found !== undefined && (
        <EuiButtonEmpty size="s" color="danger" isDisabled={!isAdmin} onClick={() => setAsking('accept')}>
          {say('repository.accept', 'Accept the new history…')}
        </EuiButtonEmpty>
      )}
      {repository.state === 'elsewhere' && repository.holder?.live === false && (
        <EuiButtonEmpty size="s" color="danger" isDisabled={!isAdmin} onClick={() => setAsking('take')}>
          {say('repository.take', 'Take over…')}
        </EuiButtonEmpty>
      )}
      {look.problem && (
        <ProblemCallout
          title={say('repository.fetch.problem', 'The repository could not be asked')}
          problem={look.problem}
        />
      )}
      {asking === 'accept' && <AcceptDialog repository={repository} onChanged={onChanged} onClose={close} />}
      {asking === 'take' && <TakeDialog repository={repository} onChanged={onChanged} onClose={close} />}
    </div>
  );
};
