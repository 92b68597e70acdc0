import React, { useState } from 'react';
import { EuiCallOut, EuiFieldText, EuiFormRow } from '@elastic/eui';
import { approveCandidate } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { useTell } from '../../../components/layout/announcer';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';

interface ApproveDialogProps {
  readonly candidate: CandidateView;
  /** Author and approver are one person: single-user mode. */
  readonly alone: boolean;
  readonly onClose: () => void;
  /** With the candidate as it is after. */
  readonly onDone: (candidate: CandidateView) => void;
}

const AloneField = ({
  value,
  wanted,
  onChange,
}: {
  value: string;
  wanted: string;
  onChange: (typed: string) => void;
}) => (
  <>
    <EuiCallOut
      size="s"
      color="warning"
      title={say('approve.alone', 'Single-user mode: there is no second pair of eyes, and that goes on record')}
    />
    <EuiFormRow fullWidth label={say('confirm.type', 'Type “{words}” to confirm', { words: wanted })}>
      <EuiFieldText
        fullWidth
        name="alone"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </EuiFormRow>
  </>
);

/** A word on exactly what is shown: bound to the digest of the set. */
export const ApproveDialog = ({ candidate, alone, onClose, onDone }: ApproveDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [typed, setTyped] = useState('');
  const wanted = say('approve.alone.words', 'approve alone');
  const approve = useAction((reason: string) =>
    api.call(approveCandidate, { params: { candidate_id: candidate.id }, body: { reason, digest: candidate.digest } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    const approved = await approve.run(reason);
    if (approved === undefined) return;
    tell(say('approve.announce', 'approved; it waits for release'));
    onDone(approved);
  };
  return (
    <ReasonDialog
      title={say('approve.title', 'Approve this candidate?')}
      confirm={say('approve.confirm', 'Approve')}
      suggestions={[
        say('approve.reason.read', 'read every change, agreed'),
        say('approve.reason.shadow', 'shadow figures are right'),
      ]}
      pending={approve.pending}
      problem={approve.problem}
      blocked={
        alone && typed.trim() !== wanted ? say('approve.alone.missing', 'type the words above first') : undefined
      }
      blockedAt="[name=alone]"
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'approve.about',
          'Your approval is bound to this set of policies to the last byte. It changes nothing until it is released.',
        )}
      </p>
      {alone && <AloneField value={typed} wanted={wanted} onChange={setTyped} />}
    </ReasonDialog>
  );
};
