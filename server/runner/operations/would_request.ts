import type { Act, Decision, Target } from '../../../common/flow/decision';
import type { Intake, ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { actionNamed } from '../../../common/policy/actions';
import { inRollout } from '../../engine/decision/rollout';
import type { CompiledAction } from '../../engine/policy/compiled';
import type { AgentWith } from '../agent/views';
import type { ClaimRequest } from '../executing/claiming';
import type { ClaimWorld } from '../executing/claim_world';
import { NO_COUNTS } from '../facts/history';

/* An act that nobody wants, as the claim of a real one is asked for. It exists only while a question is answered. */

/** What is asked about. */
export interface WouldBe {
  readonly action: string;
  readonly target: Target;
  /** Whose event it would be. */
  readonly intake: Intake;
  /** So many sources of different domains report the target. */
  readonly sources: number;
  /** The bundle in force. */
  readonly bundleVersion: number;
  /** UTC, ms. */
  readonly now: number;
}

/** Stands for a policy where none in force executes the action: the brakes are asked as if one did. */
const NO_POLICY: Act['policy'] = { id: 'no-policy', hash: 'no-policy', layer: 'action', mode: 'enforce' };

export const isNoPolicy = ({ id }: Act['policy']): boolean => id === NO_POLICY.id;

/** The world in which that policy is in force as well. Nothing else of it is different. */
export const withNoPolicy = (world: ClaimWorld): ClaimWorld => {
  const { rules } = world.brakes;
  const hashes = new Map([...rules.hashes, [NO_POLICY.id, NO_POLICY.hash] as const]);
  return { ...world, brakes: { ...world.brakes, rules: { ...rules, hashes } } };
};

/** The same world with no order to stop in force. */
export const withoutStops = (world: ClaimWorld): ClaimWorld => ({
  ...world,
  brakes: { ...world.brakes, isStopped: () => false, breakerAt: () => undefined },
});

/** Action policies that execute an action now, or ask a person about it. */
export const policiesFor = (
  { parts: { bundles } }: AgentWith<'bundles'>,
  action: string,
  now: number,
): readonly CompiledAction[] =>
  (bundles.active?.actions.all ?? []).filter(
    ({ ref: { mode }, spec, expiresMs }) =>
      spec.then.action === action && expiresMs > now && (mode === 'enforce' || mode === 'escalate'),
  );

export const ACT_ID = 'a0';

/** The act as a policy would propose it; without one as if some policy did. */
export const actBy = (policy: CompiledAction | undefined, { action, target }: WouldBe): Act => {
  const undo = actionNamed(action)?.undo ?? null;
  if (policy === undefined)
    return {
      act_id: ACT_ID,
      action,
      target,
      connector: null,
      policy: NO_POLICY,
      result: 'permit',
      reasons: [],
      rollback: undo,
      ttl_ms: null,
      shadow: false,
    };
  const { ref, spec, ttlMs } = policy;
  const { rollout } = spec;
  return {
    act_id: ACT_ID,
    action,
    target,
    connector: spec.then.connector ?? null,
    policy: ref,
    result: ref.mode === 'escalate' ? 'escalate' : 'permit',
    reasons: [],
    rollback: spec.rollback?.action ?? undo,
    ttl_ms: ttlMs,
    shadow: rollout !== undefined && !inRollout(ref.id, target, rollout.percent),
  };
};

const NOWHERE = 'would-happen';

const decisionOf = (act: Act, { sources, bundleVersion, now }: WouldBe): Decision => ({
  decision_id: NOWHERE,
  case_id: NOWHERE,
  verdict: 'permit',
  summary: 'what would happen',
  acts: [act],
  reasons: [],
  trace: [],
  score: { log_odds_micro: 0, value: 0, terms: [] },
  inputs: {
    assets: [],
    history: {
      src: NO_COUNTS,
      host: NO_COUNTS,
      user: NO_COUNTS,
      rule: NO_COUNTS,
      domains: Array.from({ length: sources }, (_, index) => `source ${index + 1}`),
    },
    now: iso(now),
  },
  decided_at: iso(now),
  bundle: { version: bundleVersion, digest: NOWHERE, key_id: NOWHERE },
  model: { version: 0, digest: NOWHERE },
  engine_digest: NOWHERE,
  hash: NOWHERE,
});

const receivedFor = ({ intake, now }: WouldBe): ReceivedEvent => ({
  case_id: NOWHERE,
  intake,
  digest: NOWHERE,
  received_at: iso(now),
  event: { event_id: NOWHERE, timestamp: iso(now), confidence: 0, severity: 'low' },
});

/**
 * The claim that is tried.
 *
 * @param approver who would approve it; missing: nobody
 */
export const requestFor = (
  act: Act,
  wouldBe: WouldBe,
  approver?: { readonly name: string; readonly fourEyes: boolean },
): ClaimRequest => {
  const request = { received: receivedFor(wouldBe), decision: decisionOf(act, wouldBe) };
  if (approver === undefined) return request;
  const resolution = {
    verb: 'approved',
    by: approver.name,
    at: iso(wouldBe.now),
    reason: 'what would happen',
    four_eyes: approver.fourEyes,
  } as const;
  return { ...request, approval: { actId: act.act_id, resolution } };
};
