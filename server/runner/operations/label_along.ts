import type { Label } from '../../../common/flow/feedback';
import { labelOfReason } from '../../../common/flow/label_of_reason';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { labelDecision, type LabelledBy } from './decisions';

/** A person's word on an act, which may say what its event turned out to be. */
interface LabellingWord {
  readonly by: string;
  readonly reason: string;
  /** By itself; else what the reason is, if it is nothing but a label. */
  readonly label: Label | undefined;
  readonly as: LabelledBy;
}

type Agent = AgentWith<'chance' | 'clock' | 'evidence' | 'history' | 'log'>;

/**
 * Keeps the label that a word says, once the word is taken. That it could not be kept must not undo the word: it is
 * told instead.
 *
 * @returns on how many decisions it is kept; undefined if the word is no label
 */
export const labelAlong = async (
  agent: Agent,
  decisions: readonly string[],
  { label: given, reason, by, as }: LabellingWord,
): Promise<{ readonly labelled?: number }> => {
  const label = given ?? labelOfReason(reason);
  if (label === undefined) return {};
  let labelled = 0;
  for (const decision of new Set(decisions)) {
    try {
      const filed = await labelDecision(agent, decision, { label, reason, by, as });
      if (filed.ok) labelled += 1;
    } catch (cause) {
      agent.parts.log.warn('a label was not kept', { decision, error: cause });
    }
  }
  return present({ labelled });
};
