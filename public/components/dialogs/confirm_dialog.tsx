import React, { useState, type FormEvent, type ReactNode } from 'react';
import { EuiButton, EuiButtonEmpty, EuiFieldText, EuiFormRow } from '@elastic/eui';
import type { Problem } from '../../../common/api/contract';
import { say } from '../../i18n';
import { Dialog } from './dialog';
import { focusField } from './reason_field';
import { ProblemCallout } from '../layout/problem_callout';

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly color?: 'primary' | 'danger';
  /** Words that have to be typed first. */
  readonly typed?: string;
  readonly pending: boolean;
  readonly problem?: Problem | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A second step without a reason: for what takes none on record. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { title, children, confirm, color = 'primary', typed, pending, problem } = props;
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const typedRight = typed === undefined || words.trim() === typed;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!typedRight) focusField(event, '[name=typed]');
    if (typedRight && !pending) props.onConfirm();
  };
  return (
    <Dialog
      onSubmit={submit}
      title={title}
      onClose={props.onClose}
      initialFocus={typed === undefined ? '[data-test-subj=confirm]' : '[name=typed]'}
      footer={
        <>
          <EuiButtonEmpty onClick={props.onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill color={color} type="submit" isLoading={pending} data-test-subj="confirm">
            {confirm}
          </EuiButton>
        </>
      }
    >
      <div className="rfx-dialog__text">{children}</div>
      {typed !== undefined && (
        <EuiFormRow
          fullWidth
          label={say('confirm.type', 'Type “{words}” to confirm', { words: typed })}
          isInvalid={tried && !typedRight}
          error={say('confirm.typed_wrong', 'this is not what is to be typed')}
        >
          <EuiFieldText
            fullWidth
            name="typed"
            autoComplete="off"
            value={words}
            isInvalid={tried && !typedRight}
            aria-invalid={tried && !typedRight}
            onChange={(event) => setWords(event.target.value)}
          />
        </EuiFormRow>
      )}
      {problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={problem} />}
    </Dialog>
  );
};
