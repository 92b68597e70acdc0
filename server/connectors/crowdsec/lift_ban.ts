import {
  isDefiniteRefusal,
  outcomeOfUnanswered,
  type CallContext,
  type EffectHandle,
  type Send,
  type UndoOutcome,
} from '../connector';
import { listed, unusable, type CrowdsecParts } from './crowdsec_parts';
import { markOf, readDecisionsOfAlerts } from './decisions';
import { messageIn, type LapiAnswer } from './lapi';

type DeleteResult = { readonly gone: true } | { readonly gone: false; readonly outcome: UndoOutcome };

const readDeleted = (parts: CrowdsecParts, answer: LapiAnswer): DeleteResult => {
  if (answer.kind === 'answered') {
    // CrowdSec 1.4 answers 500 for a decision that is not there (any more).
    if (answer.status === 200 || answer.status === 404 || /doesn't exist/.test(messageIn(answer)))
      return { gone: true };
    const error = unusable(parts, 'deleting', answer);
    return {
      gone: false,
      outcome:
        isDefiniteRefusal(answer.status) || answer.status === 429
          ? { kind: 'failed', error }
          : { kind: 'unknown', error },
    };
  }
  return answer.kind === 'login_refused'
    ? { gone: false, outcome: { kind: 'failed', error: unusable(parts, 'deleting', answer) } }
    : { gone: false, outcome: outcomeOfUnanswered(answer) };
};

/**
 * Lifts what the commands of an effect banned: finds their decisions by their mark and deletes each by its id, so
 * that a decision of somebody else on the same address stays. None found is a success.
 */
export const liftBan = async (
  parts: CrowdsecParts,
  send: Send,
  { command_ids }: EffectHandle,
  { mayStart }: Pick<CallContext, 'mayStart'>,
): Promise<UndoOutcome> => {
  const { lapi, origin } = parts;
  let deleted = 0;
  for (const commandId of command_ids) {
    const scenario = markOf(commandId);
    const answer = await lapi.alerts(send, { scenario, has_active_decision: 'true', limit: '100' }, mayStart);
    if (answer.kind === 'not_started') return outcomeOfUnanswered(answer);
    const found = listed(answer, readDecisionsOfAlerts);
    if (found === undefined) return { kind: 'failed', error: unusable(parts, 'finding our decision', answer) };
    for (const { id } of found.filter((each) => each.scenario === scenario && each.origin === origin)) {
      const result = readDeleted(parts, await lapi.deleteDecision(send, id, mayStart));
      if (!result.gone) return result.outcome;
      deleted += 1;
    }
  }
  return { kind: 'succeeded', text: deleted === 0 ? 'it was gone already' : `deleted ${deleted} of our decisions` };
};
