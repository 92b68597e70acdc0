import { present } from '../../../common/present';
import { cameToEffect, type CaseContent } from '../keeping/kinds/case';

/* A source says that what it reported is over. */

/** True if one of these policies, by id, wants its effect to end with the source. */
export type EndsWithSource = (policies: readonly string[]) => boolean;

const isOpen = ({ state }: CaseContent): boolean => state === 'held' || state === 'accepted';

/** True if something is in effect for this case whose policy says that it ends with the source. */
const mayEndEarly = ({ acts, decision }: CaseContent, endsWithSource: EndsWithSource): boolean => {
  const inEffect = acts.filter(({ status }) => cameToEffect(status)).map(({ act_id }) => act_id);
  return endsWithSource(
    (decision?.acts ?? []).filter(({ act_id }) => inEffect.includes(act_id)).map(({ policy }) => policy.id),
  );
};

/**
 * A case of which its source says that it is over: what is held, and what may end early, is looked at again at once.
 *
 * @param now UTC
 */
export const overCase = (content: CaseContent, endsWithSource: EndsWithSource, now: string): CaseContent => {
  const { due: before, ...rest } = content;
  const due = isOpen(content) || mayEndEarly(content, endsWithSource) ? now : before;
  return { ...rest, received: { ...content.received, source_state: 'completed' }, ...present({ due }) };
};
