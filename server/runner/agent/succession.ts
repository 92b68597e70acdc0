import { present } from '../../../common/present';
import type { Gate } from '../keeping/kinds/gate';

/* Which generation of the state follows which, when a person has it adopted (`protocol.md` 0). */

/** So many adoptions are remembered. */
const MOST_EARLIER = 32;

/**
 * The generation that an adoption makes, and those that it ends. An agent that never worked with any state keeps the
 * generation of an adopted one: it has lost nothing, and another generation would shut out everybody who followed.
 */
export const succession = (
  known: string | undefined,
  found: Gate | undefined,
  fresh: string,
): Pick<Gate, 'generation'> & Pick<NonNullable<Gate['adopted']>, 'from' | 'earlier'> => {
  const { from, earlier = [] } = found?.adopted ?? {};
  if (found && from !== undefined && known === undefined)
    return { generation: found.generation, from, ...present({ earlier: found.adopted?.earlier }) };
  const ended = [...(from === undefined ? [] : [from]), ...earlier].slice(0, MOST_EARLIER);
  return {
    generation: fresh,
    from: known ?? found?.generation ?? '',
    ...present({ earlier: ended.length === 0 ? undefined : ended }),
  };
};

/** Whether an adoption that made this gate ended the generation that an agent knows. */
export const hasEnded = (gate: Gate | undefined, known: string | undefined): boolean => {
  if (gate?.adopted === undefined || known === undefined || gate.generation === known) return false;
  return [gate.adopted.from, ...(gate.adopted.earlier ?? [])].includes(known);
};
