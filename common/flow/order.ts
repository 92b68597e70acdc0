import type * as t from 'io-ts';
import { described, instant, number, record, text } from '../codec/codecs';
import { Target } from './target';

/*
 * What a person orders by hand. It comes as an event of the intake `analyst:<name>` and goes the way of every event: it
 * grants nothing by itself, and only the act that is ordered may come of it.
 */

const id = text({ min: 1, max: 512 });

/** The containment that is to end later, as the person saw it. */
const Extends = record({
  effect_id: id,
  connector: id,
  gen: described(number({ min: 0, integer: true }), 'Which life of the effect: one that began since is not meant'),
  until: described(instant, 'It is to end then, whenever that is approved'),
});

/** One act that a person asks for. */
export const Order = record(
  { action: id, target: Target, reason: text({ min: 3, max: 2000 }) },
  {
    ttl_ms: described(
      number({ min: 1, integer: true }),
      'How long it is to last; missing: as long as the policy says that permits it',
    ),
    extends: Extends,
    about: described(id, 'The decision that the person looked at'),
  },
);
export type Order = t.TypeOf<typeof Order>;
