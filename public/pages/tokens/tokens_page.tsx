import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { listTokens, type TokenView } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { say } from '../../i18n';
import { MadeDialog } from './made_dialog';
import { MakeDialog } from './make_dialog';
import { RevokeDialog } from './revoke_dialog';
import { boundsOf, TokenState } from './token_words';

type Doing =
  | { readonly what: 'make' }
  | { readonly what: 'made'; readonly name: string; readonly token: string }
  | { readonly what: 'revoke'; readonly name: string };

const Origin = ({ token: { made, owners } }: { token: TokenView }) => (
  <>
    {made === undefined ? (
      say('tokens.of_settings', 'settings of this host')
    ) : (
      <>
        {say('tokens.made_by', 'made by {by}', { by: made.by })} <SinceText at={made.at} />
      </>
    )}
    {owners.length > 0 && (
      <div className="rfx-small">{say('tokens.owners', 'owned by {owners}', { owners: owners.join(', ') })}</div>
    )}
  </>
);

const Table = ({ tokens, onDo }: { tokens: readonly TokenView[]; onDo: (doing: Doing) => void }) => (
  <SmallTable
    caption={say('tokens.title', 'Tokens')}
    columns={[
      { name: say('tokens.name', 'Name') },
      { name: say('tokens.may', 'May') },
      { name: say('tokens.state', 'State') },
      { name: say('tokens.bounds', 'Taken from') },
      { name: say('tokens.origin', 'Origin') },
      { name: say('tokens.last_used', 'Last used') },
      { name: say('tokens.orders', 'Orders') },
    ]}
    rows={tokens.map((token) => ({
      key: token.name,
      cells: [
        token.name,
        token.may.join(', '),
        <TokenState key="state" token={token} />,
        boundsOf(token).join('; '),
        <Origin key="origin" token={token} />,
        token.last_used === undefined ? (
          say('tokens.never_used', 'not here since the start')
        ) : (
          <SinceText key="last" at={token.last_used} />
        ),
        token.state === 'revoked' ? null : (
          <EuiButtonEmpty
            key="revoke"
            size="xs"
            color="danger"
            aria-label={say('tokens.revoke.label', 'Revoke {name}…', { name: token.name })}
            onClick={() => onDo({ what: 'revoke', name: token.name })}
          >
            {say('tokens.revoke', 'Revoke…')}
          </EuiButtonEmpty>
        ),
      ],
    }))}
  />
);

const Tokens = () => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(listTokens), [api]),
    [],
  );
  const [doing, setDoing] = useState<Doing>();
  const title = say('tokens.title', 'Tokens');
  const close = (): void => setDoing(undefined);
  return (
    <>
      <Loaded resource={resource} what={title}>
        {({ tokens }) => (
          <Section
            title={title}
            note={say('tokens.note', 'last use is at the host that answers here')}
            actions={
              <EuiButton size="s" fill onClick={() => setDoing({ what: 'make' })}>
                {say('tokens.make', 'Make a token…')}
              </EuiButton>
            }
          >
            {tokens.length === 0 ? (
              <EmptyNote iconType="key" title={say('tokens.none', 'There is no token')}>
                <p>{say('tokens.none.about', 'No program can call Reflex until one is made.')}</p>
              </EmptyNote>
            ) : (
              <Table tokens={tokens} onDo={setDoing} />
            )}
          </Section>
        )}
      </Loaded>
      {doing?.what === 'make' && (
        <MakeDialog
          onMade={(made) => {
            setDoing({ what: 'made', ...made });
            resource.again();
          }}
          onClose={close}
        />
      )}
      {doing?.what === 'made' && <MadeDialog made={doing} onClose={close} />}
      {doing?.what === 'revoke' && <RevokeDialog name={doing.name} onDone={resource.again} onClose={close} />}
    </>
  );
};

/** What programs call with: who holds it, what it may, and its end. */
export const TokensPage = () => {
  const mayAdmin = useMay('admin');
  return (
    <PageFrame
      title={say('tokens.title', 'Tokens')}
      about={say('tokens.about', 'what programs prove themselves with when they call Reflex')}
    >
      {mayAdmin ? (
        <Tokens />
      ) : (
        <EmptyNote iconType="lock" title={say('tokens.forbidden', 'You need the admin role')}>
          <p>{say('tokens.forbidden.about', 'Even the names of tokens are for admins only.')}</p>
        </EmptyNote>
      )}
    </PageFrame>
  );
};
