import React, { useMemo, useState } from 'react';
import type { ConnectorView } from '../../../common/api/routes';
import { useMay } from '../../components/data/use_live';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { TextFilter } from '../../components/layout/text_filter';
import { PageLink } from '../../components/text/links';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { ConnectorList } from './connector_list';
import { NEW_CONNECTOR } from './paths';
import { useConnectors, useHealth } from './use_connectors';

/** From so many on nobody finds one by looking. */
const MANY = 8;

const says = ({ name, kind, state, actions }: ConnectorView, text: string): boolean =>
  [name, kind, state, ...actions.map(({ action }) => `${action} ${actionTitle(action)}`)].some((each) =>
    each.toLowerCase().includes(text.trim().toLowerCase()),
  );

const None = ({ mayAdmin }: { mayAdmin: boolean }) => (
  <EmptyNote
    iconType="plugged"
    title={say('connectors.empty', 'No connector is configured')}
    actions={
      mayAdmin ? <PageLink to={NEW_CONNECTOR}>{say('connectors.new', 'Configure a connector')}</PageLink> : undefined
    }
  >
    <p>{say('connectors.empty.about', 'Reflex decides and records, and executes nothing.')}</p>
  </EmptyNote>
);

const Listed = ({ connectors }: { connectors: readonly ConnectorView[] }) => {
  const health = useHealth();
  const [text, setText] = useState('');
  const shown = useMemo(() => connectors.filter((each) => says(each, text)), [connectors, text]);
  return (
    <Section
      title={say('connectors.here', 'Of this host')}
      note={say('connectors.count', '{count} of 64 at the most', { count: connectors.length })}
      actions={
        connectors.length >= MANY ? (
          <TextFilter label={say('connectors.filter', 'Name, kind, state or action')} value={text} onChange={setText} />
        ) : undefined
      }
    >
      {shown.length === 0 ? (
        <p className="rfx-subdued" role="status">
          {say('connectors.no_match', 'No connector has that in its name, kind, state or actions.')}
        </p>
      ) : (
        <ConnectorList connectors={shown} health={health} />
      )}
    </Section>
  );
};

/** The systems that act, how they are and were, and what they can do. */
export const ConnectorsPage = () => {
  const resource = useConnectors();
  const mayAdmin = useMay('admin');
  const title = say('connectors.title', 'Connectors');
  return (
    <PageFrame
      title={title}
      about={say('connectors.about', 'the systems that act, how they are, and what they can do')}
      actions={
        <>
          {mayAdmin && (
            <>
              <PageLink to={NEW_CONNECTOR}>{say('connectors.new', 'Configure a connector')}</PageLink>{' '}
              <PageLink to="/secrets">{say('connectors.secrets', 'Their secrets')}</PageLink>{' '}
            </>
          )}
          <PageLink to="/setup">{say('setup.title', 'Set-up')}</PageLink>
        </>
      }
    >
      <Loaded resource={resource} what={title}>
        {({ connectors }) =>
          connectors.length === 0 ? <None mayAdmin={mayAdmin} /> : <Listed connectors={connectors} />
        }
      </Loaded>
    </PageFrame>
  );
};
