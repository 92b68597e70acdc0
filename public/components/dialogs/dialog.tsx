import React, { useId, type FormEvent, type ReactNode } from 'react';
import { EuiModal, EuiModalBody, EuiModalFooter, EuiModalHeader } from '@elastic/eui';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer: ReactNode;
  /** Selector of what gets the focus; by default the dialog itself. */
  readonly initialFocus?: string;
  readonly width?: number;
  /** The dialog is a form: Enter in one of its fields does what its submit button does. */
  readonly onSubmit?: (event: FormEvent) => void;
}

/** A modal dialog with its name; the focus goes in, stays in, and goes back where it was. */
export const Dialog = ({ title, onClose, children, footer, initialFocus, width = 560, onSubmit }: DialogProps) => {
  const id = useId();
  const content = (
    <>
      <EuiModalHeader>
        <h1 id={id} className="rfx-dialog__title">
          {title}
        </h1>
      </EuiModalHeader>
      <EuiModalBody>{children}</EuiModalBody>
      <EuiModalFooter>{footer}</EuiModalFooter>
    </>
  );
  return (
    <EuiModal
      onClose={onClose}
      maxWidth={width}
      role="dialog"
      aria-modal="true"
      aria-labelledby={id}
      className="rfx-dialog"
      {...(initialFocus === undefined ? {} : { initialFocus })}
    >
      {onSubmit === undefined ? (
        content
      ) : (
        <form className="rfx-dialog__form" noValidate onSubmit={onSubmit}>
          {content}
        </form>
      )}
    </EuiModal>
  );
};
