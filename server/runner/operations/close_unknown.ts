import { err, ok, type Result } from '../../../common/result';
import { canBeClosed } from '../../engine/execution/looked';
import type { Looked } from '../../engine/execution/effect';
import type { Shift } from '../agent/shift';
import type { AgentWith } from '../agent/views';
import { contentOf } from '../keeping/state_docs';
import { audit } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

const NOTHING_TO_CLOSE = refusal(
  'not_found',
  'there is nothing to close: it can be undone, or what came of it is known by now',
);

/**
 * A person looked at the target of what nothing takes back, and says what came of it. Its owner closes it; until then
 * it counts in its limits.
 */
export const closeContainment = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'store'> & {
    readonly shift: Pick<Shift, 'effects'> | undefined;
  },
  effectId: string,
  looked: Looked,
): Promise<Result<{ readonly effect_id: string }, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const effect = contentOf('effect', await agent.parts.store.get(effectId));
  if (effect === undefined || !canBeClosed(effect)) return err(NOTHING_TO_CLOSE);
  if (!(await shift.effects.looked(effectId, looked))) return err(NOTHING_TO_CLOSE);
  await audit(agent, {
    verb: 'close_unknown',
    by: looked.by,
    object: { type: 'effect', id: effectId },
    effect_id: effectId,
    outcome: looked.as,
    text: looked.reason,
  });
  return ok({ effect_id: effectId });
};
