import {
  whyUnanswered,
  type CallContext,
  type CallOutcome,
  type EffectHandle,
  type Send,
  type TargetError,
  type UndoOutcome,
} from '../connector';
import type { CompiledAction } from './compile_actions';
import { renderRequest } from './compiled_request';
import { readOrder } from './read_order';
import { noSuchAction, notMade, type RestParts } from './rest_parts';
import { resolveTarget } from './resolve';
import { revisionAt, revisionLeft } from './revision';
import { effectValues } from './template_values';

const couldNotCompare = (message: string): UndoOutcome => ({
  kind: 'failed',
  error: { code: 'not_compared', message, retryable: true },
});

/** Undefined if the effect is as our order left it, or if that was not recorded. */
const changedSince = async (
  { headers }: RestParts,
  send: Send,
  { verify, unchanged }: CompiledAction,
  { targetId, ...effect }: EffectHandle & { readonly targetId: string | undefined },
): Promise<UndoOutcome | undefined> => {
  const left = revisionLeft(effect.after);
  if (unchanged === undefined || verify === undefined || left === undefined || effect.force === true) return undefined;
  const values = { ...effectValues(effect, effect.command_ids[0] ?? ''), 'target.id': targetId ?? null };
  const request = renderRequest(verify.request, values, headers);
  if (!request.ok) return couldNotCompare(request.error);
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return couldNotCompare(`could not look first: ${whyUnanswered(answer)}`);
  const revision = revisionAt(answer.body.json, unchanged.now);
  if (revision === undefined || revision === left) return undefined;
  const error: TargetError = { code: 'changed_since', message: 'somebody changed it since', retryable: false };
  return { kind: 'refused', error, current: { revision } };
};

const RANK = { succeeded: 0, not_started: 1, failed: 1, unknown: 2 } as const;

/**
 * Removes an effect: where the request names the command, once for each command of the effect, so that exactly ours
 * go. What is gone already counts as removed.
 */
export const undoEffect = async (
  parts: RestParts,
  send: Send,
  effect: EffectHandle,
  { mayStart, fence }: Pick<CallContext, 'mayStart' | 'fence'>,
): Promise<UndoOutcome> => {
  const action = parts.actions.get(effect.action);
  if (action?.undo === undefined) return notMade(noSuchAction(`undo ${effect.action}`));
  const targetId = await resolveTarget(parts, send, action, effect);
  if (!targetId.ok) return { kind: 'failed', error: targetId.error };
  const changed = await changedSince(parts, send, action, { ...effect, targetId: targetId.value });
  if (changed !== undefined) return changed;
  const { request: template, rules } = action.undo;
  const ids = template.names.has('command_id') ? effect.command_ids : effect.command_ids.slice(0, 1);
  let outcome: CallOutcome | undefined;
  for (const id of ids) {
    const request = renderRequest(
      template,
      { ...effectValues(effect, id, fence), 'target.id': targetId.value ?? null },
      parts.headers,
    );
    if (!request.ok) return notMade(request.error);
    const answer = await send(request.value, mayStart);
    const next = readOrder(answer, { rules, use: 'undo', now: parts.utc(), shown: parts.target.shown });
    // Of several outcomes the worst is that of all.
    if (outcome === undefined || RANK[next.kind] > RANK[outcome.kind]) outcome = next;
  }
  return outcome ?? notMade('no command of this effect is known');
};
