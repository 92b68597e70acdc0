import React from 'react';
import { proposeRollback } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';

interface RollBackDialogProps {
  readonly version: number;
  readonly onClose: () => void;
  /** With the candidate that was made of it. */
  readonly onDone: (candidate: CandidateView) => void;
}

/** Proposes an earlier version; nothing changes before somebody else approved it. */
export const RollBackDialog = ({ version, onClose, onDone }: RollBackDialogProps) => {
  const { api } = useServices();
  const propose = useAction((reason: string) =>
    api.call(proposeRollback, { params: { version: String(version) }, body: { reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    const candidate = await propose.run(reason);
    if (candidate) onDone(candidate);
  };
  return (
    <ReasonDialog
      title={say('back.title', 'Propose to go back to version {version}?', { version })}
      confirm={say('back.confirm', 'Propose')}
      suggestions={[
        say('back.reason.wrong', 'the newer version decides wrongly'),
        say('back.reason.effects', 'it had effects that nobody expected'),
      ]}
      pending={propose.pending}
      problem={propose.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'back.about',
          'All policies as they were in version {version} become a candidate. Somebody else approves it, and it is released as a new version; drafts stay as they are.',
          { version },
        )}
      </p>
    </ReasonDialog>
  );
};
