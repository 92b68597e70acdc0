import type { Target } from '../../../common/flow/decision';
import { isSought, soughtBy, type Sought } from '../../engine/entity/sought';
import type { AgentWith } from '../agent/views';

/** What a list is narrowed to, and what is told of it. */
export interface Wanted {
  readonly sought: Sought;
  /** Other spellings of what was typed, which are looked for as well. */
  readonly also_as: string[];
  readonly isIt: (target: Target) => boolean;
}

/** The thing that somebody typed, by the inventory in force; undefined where nothing was typed. */
export const wantedThing = (agent: AgentWith<'inventory'>, typed: string | undefined): Wanted | undefined => {
  if (typed === undefined || typed.trim() === '') return undefined;
  const sought = soughtBy(typed, agent.parts.inventory);
  return { sought, also_as: sought.texts.slice(1), isIt: isSought(sought) };
};
