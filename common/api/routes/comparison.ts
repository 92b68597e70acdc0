import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { ACT_RESULTS } from '../../flow/decision';
import { anything, BASE, idText, nothing, numeric, reasonText, route } from '../contract';

const id = idText;

/** Where a policy's acts stand: all in shadow, outside its rollout, or in force. */
const COMPARISON_ARMS = ['shadow', 'outside_rollout', 'in_force'] as const;

export const RolloutView = record(
  {
    policy: id,
    percent: number(),
    /** Acts within the rollout that were permitted, and those that people overrode. */
    acts: number(),
    overridden: number(),
    stops_above_percent: number(),
    stops_after: number(),
  },
  {
    /** True: there are more acts than were counted; these are the youngest. */
    capped: t.boolean,
    stopped_at: instant,
    why: text({ max: 2000 }),
  },
);
export type RolloutView = t.TypeOf<typeof RolloutView>;

/** What policies would have decided, beside what people did. */
export const ComparisonView = record({
  as_of: instant,
  days: number(),
  /** True: there are more decisions than were looked at; these are the youngest. */
  partial: t.boolean,
  policies: list(
    record({
      policy: id,
      arm: oneOf(COMPARISON_ARMS),
      cases: number(),
      permit: number(),
      escalate: number(),
      deny: number(),
      /** Cases of which people said what they were, and those in which the policy says the same. */
      judged: number(),
      same: number(),
      differ: list(
        record({
          decision_id: id,
          at: instant,
          action: id,
          target: t.string,
          would: oneOf(ACT_RESULTS),
          people: oneOf(['right', 'wrong']),
        }),
        20,
      ),
    }),
    5000,
  ),
  rollouts: list(RolloutView, 1000),
});
export type ComparisonView = t.TypeOf<typeof ComparisonView>;

export const comparePolicies = route({
  method: 'get',
  path: `${BASE}/policies/comparison`,
  summary: 'What policies in shadow and in a rollout would have decided, beside what people did',
  access: 'read',
  params: nothing,
  query: record({}, { days: numeric(number({ min: 1, max: 90, integer: true })) }),
  body: anything,
  answer: ComparisonView,
});

export const resumeRollout = route({
  method: 'post',
  path: `${BASE}/policies/rollouts/{policy_id}/resume`,
  summary: 'Let a rollout go on that has stopped itself; its overrides are counted from then on',
  access: 'approve',
  params: record({ policy_id: id }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: nothing,
});

export const COMPARISON_ROUTES = { comparePolicies, resumeRollout } as const;
