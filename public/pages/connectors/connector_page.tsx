import React, { useState } from 'react';
import { useParams } from 'react-router-dom';
import { EuiButton } from '@elastic/eui';
import type { ConnectorView } from '../../../common/api/routes';
import { useMay } from '../../components/data/use_live';
import { ConnectorAction } from '../../components/facts/connector_action';
import { ConnectorTest } from '../../components/facts/connector_test';
import { Facts } from '../../components/facts/facts';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { PageLink } from '../../components/text/links';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { CONNECTOR_TONES, connectorStateWord, endsWords } from '../../format/connector_words';
import { durationText } from '../../format/duration';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { Day, StateNow } from './connector_list';
import { lengthOf, type Span } from './health_words';
import { CONNECTORS } from './paths';
import { TestDialog } from './test_dialog';
import { useConnectors, useHealth } from './use_connectors';

const REPEATED: Readonly<Record<ConnectorView['idempotency'], () => string>> = {
  key: () => say('connector.repeat.key', 'its target knows an order again and does it once'),
  set: () => say('connector.repeat.set', 'repeating an order changes nothing'),
  none: () => say('connector.repeat.none', 'each order counts, so none is repeated'),
};

const yesNo = (is: boolean): string => (is ? say('connector.yes', 'yes') : say('connector.no', 'no'));

const Now = ({ connector }: { connector: ConnectorView }) => (
  <Section title={say('connector.now', 'How it is')}>
    <Facts
      facts={[
        { name: say('connector.kind', 'Kind'), value: connector.kind },
        { name: say('connectors.state', 'State'), value: <StateNow connector={connector} /> },
        connector.authorised === undefined
          ? undefined
          : {
              name: say('connector.authorised', 'Its target takes our credentials'),
              value: connector.authorised ? yesNo(true) : <ToneText tone="bad">{say('connector.no', 'no')}</ToneText>,
            },
        connector.asked_at === undefined
          ? undefined
          : { name: say('connector.asked', 'Last asked'), value: <SinceText at={connector.asked_at} /> },
        {
          name: say('connectors.seen', 'An effect was last seen'),
          value:
            connector.seen_at === undefined ? (
              say('connectors.never_seen', 'never')
            ) : (
              <SinceText at={connector.seen_at} />
            ),
        },
        { name: say('connector.repeat', 'Repeating'), value: REPEATED[connector.idempotency]() },
        {
          name: say('connector.native', 'Ends effects by itself'),
          value: yesNo(connector.native_ttl),
        },
        {
          name: say('connector.settle', 'Takes effect within'),
          value:
            connector.settle_time_ms === 0
              ? say('connector.at_once', 'at once')
              : durationText(connector.settle_time_ms),
        },
        { name: say('connector.timeout', 'A call takes at most'), value: durationText(connector.request_timeout_ms) },
        {
          name: say('connector.retries', 'Tried again after'),
          value: connector.retries.length === 0 ? say('connector.nothing', 'nothing') : connector.retries.join(', '),
        },
      ]}
    />
  </Section>
);

/** The newest first; what was as it should be is no row. */
const spansToTell = (spans: readonly Span[]): readonly Span[] => spans.filter(({ state }) => state !== 'ok').reverse();

const LastDay = ({ spans }: { spans: readonly Span[] | undefined }) => {
  const told = spansToTell(spans ?? []);
  return (
    <Section title={say('connectors.day', 'Last 24 hours')} note={say('health.note', 'as this host saw it')}>
      <Day spans={spans} isWide />
      {told.length > 0 && (
        <SmallTable
          caption={say('health.table', 'When it was not as it should be')}
          columns={[
            { name: say('health.from', 'From') },
            { name: say('health.length', 'For') },
            { name: say('connectors.state', 'State') },
            { name: say('health.said', 'What it said') },
          ]}
          rows={told.slice(0, 50).map((span) => ({
            key: span.from,
            cells: [
              <MomentText key="from" at={span.from} />,
              durationText(lengthOf(span)),
              <ToneText key="state" tone={CONNECTOR_TONES[span.state]}>
                {connectorStateWord(span.state)}
              </ToneText>,
              span.text ?? '',
            ],
          }))}
        />
      )}
    </Section>
  );
};

interface Testing {
  readonly connector: ConnectorView;
  readonly onTest: (action: ConnectorView['actions'][number]) => void;
}

const Can = ({ connector, onTest }: Testing) => {
  const mayTest = useMay('admin');
  const isBusy = connector.test?.state === 'running';
  return (
    <Section
      title={say('connectors.can', 'What it can do')}
      {...(mayTest ? {} : { note: say('connector.test.forbidden', 'you need the admin role to test it') })}
    >
      <ul className="rfx-rows">
        {connector.actions.map((action) => (
          <ConnectorAction
            key={action.action}
            action={action}
            ends={endsWords(action, connector.native_ttl)}
            orders={
              action.test_on === undefined ? (
                <span className="rfx-small rfx-subdued">
                  {say('connector.test.cannot', 'cannot be tested: there is nothing harmless to test it on')}
                </span>
              ) : (
                <EuiButton
                  size="s"
                  isDisabled={!mayTest || isBusy}
                  aria-label={say('connector.test.label', 'Test {action} of {name}', {
                    action: actionTitle(action.action),
                    name: connector.name,
                  })}
                  onClick={() => onTest(action)}
                >
                  {say('connector.test.ask', 'Test…')}
                </EuiButton>
              )
            }
          />
        ))}
      </ul>
    </Section>
  );
};

const One = ({ connector, onChanged }: { connector: ConnectorView; onChanged: () => void }) => {
  const health = useHealth();
  const [action, setAction] = useState<ConnectorView['actions'][number]>();
  return (
    <>
      <div className="rfx-columns rfx-columns--even">
        <Now connector={connector} />
        <LastDay spans={health(connector.name)} />
      </div>
      {connector.test !== undefined && (
        <Section title={say('connector.test.last', 'Last self-test')} note={say('connector.test.here', 'of this host')}>
          <ConnectorTest test={connector.test} />
        </Section>
      )}
      <Can connector={connector} onTest={setAction} />
      {action !== undefined && (
        <TestDialog connector={connector} action={action} onDone={onChanged} onClose={() => setAction(undefined)} />
      )}
    </>
  );
};

/** One connector: how it is and was, what it can do, and its self-test. */
export const ConnectorPage = () => {
  const { name } = useParams<{ name: string }>();
  const resource = useConnectors();
  return (
    <PageFrame
      title={name}
      about={say('connector.about', 'how it is and was, what it can do, and its self-test')}
      actions={<PageLink to={CONNECTORS}>{say('connector.back', 'All connectors')}</PageLink>}
    >
      <Loaded resource={resource} what={name}>
        {({ connectors }) => {
          const connector = connectors.find((each) => each.name === name);
          return connector === undefined ? (
            <EmptyNote
              iconType="questionInCircle"
              title={say('connector.missing', 'This host has no connector of that name')}
            >
              <p>
                {say(
                  'connector.missing.about',
                  'It may not be in the settings, or have a fault there: the header says which.',
                )}
              </p>
            </EmptyNote>
          ) : (
            <One connector={connector} onChanged={resource.again} />
          );
        }}
      </Loaded>
    </PageFrame>
  );
};
