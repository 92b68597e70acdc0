/**
 * Work in small portions: whoever does it may let others have a turn between any two. The longest portion is about one
 * policy.
 */
export type Steps<Value> = Generator<void, Value, void>;

/** Does the work without a pause. */
export const inOneGo = <Value>(steps: Steps<Value>): Value => {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
};
