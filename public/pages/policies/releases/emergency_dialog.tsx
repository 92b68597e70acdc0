import React from 'react';
import { useHistory } from 'react-router-dom';
import { rollBackNow } from '../../../../common/api/routes';
import { useTell } from '../../../components/layout/announcer';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';
import { candidatePath } from '../paths';

interface EmergencyDialogProps {
  readonly inForce: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What was in force before comes back at once, by the word of one approver. */
export const EmergencyDialog = ({ inForce, onClose, onDone }: EmergencyDialogProps) => {
  const { api, live } = useServices();
  const tell = useTell();
  const history = useHistory();
  const back = useAction((reason: string) => api.call(rollBackNow, { body: { reason, in_force: inForce } }));
  const confirm = async (reason: string): Promise<void> => {
    const done = await back.run(reason);
    if (!done) return;
    const { release, candidate } = done;
    if (release) tell(say('release.announce', 'version {version} is released', { version: release.version }));
    void live.refresh();
    onDone();
    if (!candidate) return;
    tell(say('emergency.waits', 'not released yet: more keys have to sign it'), 'warn');
    history.push(candidatePath(candidate.id));
  };
  return (
    <ReasonDialog
      title={say('emergency.title', 'Go back to version {version} at once?', { version: inForce - 1 })}
      confirm={say('emergency.confirm', 'Go back now')}
      color="danger"
      pending={back.pending}
      problem={back.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'emergency.about',
          'The policies of version {before} are signed and released as version {next} without a second person: they were approved when they were in force. It goes on record under your name, with your reason.',
          { before: inForce - 1, next: inForce + 1 },
        )}
      </p>
      <p>
        {say(
          'emergency.keys',
          'Where more keys have to sign than this host holds, it is kept as an approved candidate that says which, and how they sign.',
        )}
      </p>
      <p>
        {say('emergency.effects', 'What is in effect at targets stays until its time is over, or until it is lifted.')}
      </p>
    </ReasonDialog>
  );
};
