import React, { useId, type ReactNode } from 'react';
import { EuiModal, EuiModalBody, EuiModalFooter, EuiModalHeader } from '@elastic/eui';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer: ReactNode;
  /** Selector of what gets the focus; by default the dialog itself. */
  readonly initialFocus?: string;
  readonly width?: number;
}

/** A modal dialog with its name; the focus goes in, stays in, and goes back where it was. */
export const Dialog = ({ title, onClose, children, footer, initialFocus, width = 560 }: DialogProps) => {
  const id = useId();
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
      <EuiModalHeader>
        <h1 id={id} className="rfx-dialog__title">
          {title}
        </h1>
      </EuiModalHeader>
      <EuiModalBody>{children}</EuiModalBody>
      <EuiModalFooter>{footer}</EuiModalFooter>
    </EuiModal>
  );
};
