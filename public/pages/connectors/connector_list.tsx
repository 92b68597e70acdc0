import React from 'react';
import type { ConnectorView } from '../../../common/api/routes';
import { DrawMore } from '../../components/layout/draw_more';
import { useDrawn } from '../../components/data/use_drawn';
import { PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { CONNECTOR_TONES, connectorStateWord, endsWords } from '../../format/connector_words';
import { percentText } from '../../format/numbers';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { HealthLine } from './health_line';
import { dayWords, type Span } from './health_words';
import { connectorPath } from './paths';

/** How it is now, and why not better. */
export const StateNow = ({ connector: { state, text, since } }: { connector: ConnectorView }) => (
  <>
    <ToneText tone={CONNECTOR_TONES[state]}>{connectorStateWord(state)}</ToneText>
    {state !== 'ok' && text !== '' && (
      <div className="rfx-small">
        <Sentence text={text} />
      </div>
    )}
    {since !== undefined && (
      <div className="rfx-small rfx-subdued">
        {say('connectors.since', 'since')} <SinceText at={since} />
      </div>
    )}
  </>
);

/** The last day as a line, and in words below it. */
export const Day = ({ spans, isWide = false }: { spans: readonly Span[] | undefined; isWide?: boolean }) =>
  spans === undefined ? (
    <span className="rfx-subdued">…</span>
  ) : (
    <>
      <HealthLine spans={spans} isWide={isWide} />
      <div className="rfx-small rfx-subdued">{dayWords(spans)}</div>
    </>
  );

const ActionLine = ({ action, isNative }: { action: ConnectorView['actions'][number]; isNative: boolean }) => (
  <li>
    {actionTitle(action.action)}
    {action.cannot !== undefined && (
      <>
        {' '}
        <ToneText tone="bad">{say('connector.cannot', 'cannot act now')}</ToneText>
      </>
    )}
    <div className="rfx-small rfx-subdued">
      {[
        action.promises === undefined
          ? say('connectors.unstated', 'does not say what it takes away')
          : say('connectors.takes', 'takes away {share}', { share: percentText(action.promises.disruption.usual) }),
        endsWords(action, isNative),
      ].join('; ')}
    </div>
  </li>
);

const LastSeen = ({ connector: { seen_at, test } }: { connector: ConnectorView }) => (
  <>
    {seen_at === undefined ? (
      <span className="rfx-subdued">{say('connectors.never_seen', 'never')}</span>
    ) : (
      <SinceText at={seen_at} />
    )}
    {test !== undefined && (
      <div className="rfx-small">
        <ToneText tone={test.state === 'passed' ? 'good' : test.state === 'failed' ? 'bad' : 'busy'}>
          {test.state === 'passed'
            ? say('connectors.test.passed', 'self-test passed')
            : test.state === 'failed'
              ? say('connectors.test.failed', 'self-test failed')
              : say('connectors.test.running', 'self-test under way')}
        </ToneText>
      </div>
    )}
  </>
);

interface ConnectorListProps {
  readonly connectors: readonly ConnectorView[];
  readonly health: (name: string) => readonly Span[] | undefined;
}

const Card = ({ connector, spans }: { connector: ConnectorView; spans: readonly Span[] | undefined }) => (
  <li className="rfx-connector" aria-label={connector.name}>
    <div>
      <PageLink to={connectorPath(connector.name)}>{connector.name}</PageLink>
      <div className="rfx-small rfx-subdued">{connector.kind}</div>
    </div>
    <div>
      <StateNow connector={connector} />
    </div>
    <div>
      <div className="rfx-small rfx-subdued">{say('connectors.day', 'Last 24 hours')}</div>
      <Day spans={spans} />
    </div>
    <ul className="rfx-plain" aria-label={say('connectors.can.label', 'What {name} can do', { name: connector.name })}>
      {connector.actions.map((action) => (
        <ActionLine key={action.action} action={action} isNative={connector.native_ttl} />
      ))}
    </ul>
    <div>
      <div className="rfx-small rfx-subdued">{say('connectors.seen', 'An effect was last seen')}</div>
      <LastSeen connector={connector} />
    </div>
  </li>
);

/** Every connector in short: how it is and was, what it can do, and how that ends. */
export const ConnectorList = ({ connectors, health }: ConnectorListProps) => {
  const drawn = useDrawn(connectors.length);
  return (
    <>
      <ul className="rfx-rows">
        {connectors.slice(0, drawn.drawn).map((connector) => (
          <Card key={connector.name} connector={connector} spans={health(connector.name)} />
        ))}
      </ul>
      <DrawMore {...drawn} />
    </>
  );
};
