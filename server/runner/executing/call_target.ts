import { whyOf } from '../../../common/why';
import type { CallOutcome, Clock } from '../ports';

/**
 * Calls a target with a time limit. A call that does not answer in time may still be applied, so its outcome is
 * unknown, and so is one that throws.
 *
 * @param limitMs longest wait
 * @param call gets a signal that is aborted when the time is over
 * @param unanswered what to answer then
 */
export const callTarget = async <Outcome>(
  clock: Clock,
  limitMs: number,
  call: (signal: AbortSignal) => Promise<Outcome>,
  unanswered: (why: string) => Outcome,
): Promise<Outcome> => {
  const tooLate = new AbortController();
  const answered = new AbortController();
  const answer = call(tooLate.signal)
    .catch((cause: unknown) => unanswered(whyOf(cause)))
    .finally(() => answered.abort());
  const limit = clock.sleep(limitMs, answered.signal).then(() => {
    if (!answered.signal.aborted) tooLate.abort();
    return unanswered(`no answer within ${limitMs} ms`);
  });
  const first = await Promise.race([answer, limit.then((late) => (answered.signal.aborted ? answer : late))]);
  return first;
};

/** The outcome of a call that was not answered. */
export const unanswered = (why: string): CallOutcome => ({
  kind: 'unknown',
  error: { code: 'no_answer', message: why, retryable: true },
});
