import React, { useState, type FormEvent, type ReactNode } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { Problem } from '../../../common/api/contract';
import { say } from '../../i18n';
import { Dialog } from './dialog';
import { ProblemCallout } from '../layout/problem_callout';
import type { Label } from '../../../common/flow/feedback';
import { labelWord } from '../../format/words';
import { focusField, focusReason, isReason, labelIn, ReasonField, type Suggestion } from './reason_field';

interface ReasonDialogProps {
  readonly title: string;
  /** What is going to happen, in sentences. */
  readonly children: ReactNode;
  readonly confirm: string;
  readonly color?: 'primary' | 'danger' | 'success';
  readonly suggestions?: ReadonlyArray<string | Suggestion>;
  /** The reason may be a label of what the event turned out to be; then it is told, and handed on. */
  readonly labels?: boolean;
  readonly pending: boolean;
  readonly problem?: Problem | undefined;
  /** Something else is missing before it may be confirmed; said where the button is. */
  readonly blocked?: string | undefined;
  /** Selector of the field where that is mended, if it is in the dialog; it gets the focus. */
  readonly blockedAt?: string;
  readonly onConfirm: (reason: string, label: Label | undefined) => void;
  readonly onClose: () => void;
}

/** The second step of everything that cannot be taken back lightly: what happens, and a typed reason. */
export const ReasonDialog = (props: ReasonDialogProps) => {
  const {
    title,
    children,
    confirm,
    color = 'primary',
    suggestions = [],
    pending,
    problem,
    blocked,
    blockedAt,
    labels = false,
  } = props;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const label = labels ? labelIn(reason, suggestions) : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isReason(reason)) focusReason(event);
    else if (blocked !== undefined && blockedAt !== undefined) focusField(event, blockedAt);
    if (isReason(reason) && blocked === undefined && !pending) props.onConfirm(reason.trim(), label);
  };
  return (
    <Dialog
      onSubmit={submit}
      title={title}
      onClose={props.onClose}
      initialFocus="[name=reason]"
      footer={
        <>
          <EuiButtonEmpty onClick={props.onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill color={color} type="submit" isLoading={pending}>
            {confirm}
          </EuiButton>
        </>
      }
    >
      <div className="rfx-dialog__text">{children}</div>
      <ReasonField value={reason} onChange={setReason} suggestions={suggestions} missing={tried} />
      {label && (
        <p role="status" className="rfx-small rfx-subdued">
          {say('reason.is_label', 'Goes on record as the label of the event as well: {label}', {
            label: labelWord(label),
          })}
        </p>
      )}
      {tried && blocked !== undefined && (
        <p role="alert" className="rfx-tone--bad rfx-dialog__blocked">
          {blocked}
        </p>
      )}
      {problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={problem} />}
    </Dialog>
  );
};
