import { present } from '../../../common/present';
import React, { useState } from 'react';
import { EuiCallOut } from '@elastic/eui';
import { liftContainment } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { useTell } from '../../components/layout/announcer';
import { focusPage } from '../../components/layout/focus_page';
import { AskFor } from '../../components/dialogs/ask_for';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useServices } from '../../components/data/services';
import type { Label } from '../../../common/flow/feedback';
import { labelNotKept } from '../../components/dialogs/label_not_kept';
import type { Suggestion } from '../../components/dialogs/reason_field';
import { useAction } from '../../components/data/use_action';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import { effectName, eventsOf, needsForce } from './containment_words';

export const liftReasons = (): ReadonlyArray<string | Suggestion> => [
  { text: say('lift.reason.false_positive', 'false positive'), label: 'false_positive' },
  say('lift.reason.solved', 'incident is over'),
  say('lift.reason.business', 'needed for the business'),
];

interface LiftDialogProps {
  readonly row: ContainmentView;
  readonly onClose: () => void;
  readonly onLifted: () => void;
}

/** Ends one effect now. Where somebody changed the target since, says that this overwrites it. */
export const LiftDialog = ({ row, onClose, onLifted }: LiftDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const force = needsForce(row);
  const [askFor, setAskFor] = useState<number>();
  const lift = useAction(({ reason, label }: { reason: string; label: Label | undefined }) =>
    api.call(liftContainment, {
      params: { effect_id: row.effect_id },
      body: { reason, ...present({ force: force || undefined, ask_for_ms: askFor, label }) },
    }),
  );
  const confirm = async (reason: string, label: Label | undefined): Promise<void> => {
    const answer = await lift.run({ reason, label });
    if (answer === undefined) return;
    tell(
      say('lift.requested', 'lift requested: {effect}; the row goes once it is verified absent', {
        effect: effectName(row),
      }),
    );
    if (answer.labelled === 0) tell(labelNotKept(), 'warn');
    onLifted();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('lift.title', 'Lift: {effect}?', { effect: effectName(row) })}
      confirm={force ? say('lift.force', 'Lift and overwrite') : say('lift.confirm', 'Lift')}
      color="danger"
      suggestions={liftReasons()}
      pending={lift.pending}
      problem={lift.problem}
      labels
      onConfirm={(reason, label) => void confirm(reason, label)}
      onClose={onClose}
    >
      {force && (
        <EuiCallOut
          size="s"
          color="warning"
          iconType="alert"
          title={say('lift.changed', 'The last undo was refused: somebody changed it since')}
        >
          <p>{row.last_error && <Sentence text={row.last_error.message} />}</p>
          <p>
            {say(
              'lift.changed.about',
              'Lifting now restores the state before our effect and overwrites what was changed.',
            )}
          </p>
        </EuiCallOut>
      )}
      <p>
        {say(
          'lift.about',
          'It is undone at {connector} now, for all its reasons ({count}). The row stays until it is verified that the effect is gone.',
          {
            connector: row.connector,
            count: eventsOf(row),
          },
        )}
      </p>
      <AskFor value={askFor} onChange={setAskFor} />
    </ReasonDialog>
  );
};
