import React, { useCallback, useState } from 'react';
import { getRhythm, type RhythmView } from '../../../../common/api/routes';
import { EuiButtonEmpty } from '@elastic/eui';
import { ModeBadge } from '../../../components/facts/badges';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink, PolicyLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useMay } from '../../../components/data/use_live';
import { useResource } from '../../../components/data/use_resource';
import { countText } from '../../../format/numbers';
import { say } from '../../../i18n';
import { editPath } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies } from '../use_policies';
import { ReviewDialog } from './review_dialog';

const policyColumn = () => ({ name: say('overview.policy', 'Policy') });
const ownerColumn = () => ({ name: say('layer.col.owner', 'Owner') });

const Nothing = ({ children }: { children: string }) => <p className="rfx-subdued">{children}</p>;

const Due = ({ due, onReviewed }: Pick<RhythmView, 'due'> & { onReviewed: () => void }) => {
  const may = useMay('author');
  const [reviewing, setReviewing] = useState<string>();
  return (
    <Section title={say('rhythm.due', 'Due for review')} note={say('rhythm.due.note', 'by the rhythm that each names')}>
      {due.length === 0 ? (
        <Nothing>{say('rhythm.due.none', 'none: every policy was looked at in time')}</Nothing>
      ) : (
        <SmallTable
          caption={say('rhythm.due', 'Due for review')}
          columns={[
            policyColumn(),
            ownerColumn(),
            { name: say('rhythm.every', 'Every') },
            { name: say('rhythm.last', 'Last changed or looked at') },
            { name: say('rhythm.since', 'Due since') },
            { name: say('rhythm.action', 'Action') },
          ]}
          rows={due.map(({ policy, owner, every, last, due: since }) => ({
            key: policy,
            cells: [
              <PolicyLink key="policy" id={policy} />,
              owner,
              every,
              <MomentText key="last" at={last} />,
              <MomentText key="since" at={since} />,
              <EuiButtonEmpty
                key="review"
                size="xs"
                isDisabled={!may}
                aria-label={say('rhythm.review_of', 'Looked at {policy}…', { policy })}
                onClick={() => setReviewing(policy)}
              >
                {say('rhythm.review', 'Looked at…')}
              </EuiButtonEmpty>,
            ],
          }))}
        />
      )}
      {reviewing !== undefined && (
        <ReviewDialog
          policy={reviewing}
          onClose={() => setReviewing(undefined)}
          onDone={() => {
            setReviewing(undefined);
            onReviewed();
          }}
        />
      )}
    </Section>
  );
};

const Expiry = ({ expired, expiring }: Pick<RhythmView, 'expired' | 'expiring'>) => (
  <Section title={say('rhythm.expiry', 'Expired, or soon to be')}>
    {expired.length + expiring.length === 0 ? (
      <Nothing>{say('rhythm.expiry.none', 'none')}</Nothing>
    ) : (
      <SmallTable
        caption={say('rhythm.expiry', 'Expired, or soon to be')}
        columns={[
          policyColumn(),
          ownerColumn(),
          { name: say('rhythm.expires', 'Expires') },
          { name: say('rhythm.means', 'Means') },
        ]}
        rows={[...expired, ...expiring].map(({ policy, owner, expires }) => ({
          key: policy,
          cells: [
            <PageLink key="policy" to={editPath(policy)}>
              {policy}
            </PageLink>,
            owner,
            expires,
            expired.some((each) => each.policy === policy) ? (
              <ToneText key="means" tone="bad">
                {say('rhythm.expired', 'decides nothing any more')}
              </ToneText>
            ) : (
              <ToneText key="means" tone="warn">
                {say('rhythm.expiring', 'decides until then')}
              </ToneText>
            ),
          ],
        }))}
      />
    )}
  </Section>
);

const changeWord = (change: RhythmView['changed'][number]['change']): string => {
  switch (change) {
    case 'added':
      return say('rhythm.added', 'added');
    case 'changed':
      return say('rhythm.changed', 'changed');
    case 'removed':
      return say('rhythm.removed', 'removed');
  }
};

const Changed = ({ changed }: Pick<RhythmView, 'changed'>) => (
  <Section title={say('rhythm.changes', 'Changed')}>
    {changed.length === 0 ? (
      <Nothing>{say('rhythm.changes.none', 'nothing was released')}</Nothing>
    ) : (
      <SmallTable
        caption={say('rhythm.changes', 'Changed')}
        columns={[
          policyColumn(),
          { name: say('rhythm.change', 'Change') },
          { name: say('rhythm.at', 'Proposed at') },
          { name: say('rhythm.by', 'By') },
          { name: say('candidates.col.changelog', 'Changelog') },
        ]}
        rows={changed.map(({ policy, change, at, by, changelog }) => ({
          key: `${policy} ${at}`,
          cells: [policy, changeWord(change), <MomentText key="at" at={at} />, by, changelog],
        }))}
      />
    )}
  </Section>
);

const Fired = ({ fired }: Pick<RhythmView, 'fired'>) => (
  <Section
    title={say('rhythm.fired', 'Fired')}
    note={say('rhythm.fired.note', 'the most overridden first: lifted, denied, or labelled as no attack')}
  >
    {fired.length === 0 ? (
      <Nothing>{say('rhythm.fired.none', 'no policy had anything to say')}</Nothing>
    ) : (
      <SmallTable
        caption={say('rhythm.fired', 'Fired')}
        columns={[
          policyColumn(),
          { name: say('layer.col.mode', 'Mode') },
          { name: say('rhythm.count', 'Decisions'), number: true },
          { name: say('rhythm.overridden', 'Overridden'), number: true },
        ]}
        rows={fired.map(({ policy, mode, count, overridden }) => ({
          key: policy,
          cells: [
            <PolicyLink key="policy" id={policy} />,
            <ModeBadge key="mode" mode={mode} />,
            <PageLink key="count" to={`/decisions?policy=${encodeURIComponent(policy)}`}>
              {countText(count)}
            </PageLink>,
            overridden === 0 ? (
              '0'
            ) : (
              <ToneText key="overridden" tone="bad">
                {countText(overridden)}
              </ToneText>
            ),
          ],
        }))}
      />
    )}
  </Section>
);

/** What nothing in the list means: that all fired, or that it is too early to say. */
const noneWords = (tooYoung: number, days: number): string =>
  tooYoung === 0
    ? say('rhythm.never.none', 'none: each one fired')
    : say(
        'rhythm.never.too_young',
        '{count, plural, one {# policy has not fired, but is} other {# policies have not fired, but are}} younger than {days, plural, one {# day} other {# days}}: too early to tell',
        { count: tooYoung, days },
      );

const NeverFired = ({
  never_fired: never,
  too_young: tooYoung,
  days,
}: Pick<RhythmView, 'never_fired' | 'too_young' | 'days'>) => (
  <Section
    title={say('rhythm.never', 'Never fired')}
    note={say('rhythm.never.note', 'in force all the time, and no event was theirs: still needed?')}
  >
    {never.length > 0 && (
      <SmallTable
        caption={say('rhythm.never', 'Never fired')}
        columns={[policyColumn(), { name: say('layer.col.mode', 'Mode') }, ownerColumn()]}
        rows={never.map(({ policy, mode, owner }) => ({
          key: policy,
          cells: [<PolicyLink key="policy" id={policy} />, <ModeBadge key="mode" mode={mode} />, owner],
        }))}
      />
    )}
    {(never.length === 0 || tooYoung > 0) && <Nothing>{noneWords(tooYoung, days)}</Nothing>}
  </Section>
);

/** What a person has to look at again, and what the policies did in the last week. */
export const RhythmPage = () => {
  const { api } = useServices();
  const policies = usePolicies();
  const resource = useResource(
    useCallback(() => api.call(getRhythm), [api]),
    ['bundle', 'draft'],
  );
  return (
    <PoliciesFrame resource={policies}>
      {() => (
        <Loaded resource={resource} what={say('rhythm.title', 'Battle rhythm')}>
          {(view) => (
            <>
              <Due due={view.due} onReviewed={resource.again} />
              <Expiry expired={view.expired} expiring={view.expiring} />
              {view.without_review.length > 0 && (
                <p className="rfx-small rfx-tone--warn">
                  {say('rhythm.without', '{count} policies name no review rhythm: {names}', {
                    count: view.without_review.length,
                    names: view.without_review.slice(0, 8).join(', '),
                  })}
                </p>
              )}
              <h2 className="rfx-changes-title">
                {say('rhythm.week', 'The last {days, plural, one {day} other {# days}}', { days: view.days })}
              </h2>
              <Changed changed={view.changed} />
              <Fired fired={view.fired} />
              <NeverFired never_fired={view.never_fired} too_young={view.too_young} days={view.days} />
            </>
          )}
        </Loaded>
      )}
    </PoliciesFrame>
  );
};
