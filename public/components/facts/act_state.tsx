import React from 'react';
import type { ActProgress, StandingView } from '../../../common/api/progress';
import { ReappliedNote } from './reapplied_note';
import { actStatusWords, lastsNoLonger, stopReasonWords } from '../../format/act_status';
import { say } from '../../i18n';
import { Countdown } from '../text/countdown';
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

/** When and how it ended, as far as the record of that was found. */
export const HowItEnded = ({ ended }: { ended: NonNullable<ActProgress['ended']> }) => {
  const { at, by, text } = ended;
  if (at === undefined) return null;
  return (
    <span>
      {' '}
      <MomentText at={at} />
      {by !== undefined && by !== 'reflex' && <> {say('act_state.by', 'by {by}', { by })}</>}
      {text && (
        <>
          : <Sentence text={text} />
        </>
      )}
    </span>
  );
};

const forWords = ({ name }: StandingView): string => say('resolution.for', '(for {name}, who was away)', { name });

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
        {status === 'stopped' && !text && progress.stop_reason && (
          <span>: {stopReasonWords(progress.stop_reason)}</span>
        )}
        {progress.ended && <HowItEnded ended={progress.ended} />}
      </ToneText>
      {progress.reapplied && <ReappliedNote reapplied={progress.reapplied} />}
      {progress.until && (
        <div className="rfx-small">
          {lastsNoLonger(status) ? (
            <>
              {say('act_state.was_to_end', 'was to end at')} <MomentText at={progress.until} />
            </>
          ) : (
            <>
              {say('act_state.until', 'ends')} <Countdown until={progress.until} />
            </>
          )}
        </div>
      )}
      {resolution && (
        <div className="rfx-small">
          {resolutionText(resolution)}
          {resolution.stands_for && ` ${forWords(resolution.stands_for)}`} <MomentText at={resolution.at} />
          {resolution.others?.map(({ by, reason, at, stands_for }) => (
            <div key={by}>
              {say('resolution.approved', 'approved by {by}: “{reason}”', { by, reason })}
              {stands_for && ` ${forWords(stands_for)}`} <MomentText at={at} />
            </div>
          ))}
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
