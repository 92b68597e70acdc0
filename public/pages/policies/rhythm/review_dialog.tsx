import React from 'react';
import { markReviewed } from '../../../../common/api/routes';
import { useTell } from '../../../components/layout/announcer';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';

interface ReviewDialogProps {
  readonly policy: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A person says that a policy is still right; what is not is changed, not confirmed. */
export const ReviewDialog = ({ policy, onClose, onDone }: ReviewDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const mark = useAction((reason: string) =>
    api.call(markReviewed, { params: { policy_id: policy }, body: { reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await mark.run(reason)) === undefined) return;
    tell(say('rhythm.reviewed', 'on record; its rhythm begins anew'));
    onDone();
  };
  return (
    <ReasonDialog
      title={say('rhythm.review.title', 'Is {policy} still right as it is?', { policy })}
      confirm={say('rhythm.review.confirm', 'It is')}
      suggestions={[say('rhythm.review.reason', 'figures and text looked at, still right')]}
      pending={mark.pending}
      problem={mark.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{say('rhythm.review.about', 'It changes nothing. If it is not right any more, change it instead.')}</p>
    </ReasonDialog>
  );
};
