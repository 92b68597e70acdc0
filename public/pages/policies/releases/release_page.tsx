import React, { useState } from 'react';
import { EuiButton, EuiSelect } from '@elastic/eui';
import { useHistory, useParams } from 'react-router-dom';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Facts } from '../../../components/facts/facts';
import { PageLink } from '../../../components/text/links';
import { Loaded } from '../../../components/layout/loaded';
import { MomentText } from '../../../components/text/moment_text';
import { PageFrame } from '../../../components/layout/page_frame';
import { Section } from '../../../components/layout/section';
import { ToneText } from '../../../components/text/tone_text';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { Approvals } from './approvals';
import { ChangedGuards } from '../diff/changed_guard';
import { ChangedPolicy } from '../diff/changed_policy';
import { candidatePath, RELEASES } from '../paths';
import { RollBackDialog } from './roll_back_dialog';
import { useCompared, useReleases, type Compared } from './use_releases';

const RollBack = ({ version, inForce }: { version: number; inForce: number }) => {
  const caller = useCaller();
  const history = useHistory();
  const [asking, setAsking] = useState(false);
  if (version >= inForce) return null;
  const may = caller?.may.includes('author') === true;
  return (
    <div className="rfx-candidate-actions">
      <EuiButton isDisabled={!may} onClick={() => setAsking(true)}>
        {say('back.open', 'Go back to this version…')}
      </EuiButton>
      {!may && (
        <span className="rfx-small rfx-subdued">{say('release.may_not', 'this takes the right to author')}</span>
      )}
      {asking && (
        <RollBackDialog
          version={version}
          onClose={() => setAsking(false)}
          onDone={(candidate) => history.push(candidatePath(candidate.id))}
        />
      )}
    </div>
  );
};

const About = ({ release }: Pick<Compared, 'release'>) => (
  <Facts
    facts={[
      {
        name: say('releases.col.at', 'Released'),
        value: <MomentText at={release.created_at} />,
      },
      { name: say('releases.col.by', 'Written by'), value: <strong>{release.author}</strong> },
      release.expires_at === undefined
        ? undefined
        : { name: say('releases.expires', 'Expires'), value: <MomentText at={release.expires_at} /> },
      release.guards === undefined
        ? undefined
        : { name: say('releases.guards', 'Rego guards'), value: release.guards.join(', ') },
      {
        name: say('releases.signed_by', 'Signed by keys'),
        value: release.key_ids.map((id) => (
          <code key={id} className="rfx-hash">
            {id}{' '}
          </code>
        )),
      },
      {
        name: say('candidate.digest', 'Digest of the whole set'),
        value: <code className="rfx-hash">{release.digest}</code>,
      },
    ]}
  />
);

interface CompareSelectProps {
  readonly version: number;
  readonly versions: readonly number[];
  readonly from: number;
  readonly onChange: (from: number) => void;
}

const CompareSelect = ({ version, versions, from, onChange }: CompareSelectProps) => (
  <EuiSelect
    compressed
    prepend={say('releases.compare.short', 'Since')}
    aria-label={say('releases.compare', 'Compared with')}
    value={String(from)}
    options={[
      ...versions
        .filter((each) => each !== version)
        .map((each) => ({
          value: String(each),
          text: say('versions.number', 'version {version}', { version: each }),
        })),
      { value: '0', text: say('releases.compare.nothing', 'nothing') },
    ]}
    onChange={(event) => onChange(Number(event.target.value))}
  />
);

/** One released version: who wrote, approved and signed it, and what is different from any other. */
export const ReleasePage = () => {
  const { version } = useParams<{ version: string }>();
  const [from, setFrom] = useState<number>();
  const resource = useCompared(version, from);
  const { value: all } = useReleases();
  return (
    <PageFrame
      title={say('releases.open', 'Version {version}', { version })}
      actions={<PageLink to={RELEASES}>{say('releases.all', 'All versions')}</PageLink>}
    >
      <Loaded resource={resource} what={say('releases.open', 'Version {version}', { version })}>
        {({ release, from: before, changes, guard_changes }) => (
          <>
            <Section
              title={release.changelog === '' ? say('releases.no_changelog', 'no changelog') : release.changelog}
              note={
                release.in_force ? (
                  <ToneText tone="good">{say('releases.in_force', 'in force')}</ToneText>
                ) : (
                  say('releases.was', 'was in force')
                )
              }
            >
              <About release={release} />
              {release.approvals.length > 0 ? (
                <Approvals approvals={release.approvals} />
              ) : (
                <p className="rfx-subdued">{say('releases.unapproved', 'It was released without an approval.')}</p>
              )}
              {all && <RollBack version={release.version} inForce={all.in_force} />}
            </Section>
            <Section
              title={say('releases.changes', '{count, plural, one {# policy differs} other {# policies differ}}', {
                count: changes.length,
              })}
              actions={
                <CompareSelect
                  version={release.version}
                  versions={all?.releases.map((each) => each.version) ?? [before].filter((each) => each > 0)}
                  from={before}
                  onChange={setFrom}
                />
              }
            >
              {changes.length + guard_changes.length === 0 && (
                <EmptyNote title={say('releases.same', 'The same policies')}>
                  <p>
                    {say('releases.same.about', 'Version {version} has exactly the policies of version {from}.', {
                      version: release.version,
                      from: before,
                    })}
                  </p>
                </EmptyNote>
              )}
            </Section>
            {changes.map((change) => (
              <ChangedPolicy key={`${before} ${change.policy}`} change={change} />
            ))}
            <ChangedGuards changes={guard_changes} />
          </>
        )}
      </Loaded>
    </PageFrame>
  );
};
