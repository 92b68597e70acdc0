import { present } from '../../../common/present';
import type { ActResult, Reason, Target } from '../../../common/flow/decision';
import type { ConditionResult } from '../policy/cel/condition';
import { evaluateCondition } from '../policy/cel/condition';
import type { CompiledAction } from '../policy/compiled';
import { Activation, type Known } from './activation';
import { missingContext } from './missing_context';
import { resolveTarget } from './resolve_target';
import { inRollout } from './rollout';
import { cannotBeConfirmed, isConfirmed } from './seen';
import { isNetworkAsSaid, unknownTarget } from './unknown_target';
import { isProven, proofInWords } from './source_proof';

/** A step of a ladder that is not proposed though its condition holds: it is in effect, or a milder one comes first. */
export type PassedBy = 'in_effect' | 'milder_first';

/** What one action policy made of an event. */
export interface Proposal {
  readonly policy: CompiledAction;
  readonly condition: ConditionResult;
  /** Undefined if its condition is false, or where another step of its ladder is proposed. */
  readonly act?: ProposedAct;
  /** Its condition holds, and another step of its ladder is proposed. */
  readonly passed?: PassedBy;
  /** It was asked about the event as its source claims it to be. */
  readonly isClaimed?: true;
}

/** An act as its policy proposes it, before others judge it. */
export interface ProposedAct {
  readonly policy: CompiledAction;
  readonly target: Target;
  readonly result: ActResult;
  readonly reasons: readonly Reason[];
  readonly shadow: boolean;
  /** How long it is to last, ms: what a person ordered, else what the policy says. */
  readonly ttlMs: number | null;
  /** Undefined, or the moment (ms) until which confirmation is awaited. */
  readonly heldUntil?: number;
  /** It rests on what is only claimed. */
  readonly isClaimedOnly?: true;
}

export interface ProposeRequest {
  readonly known: Known;
  readonly activation: Activation;
  /** True when age does not count: a case that was decided in time is looked at again. */
  readonly review: boolean;
  readonly rolloutStopped: (policy: string, hash: string) => boolean;
}

const OFF_IN_WORDS = {
  now: 'its source is switched off: somebody has to agree',
  before: 'it happened before its source was switched on again: somebody has to agree',
} as const;

/** Why somebody else has to agree to what a person brought in; undefined where the policy names who may order. */
const byHand = ({ received }: Known, { ref: { id }, intakes }: CompiledAction): Reason | undefined => {
  const { voice, intake, order } = received;
  // Before there were voices, what a person handed in was told by its intake alone.
  const by = voice?.handed?.by ?? (voice === undefined && intake.type === 'analyst' ? intake.id : undefined);
  if (by === undefined) return undefined;
  if (order === undefined) return reason('by_hand', `\`${by}\` handed this event in: somebody else has to agree`, id);
  // INVARIANT: an order grants nothing. Only a policy that speaks of people who order lets one of them act alone.
  return intakes === undefined
    ? reason('by_hand', `\`${by}\` ordered it, and the policy names nobody who may: somebody else has to agree`, id)
    : undefined;
};

/** Events that start nothing by themselves, whatever they say. */
const distrust = (known: Known, policy: CompiledAction): Reason[] => {
  const {
    received: { voice },
    history: { source_off },
  } = known;
  const { id } = policy.ref;
  const found: Reason[] = [];
  if (source_off !== undefined) found.push(reason('source_off', OFF_IN_WORDS[source_off], id));
  const hand = byHand(known, policy);
  if (hand !== undefined) found.push(hand);
  if (voice?.unverified === true)
    found.push(reason('unverified', 'the message could not be checked with Alerting: nothing in it is believed', id));
  return found;
};

const reason = (code: Reason['code'], text: string, policy?: string): Reason => ({
  code,
  text,
  ...present({ policy: policy || undefined }),
});

/** True if the policy looks at this event at all. */
export const looksAt = (
  { severities, intakes }: Pick<CompiledAction, 'severities' | 'intakes'>,
  { received }: Known,
): boolean =>
  (severities === undefined || severities.has(received.event.severity)) &&
  (intakes === undefined ||
    intakes.has(received.intake.type) ||
    intakes.has(`${received.intake.type}:${received.intake.id}`));

const targetOf = (policy: CompiledAction, activation: Activation): Target | 'unknown' | 'invalid' => {
  try {
    return resolveTarget(policy.targetType, policy.targetValue(activation), policy.targetHost?.(activation));
  } catch {
    return 'invalid';
  }
};

/** Nobody vouches for the confidence of its source, and its events were not found right often enough. */
const isUnproven = ({ received, history }: Known): boolean =>
  received.uncalibrated === true && !isProven(history.source_proof);

/** Sources nobody vouched for never reach a permit by their own figures alone. */
const restsOnOwnFigures = (policy: CompiledAction): boolean =>
  [...policy.when.reads].some((path) => path.startsWith('score') || path === 'event.confidence' || path === 'event');

const objections = (
  policy: CompiledAction,
  request: ProposeRequest,
  target: Target | 'unknown' | 'invalid',
): Reason[] => {
  const { known, review } = request;
  const { id, mode } = policy.ref;
  const found: Reason[] = distrust(known, policy);
  if (target === 'unknown') found.push(reason('target_unknown', unknownTarget(policy.targetType, known.received), id));
  if (target === 'invalid')
    found.push(reason('target_invalid', `what the event names is no valid ${policy.targetType}`, id));
  if (typeof target === 'object' && policy.spec.then.network === true && isNetworkAsSaid(target, known.received))
    found.push(
      reason(
        'network_as_said',
        `the event itself names the network \`${target.value}\`; a person says how wide to act`,
        id,
      ),
    );
  if (mode === 'escalate') found.push(reason('policy_mode_escalate', 'this policy asks a person each time', id));
  else if (policy.spec.approve) found.push(reason('policy_escalates', 'this policy says who has to approve it', id));
  if (policy.spec.rollout && request.rolloutStopped(id, policy.ref.hash))
    found.push(
      reason(
        'rollout_stopped',
        'too many acts of its rollout were overridden, or nobody knows yet whether they were',
        id,
      ),
    );
  const unconfirmed = policy.confirm && cannotBeConfirmed(policy.confirm, known.history);
  if (unconfirmed !== undefined) found.push(reason('missing_context', unconfirmed, id));
  const missing = missingContext(policy.when, known);
  if (missing) found.push(reason('missing_context', missing, id));
  const ageMs =
    known.now - Math.min(Date.parse(known.received.event.timestamp), Date.parse(known.received.received_at));
  if (!review && ageMs > policy.maxEventAgeMs) {
    found.push(
      reason('event_too_old', `the event is ${Math.round(ageMs / 60_000)} min old, more than the policy allows`, id),
    );
  }
  if (isUnproven(known) && restsOnOwnFigures(policy)) {
    const words = proofInWords(known.history.source_proof);
    found.push(reason('uncalibrated_source', `nobody has vouched for this source: ${words}`, id));
  }
  return found;
};

const shadowReasons = (policy: CompiledAction, target: Target | undefined): Reason[] => {
  if (policy.ref.mode === 'shadow')
    return [reason('shadow', 'the policy is in shadow: recorded, not executed', policy.ref.id)];
  const { rollout } = policy.spec;
  return rollout && target && !inRollout(policy.ref.id, target, rollout.percent)
    ? [
        reason(
          'outside_rollout',
          `the target is outside the ${rollout.percent} % that the policy is rolled out to`,
          policy.ref.id,
        ),
      ]
    : [];
};

/** Until when it waits to be seen again. Without a target nothing can confirm it: that is for a person. */
const heldUntil = (
  { confirm }: CompiledAction,
  target: Target | 'unknown' | 'invalid',
  { known }: ProposeRequest,
): number | undefined => {
  if (!confirm || typeof target === 'string' || cannotBeConfirmed(confirm, known.history) !== undefined)
    return undefined;
  return isConfirmed(confirm, target, known) ? undefined : Date.parse(known.received.received_at) + confirm.withinMs;
};

/** What denies an order by itself: who orders may ask for less than the policy gives, never for more. */
const tooLong = (ordered: number | undefined, { ref: { id }, ttlMs, spec }: CompiledAction): Reason | undefined =>
  ordered !== undefined && ttlMs !== null && ordered > ttlMs
    ? reason('ordered_too_long', `this policy lets it last ${spec.then.ttl ?? 'no time'} at most`, id)
    : undefined;

interface Wanted {
  readonly resolved: Target | 'unknown' | 'invalid';
  readonly condition: ConditionResult;
  readonly until: number | undefined;
}

const propose = (
  policy: CompiledAction,
  request: ProposeRequest,
  { resolved, condition, until }: Wanted,
): ProposedAct => {
  const target: Target = typeof resolved === 'string' ? { type: policy.targetType, value: '' } : resolved;
  const { id } = policy.ref;
  const against = objections(policy, request, resolved);
  if (condition.error !== undefined) {
    const code = condition.isMissing === true ? 'missing_context' : 'policy_error';
    against.push(reason(code, `the condition cannot be evaluated: ${condition.error}`, id));
  }
  const shadow = shadowReasons(policy, typeof resolved === 'string' ? undefined : resolved);
  const ordered = request.known.received.order?.ttl_ms;
  // A policy that gives less since then ends nothing early.
  const long = request.review ? undefined : tooLong(ordered, policy);
  return {
    policy,
    target,
    result: long !== undefined ? 'deny' : against.length > 0 ? 'escalate' : 'permit',
    reasons: [
      ...(condition.matched ? [reason('policy_matched', policy.title, id)] : []),
      ...(long === undefined ? [] : [long]),
      ...against,
      ...shadow,
    ],
    shadow: shadow.length > 0,
    ttlMs: policy.ttlMs === null ? null : (ordered ?? policy.ttlMs),
    ...present({ heldUntil: until }),
  };
};

/**
 * What the condition of a policy sees: who corroborates is a question about what it is aimed at, and it may read the
 * look-ups that it declares.
 */
export const activationOf = (
  policy: CompiledAction,
  { known, activation }: Pick<ProposeRequest, 'known' | 'activation'>,
): Activation => {
  const { readsCorroboration, lookups } = policy;
  if (!readsCorroboration && lookups === undefined) return activation;
  const target = readsCorroboration ? targetOf(policy, activation) : 'unknown';
  return typeof target === 'string' && lookups === undefined
    ? activation
    : new Activation(known, { aim: typeof target === 'string' ? undefined : target, lookups });
};

/**
 * Asks one action policy. A condition that errs proposes too, and escalates: it must not be taken for false.
 */
export const askPolicy = (policy: CompiledAction, request: ProposeRequest): Proposal | undefined => {
  if (!looksAt(policy, request.known) || policy.expiresMs <= request.known.now) return undefined;
  const condition = evaluateCondition(policy.when, activationOf(policy, request));
  if (!condition.matched && condition.error === undefined) return { policy, condition };
  const resolved = targetOf(policy, request.activation);
  // The window is over and it was not seen again: a transient anomaly, nothing to act on.
  const until = heldUntil(policy, resolved, request);
  if (until !== undefined && until <= request.known.now) return { policy, condition };
  return { policy, condition, act: propose(policy, request, { resolved, condition, until }) };
};
