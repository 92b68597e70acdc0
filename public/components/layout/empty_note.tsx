import React, { type ReactNode } from 'react';
import { EuiEmptyPrompt } from '@elastic/eui';

interface EmptyNoteProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly iconType?: string;
  readonly actions?: ReactNode;
}

/** Says that there is nothing, why that may be, and what one can do. */
export const EmptyNote = ({ title, children, iconType = 'checkInCircleFilled', actions }: EmptyNoteProps) => (
  <EuiEmptyPrompt
    iconType={iconType}
    iconColor="subdued"
    titleSize="xs"
    title={<h2>{title}</h2>}
    body={<div className="rfx-empty">{children}</div>}
    actions={actions}
  />
);
