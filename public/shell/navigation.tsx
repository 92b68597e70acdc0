import React, { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router-dom';
import { useStatusPart } from '../components/data/use_live';
import { countText } from '../format/numbers';
import { say } from '../i18n';

interface Entry {
  readonly path: string;
  readonly title: string;
  readonly count?: number | undefined;
  /** What the count counts, for those who hear it. */
  readonly counted?: string;
  readonly urgent?: boolean;
}

const NavEntry = ({ path, title, count, counted, urgent = false }: Entry) => (
  <li>
    <NavLink to={path} className="rfx-nav__link" activeClassName="rfx-nav__link--here" aria-current="page">
      {title}
      {count !== undefined && count > 0 && (
        <span className={urgent ? 'rfx-count rfx-count--urgent' : 'rfx-count'}>
          {countText(count)}
          <span className="rfx-hidden"> {counted}</span>
        </span>
      )}
    </NavLink>
  </li>
);

/** The pages with what waits on each. */
export const Navigation = () => {
  const { pathname } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the entries scroll sideways: where one is must be in sight.
  useEffect(() => {
    list.current?.querySelector('[aria-current=page]')?.scrollIntoView?.({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  const here = useStatusPart('here_only');
  // Figures of before the state went away are none of now.
  const isAsked = here === undefined || here.state === 'asked';
  const waiting = useStatusPart('waiting');
  const containments = useStatusPart('containments');
  const quarantine = useStatusPart('quarantine');
  // It stands there until every line is green or set aside.
  const setup = useStatusPart('setup_open') ?? 0;
  return (
    <nav aria-label={say('nav.label', 'Pages of Reflex')} className="rfx-nav">
      <ul ref={list}>
        <NavEntry path="/overview" title={say('nav.overview', 'Overview')} />
        <NavEntry
          path="/escalations"
          title={say('nav.escalations', 'Escalations')}
          count={isAsked ? waiting : undefined}
          counted={say('nav.waiting', 'waiting')}
          urgent
        />
        <NavEntry
          path="/containments"
          title={say('nav.containments', 'Containments')}
          count={isAsked ? containments : here.total}
          counted={isAsked ? say('nav.contained', 'in effect') : say('nav.here', 'known to this machine only')}
        />
        <NavEntry path="/brakes" title={say('nav.brakes', 'Brakes and agents')} />
        <NavEntry path="/decisions" title={say('nav.decisions', 'Decisions')} />
        <NavEntry path="/policies" title={say('nav.policies', 'Policies')} />
        <NavEntry path="/connectors" title={say('connectors.title', 'Connectors')} />
        <NavEntry path="/sources" title={say('nav.sources', 'Sources')} />
        <NavEntry
          path="/quarantine"
          title={say('nav.quarantine', 'Quarantine')}
          count={isAsked ? quarantine : undefined}
          counted={say('nav.waiting', 'waiting')}
        />
        {(setup > 0 || pathname === '/setup') && (
          <NavEntry
            path="/setup"
            title={say('setup.title', 'Set-up')}
            count={setup}
            counted={say('nav.open', 'open')}
          />
        )}
      </ul>
    </nav>
  );
};
