import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { EmptyNote } from '../../../components/layout/empty_note';
import { PageLink } from '../../../components/text/links';
import { Loaded } from '../../../components/layout/loaded';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { releasePath } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies } from '../use_policies';
import { EmergencyDialog } from './emergency_dialog';
import { TrustSection } from './trust_section';
import { useOlderReleases } from './use_older_releases';
import { useReleases, type Releases } from './use_releases';

const Table = ({ releases }: Pick<Releases, 'releases'>) => (
  <SmallTable
    caption={say('releases.title', 'Released versions, newest first')}
    columns={[
      { name: say('releases.col.version', 'Version') },
      { name: say('candidates.col.changelog', 'Changelog') },
      { name: say('releases.col.at', 'Released') },
      { name: say('releases.col.by', 'Written by') },
      { name: say('candidates.col.approved', 'Approved by') },
      { name: say('releases.col.policies', 'Policies'), number: true },
      { name: say('releases.col.digest', 'Digest') },
    ]}
    rows={releases.map((release) => ({
      key: String(release.version),
      cells: [
        <React.Fragment key="version">
          <PageLink
            to={releasePath(release.version)}
            label={say('releases.open', 'Version {version}', { version: release.version })}
          >
            {release.version}
          </PageLink>{' '}
          {release.in_force && <ToneText tone="good">{say('releases.in_force', 'in force')}</ToneText>}
        </React.Fragment>,
        release.changelog,
        <MomentText key="at" at={release.created_at} />,
        release.author,
        release.approvals.map(({ user }) => user).join(', ') || '—',
        release.policies,
        <code key="digest" className="rfx-small">
          {release.digest.slice(0, 12)}
        </code>,
      ],
    }))}
  />
);

/** All that was asked for so far, and the way to more. */
const List = ({ newest }: { newest: Releases }) => {
  const { all, more, pending, problem, load } = useOlderReleases(newest);
  return (
    <>
      <Table releases={all} />
      {problem && (
        <ProblemCallout title={say('releases.older.failed', 'Older versions could not be read')} problem={problem} />
      )}
      {more && (
        <EuiButton size="s" isLoading={pending} onClick={load}>
          {say('releases.older', 'Show older versions')}
        </EuiButton>
      )}
      <p className="rfx-small rfx-subdued" role="status">
        {more
          ? say('releases.count.more', '{count} versions shown, there are older ones', { count: all.length })
          : say('releases.count', '{count, plural, one {# version} other {# versions}}, all of them', {
              count: all.length,
            })}
      </p>
    </>
  );
};

const Emergency = ({
  releases: { in_force: inForce, releases },
  onDone,
}: {
  releases: Releases;
  onDone: () => void;
}) => {
  const caller = useCaller();
  const [asking, setAsking] = useState(false);
  if (!releases.some(({ version }) => version === inForce - 1)) return null;
  const may = caller?.may.includes('approve') === true;
  return (
    <>
      <EuiButton size="s" color="danger" isDisabled={!may} onClick={() => setAsking(true)}>
        {say('emergency.open', 'Emergency: back to version {version}…', { version: inForce - 1 })}
      </EuiButton>
      {!may && (
        <span className="rfx-small rfx-subdued">{say('emergency.may_not', 'this takes the right to approve')}</span>
      )}
      {asking && (
        <EmergencyDialog
          inForce={inForce}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            onDone();
          }}
        />
      )}
    </>
  );
};

/** What was in force and when, and why the version in force is believed. */
export const ReleasesPage = () => {
  const policies = usePolicies();
  const resource = useReleases();
  const { value, again } = resource;
  return (
    <PoliciesFrame resource={policies}>
      {() => (
        <>
          <Section
            title={say('releases.title', 'Released versions, newest first')}
            actions={value && <Emergency releases={value} onDone={again} />}
          >
            <Loaded resource={resource} what={say('releases.tab', 'Releases')}>
              {(newest) =>
                newest.releases.length === 0 ? (
                  <EmptyNote iconType="package" title={say('releases.none', 'Nothing was released yet')}>
                    <p>{say('releases.none.about', 'The first released candidate becomes version 1.')}</p>
                  </EmptyNote>
                ) : (
                  <List newest={newest} />
                )
              }
            </Loaded>
          </Section>
          <TrustSection />
        </>
      )}
    </PoliciesFrame>
  );
};
