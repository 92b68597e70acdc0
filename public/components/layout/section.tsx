import React, { useId, type ReactNode } from 'react';
import { EuiPanel } from '@elastic/eui';

interface SectionProps {
  readonly title: string;
  /** A few words beside the title: what the figures mean. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly level?: 'h2' | 'h3';
}

/** A panel with a heading; a landmark of its own, so that one can jump to it. */
export const Section = ({ title, note, actions, children, level: Heading = 'h2' }: SectionProps) => {
  const id = useId();
  return (
    <EuiPanel paddingSize="none" hasShadow={false} className="rfx-section" role="region" aria-labelledby={id}>
      <div className="rfx-section__head">
        <Heading id={id} className="rfx-section__title">
          {title}
        </Heading>
        {note && <span className="rfx-subdued rfx-section__note">{note}</span>}
        {actions && <span className="rfx-section__actions">{actions}</span>}
      </div>
      <div className="rfx-section__body">{children}</div>
    </EuiPanel>
  );
};
