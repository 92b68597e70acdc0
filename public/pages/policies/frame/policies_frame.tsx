import React, { type ReactNode } from 'react';
import { NavLink } from 'react-router-dom';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { useStatusPart } from '../../../components/data/use_live';
import type { Resource } from '../../../components/data/use_resource';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { CANDIDATES, DRAFTS, GUARDS, IN_FORCE, NEW, RELEASES, REPOSITORY, RHYTHM, SHADOW, TRY } from '../paths';
import type { Policies } from '../use_policies';

interface TabProps {
  readonly to: string;
  readonly title: string;
  readonly count: number | undefined;
  /** It is also the tab of the pages below its own. */
  readonly below?: boolean;
}

const Tab = ({ to, title, count, below = false }: TabProps) => (
  <li>
    <NavLink exact={!below} to={to} className="rfx-tab" activeClassName="rfx-tab--here" aria-current="page">
      {title} {count !== undefined && <span className="rfx-count">{count}</span>}
    </NavLink>
  </li>
);

const isOpen = ({ state }: Policies['candidates'][number]): boolean =>
  state === 'proposed' || state === 'approved' || state === 'releasing';

const VersionInForce = ({ policies }: { policies: Policies | undefined }) => {
  const refused = useStatusPart('bundle')?.refused;
  if (policies === undefined) return null;
  return (
    <>
      {policies.version === 0
        ? say('policies.no_version', 'no version is in force: nothing is decided')
        : say('policies.version', 'version {version} in force', { version: policies.version })}{' '}
      {policies.digest !== '' && <code className="rfx-small">{policies.digest.slice(0, 19)}</code>}
      {refused && (
        <span className="rfx-tone--bad">
          {' '}
          <Sentence text={say('policies.refused', 'a newer one was refused: {why}', { why: refused })} />
        </span>
      )}
    </>
  );
};

interface PoliciesFrameProps {
  readonly resource: Resource<Policies>;
  readonly actions?: ReactNode;
  readonly children: (policies: Policies) => ReactNode;
}

/** What the three lists share: the version in force and the way between them. */
export const PoliciesFrame = ({ resource, actions, children }: PoliciesFrameProps) => {
  const { value } = resource;
  return (
    <PageFrame
      title={say('nav.policies', 'Policies')}
      about={<VersionInForce policies={value} />}
      asOf={value?.as_of}
      actions={
        <>
          <PageLink to={TRY}>{say('policies.try', 'Try an event')}</PageLink>
          <PageLink to={NEW}>{say('policies.new', 'New policy')}</PageLink>
          {actions}
        </>
      }
    >
      <nav aria-label={say('policies.lists', 'Lists of policies')}>
        <ul className="rfx-tabs">
          <Tab to={IN_FORCE} title={say('policies.in_force', 'In force')} count={value?.policies.length} />
          <Tab to={GUARDS} title={say('guards.title', 'Guards')} count={value?.guards?.length} />
          <Tab
            to={DRAFTS}
            title={say('policies.drafts', 'Drafts')}
            count={value && value.drafts.length + (value.guard_drafts ?? []).length}
          />
          <Tab
            to={CANDIDATES}
            title={say('policies.candidates', 'Candidates')}
            count={value?.candidates.filter(isOpen).length}
          />
          <Tab to={RELEASES} title={say('releases.tab', 'Releases')} count={undefined} below />
          <Tab to={SHADOW} title={say('shadow.title', 'Shadow and rollout')} count={undefined} />
          <Tab to={RHYTHM} title={say('rhythm.tab', 'Rhythm')} count={undefined} />
          <Tab to={REPOSITORY} title={say('repository.title', 'Repository')} count={undefined} />
        </ul>
      </nav>
      <Loaded resource={resource} what={say('nav.policies', 'Policies')}>
        {children}
      </Loaded>
    </PageFrame>
  );
};
