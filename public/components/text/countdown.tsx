import React from 'react';
import { countdownText } from '../../format/duration';
import { msOf, shortTime, wholeTime } from '../../format/time';
import { say } from '../../i18n';
import { useNow } from '../data/use_now';

interface CountdownProps {
  readonly until: string;
  /** What is said once the time is over, given how long ago that was. */
  readonly over?: (length: string) => string;
}

const SOON_MS = 60_000;

/** How long until something ends, ticking, and the time at which it does. */
export const Countdown = ({ until, over }: CountdownProps) => {
  const now = useNow();
  const left = msOf(until) - now;
  const late = over ?? ((length) => say('countdown.over', 'over since {length}', { length }));
  const text =
    left > 0 ? say('countdown.in', 'in {length}', { length: countdownText(left) }) : late(countdownText(-left));
  const urgency = left <= 0 ? 'over' : left <= SOON_MS ? 'soon' : 'calm';
  return (
    <span className={`rfx-countdown rfx-countdown--${urgency}`}>
      <span className="rfx-countdown__left">{text}</span>{' '}
      <time dateTime={until} title={wholeTime(msOf(until))} className="rfx-subdued">
        {shortTime(msOf(until), now)}
      </time>
    </span>
  );
};
