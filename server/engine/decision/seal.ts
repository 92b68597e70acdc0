import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import {
  decisiveReason,
  type Act,
  type Clause,
  type Decision,
  type DecisionInputs,
  type PolicyTrace,
} from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { actionNamed } from '../../../common/policy/actions';
import {
  CLAUSE_ERROR,
  CLAUSE_SKIPPED,
  CLAUSE_TRUE,
  valuesOf,
  type CompiledCondition,
  type ConditionResult,
} from '../policy/cel/condition';
import { digestOf } from '../digest/digest';
import { Activation, JudgingActivation } from './activation';
import { assetOfTarget, type Decided, type DecidedAct, type DecideRequest } from './decide';
import { knownBy } from './grounds';
import type { Judgement } from './judgement';
import { activationOf, type Proposal } from './propose';

/** How long an escalation waits for a person before it lapses without an act, ms. */
export const ESCALATION_EXPIRES_MS = 4 * 3_600_000;
/** A permitted effect is looked at again when this share of its ttl is over. */
const REVIEW_SHARE = 0.9;

/** What a decision is filed under. Ids come in as values. */
interface SealRequest {
  readonly decisionId: string;
  readonly engineDigest: string;
  readonly predecessor?: string;
  readonly effectless?: boolean;
}

const RESULT_NAMES: Readonly<Record<number, Clause['result']>> = {
  [CLAUSE_TRUE]: 'true',
  [CLAUSE_ERROR]: 'error',
  [CLAUSE_SKIPPED]: 'skipped',
};

const clausesOf = (condition: CompiledCondition, { results, error }: ConditionResult, activation: object): Clause[] =>
  condition.clauses.map((clause, index) => {
    const result = RESULT_NAMES[results[index] ?? CLAUSE_SKIPPED] ?? 'false';
    return {
      text: clause.text,
      result,
      ...present({
        values: result === 'skipped' ? undefined : valuesOf(clause.reads, activation),
        error: result === 'error' ? error : undefined,
      }),
    };
  });

const PASSED = { in_effect: 'is in effect already', milder_first: 'comes after a milder one' } as const;

const outcomeOf = ({ act, passed, policy: { spec, step } }: Proposal): string => {
  const { action } = spec.then;
  const which = step === undefined ? '' : `step ${step.number} of ${step.of}: `;
  if (passed !== undefined) return `${which}${action} ${PASSED[passed]}`;
  return `${which}${act ? `proposes ${action}` : 'does not apply'}`;
};

const proposalTrace = (proposal: Proposal, activation: object): PolicyTrace => ({
  policy: proposal.policy.ref,
  role: 'proposes',
  matched: proposal.act !== undefined,
  clauses: clausesOf(proposal.policy.when, proposal.condition, activation),
  outcome: outcomeOf(proposal),
  ...present({ error: proposal.condition.error, claimed: proposal.isClaimed }),
});

const judgementTrace = (
  actId: string,
  { judge, condition, evaluated, effect, silent, isClaimed }: Judgement,
  activation: object,
): PolicyTrace => ({
  policy: judge.ref,
  role: 'judges',
  act_id: actId,
  matched: effect !== undefined,
  clauses: clausesOf(evaluated, condition, activation),
  outcome: effect === undefined ? 'no objection' : silent ? `would say ${effect} (shadow)` : `says ${effect}`,
  ...present({ error: condition.error, claimed: isClaimed }),
});

const entityName = (act: Act): string => (act.target.value === '' ? 'an unknown target' : act.target.value);

const actOf = (actId: string, { proposed, result, reasons, demands }: DecidedAct): Act => {
  const { policy, target, shadow } = proposed;
  const { action, connector } = policy.spec.then;
  return {
    act_id: actId,
    action,
    target,
    connector: connector ?? null,
    policy: policy.ref,
    result,
    reasons: [...reasons],
    rollback: policy.spec.rollback?.action ?? actionNamed(action)?.undo ?? null,
    ttl_ms: proposed.ttlMs,
    shadow,
    ...present({ demands: demands.length === 0 ? undefined : [...demands] }),
  };
};

const VERBS: Readonly<Record<Act['result'], string>> = {
  permit: 'permit',
  escalate: 'ask a person about',
  deny: 'deny',
};

const summaryOf = (decided: Decided, acts: readonly Act[]): string => {
  const real = acts.filter((act) => !act.shadow);
  if (decided.verdict === 'hold') return `wait: ${decided.reasons[0]?.text ?? 'not certain yet'}`;
  if (real.length === 0) {
    const shadow = acts[0];
    const first = decided.reasons[0]?.text ?? 'nothing matched';
    return shadow
      ? `${first}; in shadow: would ${VERBS[shadow.result]} ${shadow.action} of ${entityName(shadow)}`
      : first;
  }
  return real
    .map((act) => `${VERBS[act.result]} ${act.action} of ${entityName(act)}: ${decisiveReason(act)?.text ?? ''}`)
    .join('; ')
    .slice(0, 4000);
};

const nextReview = ({ verdict, reviewAt, acts, known }: Decided): number | undefined => {
  if (reviewAt !== undefined) return reviewAt;
  if (verdict === 'escalate') return known.now + ESCALATION_EXPIRES_MS;
  const ttls = acts.flatMap(({ proposed, result }) =>
    result === 'permit' && !proposed.shadow ? (proposed.ttlMs ?? []) : [],
  );
  return verdict === 'permit' && ttls.length > 0 ? known.now + Math.floor(Math.min(...ttls) * REVIEW_SHARE) : undefined;
};

/** What the hash covers: everything but the ids that the decision is filed under. */
export const hashOfDecision = (event: ReceivedEvent, decision: Omit<Decision, 'hash'>): string => {
  const {
    decision_id: _id,
    case_id: _case,
    predecessor: _predecessor,
    effectless: _effectless,
    decided_at: _at,
    ...content
  } = decision;
  return digestOf({ event, ...content });
};

const isoOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : iso(ms));

/** What was looked up, so that replay asks nothing. */
const inputsOf = (decided: Decided, request: DecideRequest): DecisionInputs => ({
  assets: [...decided.assets],
  history: decided.history,
  now: iso(request.now),
  ...present({
    review: request.review,
    wanted: request.wanted,
    stopped_rollouts: decided.stoppedRollouts.length === 0 ? undefined : [...decided.stoppedRollouts],
    targets: decided.targets.length === 0 ? undefined : [...decided.targets],
    guards: decided.guards.length === 0 ? undefined : [...decided.guards],
    lookups: decided.looked.length === 0 ? undefined : [...decided.looked],
  }),
});

/**
 * Makes the record of a decision: acts with ids, every evaluated clause with the values that it saw, what was looked
 * up, versions, and the hash over all of it (INV-7).
 */
export const sealDecision = (decided: Decided, request: DecideRequest, filing: SealRequest): Decision => {
  const { received, bundle, model } = request;
  const acts = decided.acts.map((act, index) => actOf(`a${index}`, act));
  const held = decided.held.map((act, index) => actOf(`h${index}`, act));
  const counting = new Activation(decided.known);
  const claims = decided.claimed && new Activation(decided.claimed);
  const traceOfAct = (actId: string, { proposed, judgements }: DecidedAct): PolicyTrace[] =>
    judgements.map((judgement) =>
      judgementTrace(
        actId,
        judgement,
        new JudgingActivation(knownBy(decided, judgement), {
          action: proposed.policy.spec.then.action,
          connector: proposed.policy.spec.then.connector ?? null,
          policy: proposed.policy.ref.id,
          ttlMs: proposed.ttlMs,
          target: proposed.target,
          asset: assetOfTarget(decided.assets, proposed.target),
          lookups: judgement.judge.lookups,
        }),
      ),
    );
  const inputs = inputsOf(decided, request);
  const unhashed: Omit<Decision, 'hash'> = {
    decision_id: filing.decisionId,
    case_id: received.case_id,
    verdict: decided.verdict,
    summary: summaryOf(decided, acts),
    acts,
    reasons: [...decided.reasons],
    trace: [
      ...decided.proposals.map((proposal) =>
        proposalTrace(
          proposal,
          activationOf(proposal.policy, {
            known: knownBy(decided, proposal),
            activation: proposal.isClaimed === true ? (claims ?? counting) : counting,
          }),
        ),
      ),
      ...decided.acts.flatMap((act, index) => traceOfAct(`a${index}`, act)),
      ...decided.held.flatMap((act, index) => traceOfAct(`h${index}`, act)),
    ],
    score: decided.score,
    inputs,
    decided_at: inputs.now,
    bundle: { ...bundle.origin },
    model: { version: model.weights.version, digest: model.digest },
    engine_digest: filing.engineDigest,
    ...present({
      held: held.length > 0 ? held : undefined,
      next_review_at: isoOf(nextReview(decided)),
      predecessor: filing.predecessor,
      effectless: filing.effectless,
    }),
  };
  return { ...unhashed, hash: hashOfDecision(received, unhashed) };
};
