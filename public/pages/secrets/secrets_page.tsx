import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { listSecrets, type SecretView } from '../../../common/api/routes';
import { STORED_PREFIX } from '../../../common/stored_secret';
import { useServices } from '../../components/data/services';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { say } from '../../i18n';
import { KeysSection } from './keys_section';
import { RemoveDialog } from './remove_dialog';
import { fromWords, SecretState } from './secret_words';
import { WriteDialog } from '../../components/dialogs/write_secret';

const TOPICS = ['secret'] as const;

/** What is being done; `name` without `stored:`. */
interface Doing {
  readonly what: 'rotate' | 'remove';
  readonly known: { readonly name: string; readonly version: number };
}

const From = ({ secret: { from, place, changed, stored } }: { secret: SecretView }) => (
  <>
    {fromWords(from)}
    {place !== undefined && <div className="rfx-small rfx-value">{place}</div>}
    {changed !== undefined && (
      <div className="rfx-small">
        {say('secrets.changed', 'changed')} <SinceText at={changed} />
      </div>
    )}
    {stored !== undefined && (
      <div className="rfx-small">
        {say('secrets.version', 'version {version} by {by}, key {key}', {
          version: stored.version,
          by: stored.by,
          key: stored.key,
        })}{' '}
        <SinceText at={stored.at} />
      </div>
    )}
  </>
);

const Users = ({ secret: { used_by, stored } }: { secret: SecretView }) => {
  const users = [...used_by, ...(stored?.used_elsewhere ?? [])];
  return users.length === 0 ? (
    <span className="rfx-subdued">{say('secrets.unused', 'nobody')}</span>
  ) : (
    <>{users.join(', ')}</>
  );
};

const Orders = ({ secret: { name, stored }, onDo }: { secret: SecretView; onDo: (doing: Doing) => void }) => {
  if (stored === undefined) return null;
  const known = { name: name.slice(STORED_PREFIX.length), version: stored.version };
  return (
    <>
      <EuiButtonEmpty
        size="xs"
        aria-label={say('secrets.rotate.label', 'Rotate {name}…', { name })}
        onClick={() => onDo({ what: 'rotate', known })}
      >
        {say('secrets.rotate', 'Rotate…')}
      </EuiButtonEmpty>
      <EuiButtonEmpty
        size="xs"
        color="danger"
        aria-label={say('secrets.remove.label', 'Remove {name}…', { name })}
        onClick={() => onDo({ what: 'remove', known })}
      >
        {say('secrets.remove', 'Remove…')}
      </EuiButtonEmpty>
    </>
  );
};

const Table = ({ secrets, onDo }: { secrets: readonly SecretView[]; onDo: (doing: Doing) => void }) => (
  <SmallTable
    caption={say('secrets.title', 'Secrets')}
    columns={[
      { name: say('secrets.name', 'Name') },
      { name: say('secrets.state', 'State') },
      { name: say('secrets.from', 'Where from') },
      { name: say('secrets.used_by', 'Used by') },
      { name: say('secrets.last_used', 'Last used') },
      { name: say('secrets.orders', 'Orders') },
    ]}
    rows={secrets.map((secret) => ({
      key: secret.name,
      cells: [
        secret.name,
        <SecretState key="state" secret={secret} />,
        <From key="from" secret={secret} />,
        <Users key="users" secret={secret} />,
        secret.last_used === undefined ? (
          say('secrets.never_used', 'not since the start')
        ) : (
          <SinceText key="last" at={secret.last_used} />
        ),
        <Orders key="orders" secret={secret} onDo={onDo} />,
      ],
    }))}
  />
);

const Secrets = () => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(listSecrets), [api]),
    TOPICS,
  );
  const [doing, setDoing] = useState<Doing | 'write'>();
  const title = say('secrets.title', 'Secrets');
  const close = (): void => setDoing(undefined);
  return (
    <>
      <Loaded resource={resource} what={title}>
        {({ secrets, keys }) => (
          <>
            <Section
              title={title}
              note={say('secrets.note', 'of the host that answers here; nothing tells what one is')}
              actions={
                keys[0]?.state === 'there' ? (
                  <EuiButton size="s" fill onClick={() => setDoing('write')}>
                    {say('secrets.write', 'Store a secret…')}
                  </EuiButton>
                ) : undefined
              }
            >
              {secrets.length === 0 ? (
                <EmptyNote iconType="lock" title={say('secrets.none', 'This host has no secret')}>
                  <p>
                    {say('secrets.none.about', 'The settings name none, none is stored, and nothing asked for one.')}
                  </p>
                </EmptyNote>
              ) : (
                <Table secrets={secrets} onDo={setDoing} />
              )}
            </Section>
            <KeysSection
              keys={keys}
              hasOlder={secrets.some(({ stored }) => stored?.newest_key === false)}
              onChanged={resource.again}
            />
          </>
        )}
      </Loaded>
      {doing === 'write' && <WriteDialog onDone={resource.again} onClose={close} />}
      {doing !== undefined && doing !== 'write' && doing.what === 'rotate' && (
        <WriteDialog known={doing.known} onDone={resource.again} onClose={close} />
      )}
      {doing !== undefined && doing !== 'write' && doing.what === 'remove' && (
        <RemoveDialog known={doing.known} onDone={resource.again} onClose={close} />
      )}
    </>
  );
};

/** The secrets of this host: where each is, how it is, who uses it; writing those that are stored. */
export const SecretsPage = () => {
  const mayAdmin = useMay('admin');
  return (
    <PageFrame
      title={say('secrets.title', 'Secrets')}
      about={say('secrets.about', 'what connectors, sources and receivers prove themselves with')}
      actions={mayAdmin ? <PageLink to="/tokens">{say('tokens.title', 'Tokens')}</PageLink> : undefined}
    >
      {mayAdmin ? (
        <Secrets />
      ) : (
        <EmptyNote iconType="lock" title={say('secrets.forbidden', 'You need the admin role')}>
          <p>{say('secrets.forbidden.about', 'Even the names of secrets are for admins only.')}</p>
        </EmptyNote>
      )}
    </PageFrame>
  );
};
