import React from 'react';
import type { TokenRight } from '../../../common/api/contract';
import type { TokenView } from '../../../common/api/routes';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';

/** What a right lets a program do. */
export const rightAbout = (right: TokenRight): string => {
  switch (right) {
    case 'intake':
      return say('tokens.right.intake', 'intake: hand in events');
    case 'alerting':
      return say('tokens.right.alerting', 'alerting: hand in messages of OpenSearch Alerting');
    case 'ask':
      return say('tokens.right.ask', 'ask: be told what would be decided');
    case 'act':
      return say('tokens.right.act', 'act: let what is permitted be executed; needs ask');
    case 'verdict':
      return say('tokens.right.verdict', 'verdict: say how a ticket that Reflex opened was closed');
    case 'metrics':
      return say('tokens.right.metrics', 'metrics: read the metrics');
  }
};

/** Whether it is taken, and until when. */
export const TokenState = ({ token: { state, expires, revoked } }: { token: TokenView }) => (
  <>
    {state === 'valid' && <ToneText tone="good">{say('tokens.valid', 'valid')}</ToneText>}
    {state === 'expired' && <ToneText tone="bad">{say('tokens.expired', 'expired')}</ToneText>}
    {state === 'revoked' && <ToneText tone="bad">{say('tokens.revoked', 'revoked')}</ToneText>}
    {revoked !== undefined && (
      <div className="rfx-small">
        {say('tokens.revoked.by', 'by {by}: {reason}', revoked)} <SinceText at={revoked.at} />
      </div>
    )}
    {revoked === undefined && (
      <div className="rfx-small">
        {expires === undefined ? (
          say('tokens.no_end', 'no end is set')
        ) : (
          <>
            {say('tokens.expires', 'expires')} <MomentText at={expires} />
          </>
        )}
      </div>
    )}
  </>
);

/** From where it is taken, how often, and with what. */
export const boundsOf = ({ networks, rate_per_minute: rate, certificate }: TokenView): readonly string[] => [
  networks.length === 0 ? say('tokens.anywhere', 'any address') : networks.join(', '),
  ...(rate === undefined ? [] : [say('tokens.rate', '{rate} a minute at each host', { rate })]),
  ...(certificate === undefined
    ? []
    : [say('tokens.certificate', 'with the certificate {certificate}', { certificate })]),
];
