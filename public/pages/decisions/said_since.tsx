import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { SeverityMark } from '../../components/facts/badges';
import { SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';

type Since = NonNullable<DecisionDetail['since']>;

const Reported = ({ updates, severity }: Pick<Since, 'updates' | 'severity'>) =>
  updates === undefined ? null : (
    <p className="rfx-small">
      {say(
        'since.updates',
        '{count, plural, one {Its source reported it once more} other {Its source reported it # times more}}, last',
        {
          count: updates.count,
        },
      )}{' '}
      <SinceText at={updates.at} />
      {severity === undefined ? null : (
        <>
          {' '}
          {say('since.severity', 'and says now')} <SeverityMark severity={severity} />
        </>
      )}
    </p>
  );

/** What the source said since the decision was made, and what comes of it. */
export const SaidSince = ({ since }: { since: DecisionDetail['since'] }) => {
  if (since === undefined) return null;
  const { updates, severity, outdated, acknowledged, acknowledged_by: by, over } = since;
  return (
    <>
      <Reported {...{ updates, severity }} />
      {outdated === true && (
        <ToneText tone="calm">
          {say('since.outdated', 'It is decided again by what its source says now, within some seconds.')}
        </ToneText>
      )}
      {acknowledged === true && (
        <p className="rfx-small">
          {by === 'reflex'
            ? say('since.acknowledged.reflex', 'Reflex acknowledged its alert, as it is contained.')
            : say('since.acknowledged', 'Somebody has taken it at its source.')}
        </p>
      )}
      {over === true && <p className="rfx-small">{say('since.over', 'Its source says that it is over.')}</p>}
    </>
  );
};
