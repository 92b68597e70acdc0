import React from 'react';
import type { ActProgress } from '../../../common/api/views';
import { actStatusWords } from '../../format/act_status';
import { say } from '../../i18n';
import { MomentText } from '../text/moment_text';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

type Resolution = NonNullable<ActProgress['resolution']>;

const resolutionText = ({ verb, by, reason }: Resolution): string => {
  switch (verb) {
    case 'approved':
      return say('resolution.approved', 'approved by {by}: “{reason}”', { by, reason });
    case 'denied':
      return say('resolution.denied', 'denied by {by}: “{reason}”', { by, reason });
    case 'expired':
      return say('resolution.expired', 'expired: {reason}', { reason });
    case 'lifted':
      return say('resolution.lifted', 'lifted by {by}: “{reason}”', { by, reason });
  }
};

/** How one act fares, why, and who had a word in it. */
export const ActState = ({ progress }: { progress: ActProgress }) => {
  const { word, tone } = actStatusWords(progress.status);
  const { status, resolution } = progress;
  // Once a person or the time has decided, why it waited is over.
  const text = status === 'refused' || status === 'expired' ? undefined : progress.text;
  return (
    <div className="rfx-act-state">
      <ToneText tone={tone}>
        {word}
        {text && (
          <span>
            : <Sentence text={text} />
          </span>
        )}
      </ToneText>
      {resolution && (
        <div className="rfx-small">
          {resolutionText(resolution)} <MomentText at={resolution.at} />
          {!resolution.four_eyes && resolution.verb === 'approved' && (
            <span className="rfx-tone--warn">
              {' '}
              {say('resolution.two_eyes', '(single-user mode: no second person)')}
            </span>
          )}
        </div>
      )}
    </div>
  );
};
