import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiFieldText, EuiFormRow } from '@elastic/eui';
import type { Problem } from '../../../common/api/contract';
import type { Label } from '../../../common/flow/feedback';
import { Dialog } from '../../components/dialogs/dialog';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { labelWord } from '../../format/words';
import { say } from '../../i18n';

interface LabelDialogProps {
  readonly label: Label;
  readonly pending: boolean;
  readonly problem: Problem | undefined;
  readonly onKeep: (note: string) => void;
  readonly onClose: () => void;
}

/** The second step of a label: what goes on record, with a note if there is one. The focus is in the note. */
export const LabelDialog = ({ label, pending, problem, onKeep, onClose }: LabelDialogProps) => {
  const [note, setNote] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) onKeep(note.trim());
  };
  return (
    <Dialog
      title={say('label_dialog.title', 'Label: {label}?', { label: labelWord(label) })}
      onSubmit={submit}
      onClose={onClose}
      initialFocus="[name=note]"
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill type="submit" isLoading={pending}>
            {say('label_dialog.keep', 'Keep this label')}
          </EuiButton>
        </>
      }
    >
      <p className="rfx-dialog__text">
        {say(
          'label_dialog.about',
          'It counts in the history of what the event names, and for learning. Another label later takes its place.',
        )}
      </p>
      <EuiFormRow fullWidth label={say('label_dialog.note', 'Note (optional, goes on record)')}>
        <EuiFieldText
          fullWidth
          name="note"
          autoComplete="off"
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </EuiFormRow>
      {problem && <ProblemCallout title={say('feedback.failed', 'The label was not kept')} problem={problem} />}
    </Dialog>
  );
};
