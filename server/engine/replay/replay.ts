import { present } from '../../../common/present';
import type { Decision, DecisionRecord } from '../../../common/flow/decision';
import { decide, type DecideRequest } from '../decision/decide';
import { recordedLookups } from '../decision/lookups';
import type { Model } from '../decision/model';
import { hashOfDecision, sealDecision } from '../decision/seal';
import type { CompiledPolicies } from '../policy/compiled';

/**
 * What replaying a decision came to.
 *
 * - `same`: the recorded inputs give the identical hash
 * - `differs`: they do not, or the record's own hash does not fit its content: it was changed
 * - `engine_differs`: another version of the engine decided; nothing is claimed
 * - `bundle_missing`, `model_missing`: what decided then is not there any more
 * - `erased`: the personal data of the record was erased
 */
export type ReplayStatus = 'same' | 'differs' | 'engine_differs' | 'bundle_missing' | 'model_missing' | 'erased';

export interface Replayed {
  readonly status: ReplayStatus;
  readonly recorded_hash: string;
  readonly replayed_hash?: string;
  /** The decision as it comes out now, where it could be made. */
  readonly decision?: Decision;
}

export interface ReplayRequest {
  readonly record: DecisionRecord;
  /** The bundle with the recorded digest, if it is still there. */
  readonly bundle: CompiledPolicies | undefined;
  readonly model: Model | undefined;
  readonly engineDigest: string;
}

/** The request that decided a record, rebuilt from the record alone. */
export const requestOf = (
  { event, decision }: DecisionRecord,
  bundle: CompiledPolicies,
  model: Model,
): DecideRequest => {
  const { inputs } = decision;
  return {
    received: event,
    lookups: recordedLookups(inputs),
    bundle,
    model,
    now: Date.parse(inputs.now),
    ...present({ review: inputs.review, wanted: inputs.wanted }),
  };
};

/** Decides again from the record and compares the hashes (INV-7). */
export const replay = ({ record, bundle, model, engineDigest }: ReplayRequest): Replayed => {
  const { decision } = record;
  const answer = { recorded_hash: decision.hash };
  if (bundle === undefined || bundle.origin.digest !== decision.bundle.digest)
    return { ...answer, status: 'bundle_missing' };
  if (model === undefined || model.digest !== decision.model.digest) return { ...answer, status: 'model_missing' };
  const { hash: _, ...content } = decision;
  const intact = hashOfDecision(record.event, content) === decision.hash;
  if (!intact) return { ...answer, status: 'differs', replayed_hash: hashOfDecision(record.event, content) };
  if (decision.engine_digest !== engineDigest) return { ...answer, status: 'engine_differs' };
  const request = requestOf(record, bundle, model);
  const again = sealDecision(decide(request), request, {
    decisionId: decision.decision_id,
    engineDigest,
    ...present({ predecessor: decision.predecessor, effectless: decision.effectless }),
  });
  return {
    ...answer,
    status: again.hash === decision.hash ? 'same' : 'differs',
    replayed_hash: again.hash,
    decision: again,
  };
};
