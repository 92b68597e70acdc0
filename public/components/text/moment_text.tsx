import React from 'react';
import { countdownText } from '../../format/duration';
import { msOf, shortTime } from '../../format/time';
import { say } from '../../i18n';
import { useNow } from '../data/use_now';

/** When something was: clock time in the reader's zone. The machine-readable form is UTC. */
export const MomentText = ({ at }: { at: string }) => {
  const now = useNow();
  return <time dateTime={at}>{shortTime(msOf(at), now)}</time>;
};

/** The same with its distance: `03:12:04 (4 min 10 s ago)`. */
export const SinceText = ({ at }: { at: string }) => {
  const now = useNow();
  const ago = Math.max(0, now - msOf(at));
  return (
    <span className="rfx-since">
      <MomentText at={at} />{' '}
      <span className="rfx-subdued">{say('time.ago', '({length} ago)', { length: countdownText(ago) })}</span>
    </span>
  );
};
