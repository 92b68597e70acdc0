import * as t from 'io-ts';
import { described, instant, list, oneOf, record, text } from '../codec/codecs';
import { ACT_RESULTS, decisiveReason, Target, type Decision } from '../flow/decision';
import { present } from '../present';

/* What was decided in one line, as data: who shows it has the titles of actions and the reader's time zone. */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

export const Headline = record(
  {
    acts: described(
      list(
        record({ action: id, target: Target, result: oneOf(ACT_RESULTS), shadow: t.boolean }, { because: sentence }),
        64,
      ),
      'Its acts; those in shadow only where there is no other',
    ),
    waits: described(t.boolean, 'It is not certain yet, and looked at again'),
  },
  { because: sentence, until: described(instant, 'When it is looked at again, while it waits') },
);
export type Headline = t.TypeOf<typeof Headline>;

type Deciding = Pick<Decision, 'verdict' | 'acts' | 'reasons' | 'next_review_at'>;

/** A decision in one line. */
export const headlineOf = ({ verdict, acts, reasons, next_review_at }: Deciding): Headline => {
  const because = reasons[0]?.text;
  if (verdict === 'hold') return { acts: [], waits: true, ...present({ because, until: next_review_at }) };
  const real = acts.filter(({ shadow }) => !shadow);
  const shown = real.length > 0 ? real : acts.slice(0, 1);
  return {
    acts: shown.map((act) => ({
      action: act.action,
      target: act.target,
      result: act.result,
      shadow: act.shadow,
      ...present({ because: real.length > 0 ? decisiveReason(act)?.text : undefined }),
    })),
    waits: false,
    ...present({ because: real.length > 0 ? undefined : because }),
  };
};
