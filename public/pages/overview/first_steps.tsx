import React from 'react';
import { EuiCodeBlock } from '@elastic/eui';
import { postEvents } from '../../../common/api/routes';
import { CopyButton } from '../../components/text/copy_button';
import { PageLink } from '../../components/text/links';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { useStatusPart } from '../../components/data/use_live';
import { say } from '../../i18n';
import { ConnectorsPanel } from './connectors_panel';

/** The token as a shell would get it: read from its file if that is known, else from a variable. */
const tokenText = (hint: string | undefined): string => (hint?.startsWith('/') ? `$(cat '${hint}')` : '$REFLEX_TOKEN');

/** The line that sends one event from an address of the documentation range. */
const curlLine = (address: string, at: string, hint?: string): string =>
  [
    `curl -X POST ${address}`,
    `-H 'content-type: application/json' -H "authorization: Bearer ${tokenText(hint)}"`,
    `-d '${JSON.stringify({
      event_id: 'hello-1',
      timestamp: at,
      confidence: 0.9,
      severity: 'high',
      source: { ip: '203.0.113.7' },
      rule: { name: 'my first rule', origin: 'known_ioc' },
    })}'`,
  ].join(' \\\n  ');

/** What to do on a fresh installation: send an event, read the policies, and know what happens until then. */
export const FirstSteps = () => {
  const { addressOf } = useServices();
  const hint = useStatusPart('intake_hint');
  const asOf = useStatusPart('as_of') ?? new Date().toISOString();
  const mode = useStatusPart('mode');
  const policies = useStatusPart('bundle')?.policies;
  const line = curlLine(addressOf(postEvents.path), asOf, hint);
  return (
    <div className="rfx-columns">
      <div className="rfx-columns__main">
        <Section
          title={say('first.title', 'Nothing has come in yet')}
          note={
            mode === 'observing'
              ? say('first.observing', 'Reflex observes: whatever you send, nothing is executed')
              : undefined
          }
        >
          <ol className="rfx-first">
            <li>
              <h3>{say('first.send', 'Send an event')}</h3>
              <p>
                {say(
                  'first.send.about',
                  'Its source is an address of the range for documentation: it belongs to nobody.',
                )}
              </p>
              <EuiCodeBlock paddingSize="s" fontSize="s" isCopyable={false}>
                {line}
              </EuiCodeBlock>
              <CopyButton text={line} label={say('first.copy', 'Copy the line')} />
              {hint && (
                <p className="rfx-subdued">
                  {say('first.token', 'The token of this host is in')} <code>{hint}</code>
                </p>
              )}
            </li>
            <li>
              <h3>{say('first.policies', 'Read what would be decided')}</h3>
              <p>
                {policies === undefined
                  ? say('first.policies.none', 'No policies are in force yet.')
                  : say('first.policies.count', '{count} policies are in force.', { count: policies })}{' '}
                <PageLink to="/policies">{say('first.policies.open', 'Open Policies')}</PageLink>{' '}
                {say('first.policies.try', 'and try an event on one of them: nothing is kept and nothing is done.')}
              </p>
            </li>
            <li>
              <h3>{say('first.alerting', 'Connect your detections')}</h3>
              <p>
                {say(
                  'first.alerting.about',
                  'Monitors of OpenSearch Alerting are followed without set-up; other systems send to the address above.',
                )}
              </p>
            </li>
          </ol>
        </Section>
      </div>
      <div className="rfx-columns__side">
        <ConnectorsPanel />
      </div>
    </div>
  );
};
