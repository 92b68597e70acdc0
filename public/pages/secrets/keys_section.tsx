import React, { useState } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import { rekeySecrets, type SecretKeyView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

const KeyState = ({ view: { state, why } }: { view: SecretKeyView }) => {
  if (state === 'there') return <ToneText tone="good">{say('secrets.there', 'present')}</ToneText>;
  return (
    <>
      <ToneText tone="bad">
        {state === 'missing' ? say('secrets.missing', 'missing') : say('secrets.key.unusable', 'no key')}
      </ToneText>
      {why !== undefined && (
        <div className="rfx-small">
          <Sentence text={why} />
        </div>
      )}
    </>
  );
};

const usageWords = ({ seals, sealed }: SecretKeyView): string => {
  if (seals) return say('secrets.key.seals', 'encrypts what is written');
  return sealed === 0
    ? say('secrets.key.idle', 'used by nothing any more: it can be taken out of the settings')
    : say('secrets.key.opens', 'decrypts only');
};

const NoKey = () => (
  <EuiCallOut
    size="s"
    iconType="iInCircle"
    title={say('secrets.no_key', 'No secret can be stored: the settings name no key')}
  >
    <p>
      <Sentence
        text={say(
          'secrets.no_key.about',
          'Make one with `openssl rand -base64 32`, put it into a file or the keystore of every host, and name it in `secret_keys`. The guide “Secrets” in docs/guides/secrets.md shows how.',
        )}
      />
    </p>
  </EuiCallOut>
);

const RekeyDialog = ({ onDone, onClose }: { onDone: () => void; onClose: () => void }) => {
  const { api } = useServices();
  const tell = useTell();
  const rekey = useAction((reason: string) => api.call(rekeySecrets, { body: { reason } }));
  const [left, setLeft] = useState<ReadonlyArray<{ readonly name: string; readonly why: string }>>([]);
  const confirm = async (reason: string): Promise<void> => {
    const done = await rekey.run(reason);
    if (done === undefined) return;
    tell(
      say('secrets.rekeyed', '{count} secrets are encrypted with {key} now', {
        count: done.sealed.length,
        key: done.key,
      }),
    );
    onDone();
    if (done.left.length === 0) onClose();
    else setLeft(done.left);
  };
  return (
    <ReasonDialog
      title={say('secrets.rekey.title', 'Encrypt with the first key?')}
      confirm={say('secrets.rekey.confirm', 'Encrypt')}
      pending={rekey.pending}
      problem={rekey.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'secrets.rekey.about',
          'Every stored secret that another key encrypts is encrypted anew. A host that has not the first key goes on with what it knows, and says so.',
        )}
      </p>
      {left.length > 0 && (
        <EuiCallOut
          size="s"
          color="warning"
          title={say('secrets.rekey.left', '{count} are as they were', { count: left.length })}
        >
          <ul>
            {left.map(({ name, why }) => (
              <li key={name}>
                {name}: <Sentence text={why} />
              </li>
            ))}
          </ul>
        </EuiCallOut>
      )}
    </ReasonDialog>
  );
};

/** The keys that encrypt what is stored; never what they are. */
export const KeysSection = ({
  keys,
  hasOlder,
  onChanged,
}: {
  keys: readonly SecretKeyView[];
  hasOlder: boolean;
  onChanged: () => void;
}) => {
  const [asks, setAsks] = useState(false);
  const title = say('secrets.keys.title', 'Keys of the stored secrets');
  return (
    <Section
      title={title}
      actions={
        hasOlder ? (
          <EuiButton size="s" onClick={() => setAsks(true)}>
            {say('secrets.rekey', 'Encrypt with the first key…')}
          </EuiButton>
        ) : undefined
      }
    >
      {keys.length === 0 ? (
        <NoKey />
      ) : (
        <SmallTable
          caption={title}
          columns={[
            { name: say('secrets.key.id', 'Key') },
            { name: say('secrets.key.secret', 'Held by the secret') },
            { name: say('secrets.state', 'State') },
            { name: say('secrets.key.use', 'Use') },
            { name: say('secrets.key.count', 'Secrets'), number: true },
          ]}
          rows={keys.map((view) => ({
            key: view.id,
            cells: [
              view.id,
              view.secret,
              <KeyState key="state" view={view} />,
              usageWords(view),
              countText(view.sealed),
            ],
          }))}
        />
      )}
      {asks && <RekeyDialog onDone={onChanged} onClose={() => setAsks(false)} />}
    </Section>
  );
};
