import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { CallerView } from '../../../../common/api/views';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { ApproveDialog } from './approve_dialog';
import { ReleaseDialog } from './release_dialog';
import { Signatures } from './signatures';
import { whyNotApprove } from '../releases/why_not_approve';
import { WithdrawDialog } from './withdraw_dialog';

interface CandidateActionsProps {
  readonly candidate: CandidateView;
  readonly onChanged: (candidate: CandidateView) => void;
}

type Step = 'approve' | 'release' | 'withdraw';

const whyNotAuthor = (caller: CallerView | null | undefined): string | undefined =>
  caller?.may.includes('author') === true ? undefined : say('release.may_not', 'this takes the right to author');

/** The next step of a candidate, and the reason where it is not this person's to take. */
export const CandidateActions = ({ candidate, onChanged }: CandidateActionsProps) => {
  const caller = useCaller();
  const [step, setStep] = useState<Step>();
  const close = (): void => setStep(undefined);
  const done = (after: CandidateView): void => {
    close();
    onChanged(after);
  };
  const { state, author } = candidate;
  if (state === 'released' || state === 'releasing' || state === 'withdrawn' || state === 'refused') return null;
  const notApprove = whyNotApprove(caller, candidate);
  const notAuthor = whyNotAuthor(caller);
  return (
    <div className="rfx-candidate-actions">
      {state === 'proposed' && (
        <>
          <EuiButton fill isDisabled={notApprove !== undefined} onClick={() => setStep('approve')}>
            {say('candidate.approve', 'Approve…')}
          </EuiButton>
          {notApprove && <span className="rfx-small rfx-subdued">{notApprove}</span>}
        </>
      )}
      {state === 'approved' && (
        <>
          <EuiButton fill isDisabled={notAuthor !== undefined} onClick={() => setStep('release')}>
            {say('candidate.release', 'Release as version {version}…', { version: candidate.base_version + 1 })}
          </EuiButton>
          {notAuthor && <span className="rfx-small rfx-subdued">{notAuthor}</span>}
          <Signatures candidate={candidate} />
        </>
      )}
      <EuiButtonEmpty color="danger" isDisabled={notAuthor !== undefined} onClick={() => setStep('withdraw')}>
        {say('candidate.withdraw', 'Withdraw…')}
      </EuiButtonEmpty>
      {step === 'approve' && (
        <ApproveDialog candidate={candidate} alone={caller?.name === author} onClose={close} onDone={done} />
      )}
      {step === 'release' && <ReleaseDialog candidate={candidate} onClose={close} onDone={done} />}
      {step === 'withdraw' && <WithdrawDialog candidate={candidate} onClose={close} onDone={done} />}
    </div>
  );
};
