import type { CallOutcome } from '../../../common/flow/outcome';

/**
 * An outcome as the runner may take it: an error that its connector does not list as one to try again after is final,
 * whatever the error says of itself. Nobody knows what repeating an order does after it.
 */
export const classed = <Outcome extends CallOutcome>(
  outcome: Outcome,
  { retries }: { readonly retries: readonly string[] },
): Outcome => {
  if (outcome.kind !== 'failed' && outcome.kind !== 'unknown') return outcome;
  const { error } = outcome;
  return !error.retryable || retries.includes(error.code)
    ? outcome
    : { ...outcome, error: { ...error, retryable: false } };
};
