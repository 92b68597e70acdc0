import React from 'react';
import type { StopView } from '../../common/api/views';
import { MomentText } from '../components/text/moment_text';
import { countText } from '../format/numbers';
import { say } from '../i18n';

type Breaker = NonNullable<StopView['breaker']>;

const Next = ({ breaker: { trying, probe_at } }: { breaker: Breaker }) => {
  if (trying) return <>{say('breaker.trying', 'one act is let through to try it')}</>;
  if (probe_at === undefined) return <>{say('breaker.person', 'stays so until somebody resets it')}</>;
  return (
    <>
      {say('breaker.probe', 'one act tries it from')} <MomentText at={probe_at} />
    </>
  );
};

/** What a breaker saw, since when, and what happens next. */
export const BreakerNext = ({ breaker }: { breaker: Breaker }) => (
  <>
    {say('breaker.seen', '{wrong} of {of} since', { wrong: countText(breaker.wrong), of: countText(breaker.of) })}{' '}
    <MomentText at={breaker.since} />;{' '}
    {breaker.round > 1 && (
      <>
        {say('breaker.failed', '{trials, plural, one {# trial failed} other {# trials failed}}', {
          trials: breaker.round - 1,
        })}
        ;{' '}
      </>
    )}
    <Next breaker={breaker} />
  </>
);
