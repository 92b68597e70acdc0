import React from 'react';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Loaded } from '../../../components/layout/loaded';
import { MomentText } from '../../../components/text/moment_text';
import { Sentence } from '../../../components/text/sentence';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { say } from '../../../i18n';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies } from '../use_policies';
import { Command } from './command';
import { TrustNow } from './trust_section';
import { useTrust, type Trust } from './use_releases';

const Ids = ({ ids }: { ids: readonly string[] }) =>
  ids.length === 0 ? (
    <>—</>
  ) : (
    <ul className="rfx-rows">
      {ids.map((id) => (
        <li key={id}>
          <code>{id}</code>
        </li>
      ))}
    </ul>
  );

const History = ({ history }: { history: NonNullable<Trust['history']> }) =>
  history.length === 0 ? (
    <EmptyNote iconType="lock" title={say('trust.history.none', 'The keys never changed')}>
      <p>
        {say('trust.history.none.about', 'The keys of the settings are trusted, until a signed keyring follows them.')}
      </p>
    </EmptyNote>
  ) : (
    <SmallTable
      caption={say('trust.history.title', 'Keyrings, newest first')}
      columns={[
        { name: say('trust.history.number', 'Keyring') },
        { name: say('trust.history.issued', 'Made') },
        { name: say('trust.history.by', 'Handed in by') },
        { name: say('trust.history.threshold', 'Signatures needed'), number: true },
        { name: say('trust.history.added', 'Keys added') },
        { name: say('trust.history.removed', 'Keys left out') },
        { name: say('trust.history.revoked', 'Keys revoked') },
        { name: say('trust.history.signed', 'Signed by') },
      ]}
      rows={history.map(({ number, issued_at, by, at, threshold, added, removed, revoked, signed_by }) => ({
        key: String(number),
        cells: [
          number,
          <MomentText key="made" at={issued_at} />,
          by === undefined || at === undefined ? (
            '—'
          ) : (
            <React.Fragment key="by">
              {by} <MomentText at={at} />
            </React.Fragment>
          ),
          threshold,
          <Ids key="added" ids={added} />,
          <Ids key="removed" ids={removed} />,
          <Ids key="revoked" ids={revoked} />,
          <Ids key="signed" ids={signed_by} />,
        ],
      }))}
    />
  );

const Commands = ({ trust: { keyring } }: { trust: Trust }) => (
  <>
    <h3 className="rfx-part__title">{say('trust.rotate', 'Change the keys')}</h3>
    <p>
      {say(
        'trust.rotate.about',
        'A keyring is made and signed where the private keys are, by the old keys and by its own, up to the number of signatures that is needed, and then sent by an administrator. What is revoked stays revoked. Afterwards release once with the new keys.',
      )}
    </p>
    <Command
      label={say('trust.rotate.commands', 'Commands that change the keys')}
      lines={[
        `reflex policies keyring --number ${keyring + 1} --keys new.pub --revoke old.pub --out keyring.json`,
        'reflex policies sign keyring.json --key old.pem',
        'reflex policies sign keyring.json --key new.pem',
        "curl -X POST --data-binary @keyring.json -H 'content-type: application/json' … /api/reflex/policies/keyring",
      ]}
    />
    <h3 className="rfx-part__title">{say('trust.fresh', 'Say that the version in force is the newest')}</h3>
    <p>
      <Sentence
        text={say(
          'trust.fresh.about',
          'Hosts that hold a key say so by themselves. Where all keys are elsewhere, sign the statement there and hand it in, or name it in `signing.freshness_file`.',
        )}
      />
    </p>
    <Command
      label={say('trust.fresh.commands', 'Commands that say which version is the newest')}
      lines={['reflex policies fresh BUNDLE.tar.gz --key first.pem']}
    />
  </>
);

const SignedBy = ({ ids }: { ids: readonly string[] }) => (
  <p>
    {say('trust.in_force_by', 'The version in force is signed by')}{' '}
    {ids.map((id) => (
      <code key={id} className="rfx-hash">
        {id}{' '}
      </code>
    ))}
  </p>
);

/** Who may sign what, how that came about, and how it is changed. Read-only: private keys are not in a browser. */
export const TrustPage = () => {
  const policies = usePolicies();
  const resource = useTrust();
  const title = say('trust.more', 'Keys and trust');
  return (
    <PoliciesFrame resource={policies}>
      {() => (
        <>
          <Section title={title}>
            <Loaded resource={resource} what={title}>
              {(trust) => (
                <>
                  <TrustNow trust={trust} />
                  {trust.in_force_signed_by && <SignedBy ids={trust.in_force_signed_by} />}
                </>
              )}
            </Loaded>
          </Section>
          {resource.value && (
            <>
              <Section title={say('trust.history', 'How the keys changed')}>
                <History history={resource.value.history ?? []} />
              </Section>
              <Section title={say('trust.how', 'How to change them')}>
                <Commands trust={resource.value} />
              </Section>
            </>
          )}
        </>
      )}
    </PoliciesFrame>
  );
};
