import { ok, type Result } from '../result';

/** One order takes 1,000 cases; more orders than these are not given by one click or command. */
const MOST_ORDERS = 20;

interface Ordered {
  readonly cases: number;
  readonly more: boolean;
}

/**
 * Orders until there is no more to decide again, however much that is.
 *
 * @returns how many cases were taken up, and what ended it if not that
 */
export const orderUntilDone = async <Fault>(
  order: () => Promise<Result<Ordered, Fault>>,
): Promise<{ readonly cases: number; readonly ended: Result<undefined, Fault> }> => {
  let cases = 0;
  for (let orders = 0; orders < MOST_ORDERS; orders += 1) {
    const answer = await order();
    if (!answer.ok) return { cases, ended: answer };
    cases += answer.value.cases;
    if (!answer.value.more || answer.value.cases === 0) break;
  }
  return { cases, ended: ok(undefined) };
};
