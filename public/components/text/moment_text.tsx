import React from 'react';
import { countdownText } from '../../format/duration';
import { msOf, shortTime, wholeTime } from '../../format/time';
import { say } from '../../i18n';
import { useNow } from '../data/use_now';

/** When something was, as the host writes moments; the tooltip names the zone. The machine-readable form is UTC. */
export const MomentText = ({ at }: { at: string }) => {
  const now = useNow();
  return (
    <time dateTime={at} title={wholeTime(msOf(at))}>
      {shortTime(msOf(at), now)}
    </time>
  );
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
