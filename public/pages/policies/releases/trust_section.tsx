import React from 'react';
import { Facts } from '../../../components/facts/facts';
import { Loaded } from '../../../components/layout/loaded';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useStatusPart } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { PageLink } from '../../../components/text/links';
import { TRUST } from '../paths';
import { useTrust, type Trust } from './use_releases';

type Key = Trust['keys'][number];

const stateOf = ({ revoked, not_before, not_after }: Key, asOf: string) => {
  if (revoked) return <ToneText tone="bad">{say('trust.revoked', 'revoked')}</ToneText>;
  if (not_before !== undefined && asOf < not_before)
    return <ToneText tone="warn">{say('trust.not_yet', 'not valid yet')}</ToneText>;
  if (not_after !== undefined && asOf >= not_after)
    return <ToneText tone="warn">{say('trust.expired', 'expired')}</ToneText>;
  return <ToneText tone="good">{say('trust.good', 'trusted')}</ToneText>;
};

const usesOf = ({ signs_here, freshness, revoked }: Key): string =>
  [
    signs_here ? say('trust.here', 'signs on this host') : undefined,
    revoked ? undefined : say('trust.signs', 'may sign versions and the next keyring'),
    freshness && !revoked ? say('trust.freshness', 'may say which version is the newest') : undefined,
  ]
    .filter((use) => use !== undefined)
    .join(', ') || '—';

const Fresh = ({ trust }: { trust: Trust }) => {
  const { fresh_until: until, as_of: asOf, stale } = trust;
  if (until === undefined) return <>{say('trust.fresh.none', 'not known yet')}</>;
  if (until > asOf)
    return (
      <ToneText tone="good">
        {say('trust.fresh.until', 'known until')} <MomentText at={until} />
      </ToneText>
    );
  return (
    <ToneText tone="bad">
      {stale === 'escalate'
        ? say('trust.fresh.escalate', 'nobody says so any more: every act waits for a person; last known until')
        : say('trust.fresh.stale', 'nobody says so any more; last known until')}{' '}
      <MomentText at={until} />
    </ToneText>
  );
};

/** What is believed now. */
export const TrustNow = ({ trust }: { trust: Trust }) => {
  const refused = useStatusPart('bundle')?.refused;
  return (
    <>
      <Facts
        facts={[
          {
            name: say('trust.threshold', 'Signatures that a version needs'),
            value: say('trust.threshold.value', '{count, plural, one {one key} other {# different keys}}', {
              count: trust.threshold,
            }),
          },
          { name: say('trust.newest', 'The version in force is the newest'), value: <Fresh trust={trust} /> },
          {
            name: say('trust.keyring', 'Keys come from'),
            value:
              trust.keyring === 0
                ? say('trust.keyring.settings', 'the settings')
                : say('trust.keyring.number', 'keyring {number}, signed by the keys before it', {
                    number: trust.keyring,
                  }),
          },
          refused === undefined
            ? undefined
            : {
                name: say('trust.refused', 'A newer version was refused'),
                value: <ToneText tone="bad">{refused}</ToneText>,
              },
          trust.refused_keyring === undefined
            ? undefined
            : {
                name: say('trust.refused_keyring', 'A newer keyring was refused'),
                value: <ToneText tone="bad">{trust.refused_keyring}</ToneText>,
              },
        ]}
      />
      <SmallTable
        caption={say('trust.keys', 'Keys whose signatures are believed')}
        columns={[
          { name: say('trust.col.key', 'Key') },
          { name: say('drafts.col.state', 'State') },
          { name: say('trust.col.use', 'Use') },
          { name: say('trust.col.from', 'From') },
          { name: say('trust.col.until', 'Until') },
        ]}
        rows={trust.keys.map((key) => ({
          key: key.key_id,
          cells: [
            <code key="id">{key.key_id}</code>,
            stateOf(key, trust.as_of),
            usesOf(key),
            key.not_before === undefined ? '—' : <MomentText key="from" at={key.not_before} />,
            key.not_after === undefined ? '—' : <MomentText key="until" at={key.not_after} />,
          ],
        }))}
      />
    </>
  );
};

/** Why the version in force is believed. */
export const TrustSection = () => {
  const resource = useTrust();
  return (
    <Section
      title={say('trust.title', 'Signatures')}
      actions={<PageLink to={TRUST}>{say('trust.more', 'Keys and trust')}</PageLink>}
    >
      <Loaded resource={resource} what={say('trust.title', 'Signatures')}>
        {(trust) => <TrustNow trust={trust} />}
      </Loaded>
    </Section>
  );
};
