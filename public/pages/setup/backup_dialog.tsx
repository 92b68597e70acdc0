import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiFieldText, EuiFormRow } from '@elastic/eui';
import { confirmKeyBackup, type SetupView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { Dialog } from '../../components/dialogs/dialog';
import { focusField } from '../../components/dialogs/reason_field';
import { useTell } from '../../components/layout/announcer';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { say } from '../../i18n';

/** `sha256sum` prints the name of the file behind it. */
const digestIn = (text: string): string | undefined => /^\s*([0-9a-f]{64})(\s.*)?$/i.exec(text)?.[1];

interface BackupDialogProps {
  readonly onDone: (view: SetupView) => void;
  readonly onClose: () => void;
}

/** Confirms that the signing key has a backup: only who has the file can say its sha256. */
export const BackupDialog = ({ onDone, onClose }: BackupDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const confirm = useAction((sha256: string) => api.call(confirmKeyBackup, { body: { sha256 } }));
  const digest = digestIn(text);
  const isWrong = tried && digest === undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (digest === undefined) return focusField(event, '[name=digest]');
    if (confirm.pending) return;
    const view = await confirm.run(digest);
    if (view === undefined) return;
    tell(say('setup.backup.done', 'the backup is confirmed'));
    onDone(view);
    onClose();
  };
  return (
    <Dialog
      onSubmit={(event) => void submit(event)}
      title={say('setup.backup.title', 'Confirm the backup of the signing key')}
      onClose={onClose}
      initialFocus="[name=digest]"
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill type="submit" isLoading={confirm.pending}>
            {say('setup.backup.confirm', 'Confirm')}
          </EuiButton>
        </>
      }
    >
      <div className="rfx-dialog__text">
        <p>
          {say(
            'setup.backup.about',
            'Run sha256sum on the file in the backup, where the backup is, and enter what it prints. Only who has that file can know it. That you confirmed it goes on record; what you enter does not.',
          )}
        </p>
      </div>
      <EuiFormRow
        fullWidth
        label={say('setup.backup.digest', 'sha256 of the file in the backup')}
        isInvalid={isWrong}
        error={say('setup.backup.wrong', 'these are not 64 hexadecimal digits')}
      >
        <EuiFieldText
          fullWidth
          name="digest"
          autoComplete="off"
          spellCheck={false}
          value={text}
          isInvalid={isWrong}
          aria-invalid={isWrong}
          onChange={(event) => setText(event.target.value)}
        />
      </EuiFormRow>
      {confirm.problem && (
        <ProblemCallout title={say('setup.backup.refused', 'It is not confirmed')} problem={confirm.problem} />
      )}
    </Dialog>
  );
};
