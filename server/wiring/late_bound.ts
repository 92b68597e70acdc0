/** An answer from a part that is built later. */
export interface LateBound<Value> {
  /** Asks the bound part; before one is bound it answers what was given at the start. */
  readonly ask: () => Value;
  readonly bind: (answer: () => Value) => void;
}

/**
 * For two parts that need each other: the first one gets `ask`, and the second one is bound once it is built. This way
 * the knot is in sight; a closure over a later constant would hide it.
 */
export const lateBound = <Value>(before: Value): LateBound<Value> => {
  let answer = (): Value => before;
  return {
    ask: () => answer(),
    bind: (given) => {
      answer = given;
    },
  };
};
