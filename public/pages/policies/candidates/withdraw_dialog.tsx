import React from 'react';
import { withdrawCandidate } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';

interface WithdrawDialogProps {
  readonly candidate: CandidateView;
  readonly onClose: () => void;
  /** With the candidate as it is after. */
  readonly onDone: (candidate: CandidateView) => void;
}

/** Takes a candidate back; its drafts stay. */
export const WithdrawDialog = ({ candidate, onClose, onDone }: WithdrawDialogProps) => {
  const { api } = useServices();
  const withdraw = useAction((reason: string) =>
    api.call(withdrawCandidate, { params: { candidate_id: candidate.id }, body: { reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    const withdrawn = await withdraw.run(reason);
    if (withdrawn) onDone(withdrawn);
  };
  return (
    <ReasonDialog
      title={say('withdraw.title', 'Withdraw this candidate?')}
      confirm={say('withdraw.confirm', 'Withdraw')}
      color="danger"
      suggestions={[say('withdraw.reason.wrong', 'found a mistake'), say('withdraw.reason.later', 'not now')]}
      pending={withdraw.pending}
      problem={withdraw.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{say('withdraw.about', 'Approvals that it has are void. The drafts stay.')}</p>
    </ReasonDialog>
  );
};
