import type * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { MODES } from '../../policy/policy';
import { anything, BASE, idText, nothing, numeric, reasonText, route } from '../contract';

const id = idText;
const sentence = text({ max: 8192 });
const day = text({ min: 10, max: 10 });
const MOST = 5000;

/** The battle rhythm of the policies in force: what a person has to look at, and what happened within some days. */
export const RhythmView = record({
  as_of: instant,
  days: number(),
  /** By their `review` rhythm; the longest overdue first. `last`: changed by a release, or looked at by a person. */
  due: list(record({ policy: id, owner: sentence, every: id, last: instant, due: instant }), MOST),
  /** Decide nothing any more. */
  expired: list(record({ policy: id, owner: sentence, expires: day }), MOST),
  /** Expire within a fortnight. */
  expiring: list(record({ policy: id, owner: sentence, expires: day }), MOST),
  /** Say not how often they are looked at. */
  without_review: list(id, MOST),
  changed: list(
    record(
      { policy: id, change: oneOf(['added', 'changed', 'removed']), at: instant, by: id, changelog: sentence },
      { version: number() },
    ),
    MOST,
  ),
  fired: list(record({ policy: id, mode: oneOf(MODES), count: number(), overridden: number() }), MOST),
  /**
   * In force for the whole time, and no event was theirs. Limits and protected targets are not counted: the brakes use
   * them.
   */
  never_fired: list(record({ policy: id, mode: oneOf(MODES), owner: sentence }), MOST),
  /** How many have not fired, and have their text for less than `days`: too early to say that they never fire. */
  too_young: number(),
});
export type RhythmView = t.TypeOf<typeof RhythmView>;

export const getRhythm = route({
  method: 'get',
  path: `${BASE}/policies/rhythm`,
  summary: 'Policies that are due for review or have expired, and what changed, fired, was overridden and never fired',
  access: 'read',
  params: nothing,
  query: record({}, { days: numeric(number({ min: 1, max: 90, integer: true })) }),
  body: anything,
  answer: RhythmView,
});

export const markReviewed = route({
  method: 'post',
  path: `${BASE}/policies/reviews/{policy_id}`,
  summary: 'A person looked at a policy again and leaves it as it is; its review rhythm begins anew',
  access: 'author',
  params: record({ policy_id: id }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: nothing,
});

export const RHYTHM_ROUTES = { getRhythm, markReviewed } as const;
