import React from 'react';
import type { ActProgress, ProgressStatus } from '../../../common/api/progress';
import { actStatusWords, lastsNoLonger, stopReasonWords } from '../../format/act_status';
import { say } from '../../i18n';
import { MomentText } from '../text/moment_text';
import { ToneText } from '../text/tone_text';
import { HowItEnded } from './act_state';

/** The end of an effect beside how it is: what is being undone, or gone, is not there until then. */
const Until = ({ status, until }: { readonly status: ProgressStatus; readonly until: string }) => {
  const isThere = status === 'present';
  const words = isThere
    ? say('act_fate.until', 'until')
    : lastsNoLonger(status)
      ? say('act_fate.was_to_end', 'it was to end at')
      : say('act_fate.ends', 'it ends at');
  return (
    <>
      {isThere ? ' ' : '; '}
      {words} <MomentText at={until} />
    </>
  );
};

/** How one act of a row fares, with the one thing that matters most about it. */
export const ActFate = ({ progress }: { progress: ActProgress }) => {
  const { status, until, ended, stop_reason, resolution } = progress;
  const { word, tone } = actStatusWords(status);
  return (
    <ToneText tone={tone}>
      {status === 'stopped' && stop_reason
        ? say('decisions.act.stopped', 'stopped: {reason}', { reason: stopReasonWords(stop_reason) })
        : word}
      {until && <Until status={status} until={until} />}
      {ended?.at !== undefined && <HowItEnded ended={ended} />}
      {status === 'refused' && resolution && (
        <> {say('decisions.act.refused', 'by {by}: “{reason}”', { by: resolution.by, reason: resolution.reason })}</>
      )}
    </ToneText>
  );
};
