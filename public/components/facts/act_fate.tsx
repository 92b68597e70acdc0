import React from 'react';
import type { ActProgress } from '../../../common/api/progress';
import { actStatusWords, stopReasonWords } from '../../format/act_status';
import { say } from '../../i18n';
import { MomentText } from '../text/moment_text';
import { ToneText } from '../text/tone_text';
import { HowItEnded } from './act_state';

/** How one act of a row fares, with the one thing that matters most about it. */
export const ActFate = ({ progress }: { progress: ActProgress }) => {
  const { status, until, ended, stop_reason, resolution } = progress;
  const { word, tone } = actStatusWords(status);
  return (
    <ToneText tone={tone}>
      {status === 'stopped' && stop_reason
        ? say('decisions.act.stopped', 'stopped: {reason}', { reason: stopReasonWords(stop_reason) })
        : word}
      {until && (
        <>
          {' '}
          {say('decisions.act.until', 'until')} <MomentText at={until} />
        </>
      )}
      {ended?.at !== undefined && <HowItEnded ended={ended} />}
      {status === 'refused' && resolution && (
        <> {say('decisions.act.refused', 'by {by}: “{reason}”', { by: resolution.by, reason: resolution.reason })}</>
      )}
    </ToneText>
  );
};
