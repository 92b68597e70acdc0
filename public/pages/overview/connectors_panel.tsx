import React from 'react';
import { Section } from '../../components/layout/section';
import { ToneText } from '../../components/text/tone_text';
import { useMay, useStatusPart } from '../../components/data/use_live';
import { PageLink } from '../../components/text/links';
import { CONNECTOR_TONES, connectorStateWord } from '../../format/connector_words';
import { actionTitle } from '../../format/words';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import { ConnectorDetails } from './connector_details';

/** The systems that can act, how they are, and what they can do. */
export const ConnectorsPanel = () => {
  const connectors = useStatusPart('connectors') ?? [];
  const stops = useStatusPart('stops') ?? [];
  const mayAdmin = useMay('admin');
  const isTripped = (name: string): boolean =>
    stops.some(({ scope, breaker }) => scope === `connector:${name}` && breaker !== undefined);
  return (
    <Section
      title={say('connectors.title', 'Connectors')}
      actions={
        <>
          <PageLink to="/connectors">{say('connectors.all', 'All of them')}</PageLink>{' '}
          {mayAdmin && <PageLink to="/secrets">{say('connectors.secrets', 'Their secrets')}</PageLink>}
        </>
      }
    >
      {connectors.length === 0 ? (
        <p className="rfx-subdued">
          {say('connectors.none', 'No connector is configured: Reflex decides and records, and executes nothing.')}
        </p>
      ) : (
        <ul className="rfx-rows">
          {connectors.map(({ name, kind, state, text, actions, cannot = [] }) => (
            <li key={name}>
              <div className="rfx-rows__line">
                <strong>{name}</strong> <span className="rfx-subdued">{kind}</span>
                <ToneText tone={CONNECTOR_TONES[state]}>{connectorStateWord(state)}</ToneText>
                {isTripped(name) && (
                  <ToneText tone="bad">{say('connector.tripped', 'stopped by its breaker')}</ToneText>
                )}
              </div>
              {state !== 'ok' && text !== '' && (
                <div className="rfx-small">
                  <Sentence text={text} />
                </div>
              )}
              {cannot.length > 0 && (
                <div className="rfx-small">
                  <ToneText tone="bad">
                    {say('connector.cannot_list', 'cannot act now: {actions}', {
                      actions: cannot.map(actionTitle).join(', '),
                    })}
                  </ToneText>
                </div>
              )}
              <div className="rfx-small rfx-subdued">{actions.map(actionTitle).join(', ')}</div>
              <ConnectorDetails name={name} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
};
