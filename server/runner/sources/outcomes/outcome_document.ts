import { present } from '../../../../common/present';
import type { OutcomeDocument } from '../../../../common/api/outcome_document';
import { OUTCOME_VERSION } from '../../../../common/api/outcome_document';
import type { Act } from '../../../../common/flow/decision';
import type { ActionRecord } from '../../../../common/flow/outcome';
import { cameToEffect, type CaseAct } from '../../keeping/kinds/case';
import type { DueOutcome } from './due_outcome';

/* From an outcome to the document that its receiver gets. Pure. */

/** How it ended, where it ended. Earlier versions did not say why something was undone. */
const endingOf = ({ state, why }: ActionRecord): NonNullable<OutcomeDocument['act']>['how'] => {
  if (state === 'undone') return why ?? 'undone';
  if (state === 'late_effect_removed') return 'late';
  return state === 'gone' || state === 'verified_absent' ? 'gone' : undefined;
};

/**
 * How an act fares. Its case says that it came to an effect, not that the effect is there still: only the record that
 * is told says so, of its own command.
 */
const statusOf = (
  { act_id }: Act,
  progress: CaseAct | undefined,
  action: ActionRecord | undefined,
): OutcomeDocument['acts'][number]['status'] => {
  if (progress !== undefined && !cameToEffect(progress.status)) return progress.status;
  if (action?.command.act_id !== act_id) return undefined;
  if (progress !== undefined && progress.command_id !== action.command.command_id) return undefined;
  const how = endingOf(action);
  if (how === undefined) return progress?.status;
  return how === 'gone' ? 'gone' : 'ended';
};

const actView = (
  act: Act,
  progress: CaseAct | undefined,
  told: ActionRecord | undefined,
): OutcomeDocument['acts'][number] => {
  const { act_id, action, target, result, policy, shadow, summary } = act;
  const { verb, by, at, reason } = progress?.resolution ?? {};
  return {
    act_id,
    action,
    target,
    result,
    policy: { id: policy.id, hash: policy.hash },
    shadow,
    ...present({
      status: statusOf(act, progress, told),
      text: progress?.text ?? progress?.stopped?.text ?? summary,
      resolution:
        verb === undefined || by === undefined || at === undefined || reason === undefined
          ? undefined
          : { verb, by, at, reason },
    }),
  };
};

const commandView = (record: ActionRecord): NonNullable<OutcomeDocument['act']> => {
  const { command, n, state, by, text, error } = record;
  const { act_id, action, target, connector, policy, command_id, ttl_ms } = command;
  const how = endingOf(record);
  return {
    act_id,
    action,
    target,
    connector,
    policy: { id: policy.id, hash: policy.hash },
    command_id,
    n,
    state,
    ...present({
      by: how === undefined ? by : (by ?? 'reflex'),
      how,
      text,
      error: error && { code: error.code, message: error.message },
      ttl_ms: ttl_ms ?? undefined,
    }),
  };
};

/**
 * The document of one outcome.
 *
 * @param sent `sequence` counts what this receiver is told; `at` is the UTC of this sending
 */
export const outcomeDocument = (
  { transition, key, at, decided, content, action, person }: DueOutcome,
  sent: { readonly sequence: number; readonly at: string },
): OutcomeDocument => {
  const { event, decision } = decided;
  const progress = new Map((content?.acts ?? []).map((act) => [act.act_id, act]));
  return {
    reflex_outcome: OUTCOME_VERSION,
    key,
    sequence: sent.sequence,
    transition,
    at,
    told_at: sent.at,
    source: event.intake,
    event_id: event.event.event_id,
    event_timestamp: event.event.timestamp,
    received_at: event.received_at,
    case_id: event.case_id,
    decision_id: decision.decision_id,
    decided_at: decision.decided_at,
    verdict: decision.verdict,
    summary: decision.summary,
    bundle: { version: decision.bundle.version, digest: decision.bundle.digest },
    acts: decision.acts.map((act) => actView(act, progress.get(act.act_id), action)),
    ...present({ predecessor: decision.predecessor, act: action && commandView(action), person }),
  };
};
