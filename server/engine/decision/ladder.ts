import type { Reason } from '../../../common/flow/decision';
import type { Known } from './activation';
import type { PassedBy, Proposal, ProposedAct } from './propose';

/*
 * A ladder goes for the mildest step that fits. A step counts as tried once it was seen in effect on its target and
 * something happened after that: evidence from before says nothing of whether it was enough. Only a further event leads
 * on: what the case itself did does not count, however the clocks stand, so looking at it again finds the same step.
 */

/** The step was seen by one clock and the event by another, and each may be off by 5 s. */
const CLOCKS_DIFFER_MS = 10_000;

type Step = Proposal & { readonly act: ProposedAct };

const isStep = (proposal: Proposal): proposal is Step =>
  proposal.policy.step !== undefined && proposal.act !== undefined;

/** When the event happened, ms since 1970. A source may be late and may not be early: it would end a step too soon. */
const happenedAt = ({ received }: Known): number =>
  Math.min(Date.parse(received.event.timestamp), Date.parse(received.received_at));

/** True once a step was in effect before the event happened. Without an answer it was not: the mildest act is done. */
const wasTried = ({ act: { policy, target } }: Step, known: Known): boolean => {
  if (target.value === '') return false;
  const { action } = policy.spec.then;
  const { answer } = known.lookUp({ lookup: 'earlier_step', action, target, besides: known.received.case_id });
  const since = answer !== undefined && 'in_effect_since' in answer ? answer.in_effect_since : null;
  return since !== null && Date.parse(since) + CLOCKS_DIFFER_MS < happenedAt(known);
};

const passedBy = ({ act: _act, ...proposal }: Step, passed: PassedBy): Proposal => ({ ...proposal, passed });

const after = (tried: readonly Step[], { policy: { ref, step } }: Step): Reason => ({
  code: 'milder_in_effect',
  text:
    `step ${step?.number ?? 1} of ${step?.of ?? 1}: ` +
    `${tried.map((each) => `\`${each.act.policy.spec.then.action}\``).join(' and ')} ` +
    `${tried.length === 1 ? 'was' : 'were'} in effect, and it happened all the same`,
  policy: ref.id,
});

const led = (tried: readonly Step[], step: Step): Step => {
  if (tried.length === 0) return step;
  const [matched, ...others] = step.act.reasons;
  const reason = after(tried, step);
  const reasons = matched?.code === 'policy_matched' ? [matched, reason, ...others] : [reason, ...step.act.reasons];
  return { ...step, act: { ...step.act, reasons } };
};

/** Of the steps of one ladder that fit the one to propose, and what became of the others. */
const climb = (steps: readonly Step[], known: Known): ReadonlyMap<Proposal, Proposal> => {
  // All are asked before any answer is looked at, so that they are asked together. The harshest has none after it.
  const tried = steps.slice(0, -1).map((step) => wasTried(step, known));
  const next = tried.indexOf(false);
  const at = next < 0 ? steps.length - 1 : next;
  return new Map(
    steps.map((step, index): [Proposal, Proposal] => [
      step,
      index === at ? led(steps.slice(0, at), step) : passedBy(step, index < at ? 'in_effect' : 'milder_first'),
    ]),
  );
};

/**
 * Leaves of each ladder the mildest step that fits and was not tried; once all were tried the harshest, which then
 * holds for longer. Policies without a ladder stay as they are.
 *
 * @param proposals of all policies, in the order of the bundle
 * @param knownBy what a proposal goes by: the event as it counts, or as it is claimed
 */
export const mildestSteps = (
  proposals: readonly Proposal[],
  knownBy: (proposal: Proposal) => Known,
): readonly Proposal[] => {
  const ladders = new Map<string, Step[]>();
  for (const proposal of proposals) {
    if (!isStep(proposal)) continue;
    const { id } = proposal.policy.ref;
    ladders.set(id, [...(ladders.get(id) ?? []), proposal]);
  }
  if (ladders.size === 0) return proposals;
  const instead = new Map<Proposal, Proposal>();
  for (const steps of ladders.values()) {
    const [mildest] = steps;
    if (mildest === undefined) continue;
    for (const [before, now] of climb(steps, knownBy(mildest))) instead.set(before, now);
  }
  return proposals.map((proposal) => instead.get(proposal) ?? proposal);
};
