import React, { useEffect, useRef, type ReactNode } from 'react';
import { EuiTitle } from '@elastic/eui';
import { clockTime, msOf, timeZoneName } from '../../format/time';
import { say } from '../../i18n';
import { useServices } from '../data/services';

interface PageFrameProps {
  readonly title: string;
  /** UTC of the figures shown; search lags behind by about a second. */
  readonly asOf?: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its title gets the focus when it opens, so that a screen reader starts there. */
export const PageFrame = ({ title, asOf, about, actions, children }: PageFrameProps) => {
  const { showPage } = useServices();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => showPage(title), [showPage, title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="rfx-page">
      <div className="rfx-page__head">
        <EuiTitle size="s">
          <h1 ref={heading} tabIndex={-1} className="rfx-page__title">
            {title}
          </h1>
        </EuiTitle>
        {about && <div className="rfx-page__about">{about}</div>}
        {asOf && (
          <span className="rfx-page__as-of rfx-subdued">
            {say('page.as_of', 'as of {time} {zone}', { time: clockTime(msOf(asOf)), zone: timeZoneName(msOf(asOf)) })}
          </span>
        )}
        {actions && <div className="rfx-page__actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
};
