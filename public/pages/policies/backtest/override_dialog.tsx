import React from 'react';
import { overrideBacktest, type ReleaseGateView } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { useTell } from '../../../components/layout/announcer';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';

interface OverrideDialogProps {
  readonly candidate: CandidateView;
  readonly gate: ReleaseGateView;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** An approver takes it on themselves that these policies are released without the backtest that is asked for. */
export const OverrideDialog = ({ candidate, gate, onClose, onDone }: OverrideDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const override = useAction((reason: string) =>
    api.call(overrideBacktest, { params: { candidate_id: candidate.id }, body: { reason, digest: candidate.digest } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await override.run(reason)) === undefined) return;
    tell(say('backtest.override.done', 'overridden; the reason is on record'));
    onDone();
  };
  return (
    <ReasonDialog
      title={
        gate.state === 'no_history'
          ? say('backtest.no_history.title', 'Say that there is no history yet?')
          : say('backtest.override.title', 'Let it be released without this backtest?')
      }
      confirm={say('backtest.override.confirm', 'Override')}
      color="danger"
      pending={override.pending}
      problem={override.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{gate.text}</p>
      <p>
        {say(
          'backtest.override.about',
          'It holds for exactly this set of policies and goes on record under your name. It does not replace an approval.',
        )}
      </p>
    </ReasonDialog>
  );
};
