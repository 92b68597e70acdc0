import React, { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useLocation } from 'react-router-dom';
import { EuiTitle } from '@elastic/eui';
import { sectionTitle } from '../../format/sections';
import { clockTime, msOf, timeZoneName, wholeTime } from '../../format/time';
import { say } from '../../i18n';
import { useServices } from '../data/services';
import { InHeader } from './in_header';

interface PageFrameProps {
  readonly title: string;
  /** UTC of the figures shown; search lags behind by about a second. */
  readonly asOf?: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The list above a page that has one. */
const listOf = (path: string, title: string): { readonly title: string; readonly path: string } | undefined => {
  const list = sectionTitle(path);
  return list === undefined || list === title ? undefined : { title: list, path: `/${path.split('/')[1] ?? ''}` };
};

/** Where the host shows the title itself, ours is only where the focus goes. */
const Heading = ({ title, heading }: { title: string; heading: RefObject<HTMLHeadingElement> }) =>
  useServices().header.isTitled ? (
    <span ref={heading} tabIndex={-1} className="rfx-page__title rfx-hidden">
      {title}
    </span>
  ) : (
    <EuiTitle size="s">
      <h1 ref={heading} tabIndex={-1} className="rfx-page__title">
        {title}
      </h1>
    </EuiTitle>
  );

/** One page: its title gets the focus when it opens, so that a screen reader starts there. */
export const PageFrame = ({ title, asOf, about, actions, children }: PageFrameProps) => {
  const { showPage } = useServices();
  const { pathname } = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    showPage(title, listOf(pathname, title));
  }, [showPage, title, pathname]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="rfx-page">
      <div className="rfx-page__head">
        <Heading title={title} heading={heading} />
        <InHeader place="description">
          {about && <div className="rfx-page__about">{about}</div>}
          {asOf && (
            <span className="rfx-page__as-of rfx-subdued" title={wholeTime(msOf(asOf))}>
              {say('page.as_of', 'as of {time} {zone}', {
                time: clockTime(msOf(asOf)),
                zone: timeZoneName(msOf(asOf)),
              })}
            </span>
          )}
        </InHeader>
        {actions && <div className="rfx-page__actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
};
