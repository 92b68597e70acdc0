import { present } from '../../../common/present';
import { recorded, type Effect, type Moment } from './effect';

/* What a look at the target tells of an effect. */

/** The target was asked: it is there, or it is not where it should be and nobody knows why. */
export const verified = (effect: Effect, isThere: boolean, moment: Moment, text: string): Effect => {
  const { gone, ...rest } = recorded(effect, isThere ? 'verified_present' : 'unknown', moment, { text });
  return {
    ...rest,
    ...present({ gone: isThere ? undefined : gone }),
    state: isThere ? 'present' : 'unknown',
    verified: isThere,
    ...present({
      since: isThere ? (effect.since ?? moment.at) : undefined,
      verified_at: isThere ? moment.at : undefined,
    }),
  };
};

/**
 * It was in effect, its time is not over, and its target does not have it any more: somebody removed it, or the target
 * lost it. The effect stays `present` and goes on to count in its limits: it ends as always, and is never applied again
 * for the reasons that it has. Said once.
 */
export const gone = (effect: Effect, moment: Moment, text: string): Effect => ({
  ...recorded(effect, 'gone', moment, { text }),
  verified: false,
  gone: { at: moment.at, text },
});

/** What was gone is there again, by somebody else's doing: nothing of ours was sent. */
export const seenAgain = (effect: Effect, moment: Moment, text: string): Effect => {
  const { gone: _gone, ...rest } = recorded(effect, 'seen_again', moment, { text });
  return { ...rest, verified: true, verified_at: moment.at };
};
