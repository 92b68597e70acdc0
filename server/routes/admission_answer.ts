import { present } from '../../common/present';
import type { AdmissionView } from '../../common/api/routes';
import type { Admission } from '../runner/door/admission';
import { admissionView } from './admission_view';
import type { Answered } from './bind';

/**
 * One answer for several events: the worst that the sender can do something about. 202 says that all are durable,
 * 200 that all were there already, or are not for Reflex.
 */
const statusOf = (results: readonly AdmissionView[]): number => {
  const has = (status: AdmissionView['status']): boolean => results.some((result) => result.status === status);
  if (has('unavailable')) return 503;
  if (has('overloaded')) return 429;
  if (has('switched_off')) return 409;
  if (has('quarantined')) return 400;
  const isDone = ({ status }: AdmissionView): boolean => status === 'duplicate' || status === 'not_ours';
  return results.every(isDone) && results.length > 0 ? 200 : 202;
};

/** An answer to whoever handed in events, with the wait if there is one. */
export const answered = (
  results: AdmissionView[],
  note?: string,
): { readonly answered: Answered<{ results: AdmissionView[]; note?: string }> } => {
  const status = results.length === 0 ? 200 : statusOf(results);
  const wait =
    results.find((result) => result.retry_after_s !== undefined)?.retry_after_s ?? (status === 503 ? 5 : undefined);
  return {
    answered: {
      status,
      body: { results, ...present({ note }) },
      ...present({ headers: wait === undefined ? undefined : { 'retry-after': String(wait) } }),
    },
  };
};

/**
 * An answer to a channel. That a monitor is switched off is no failure of its message: Alerting would put the alert in
 * error.
 */
export const answeredToChannel = (results: AdmissionView[], note?: string): ReturnType<typeof answered> => {
  const taken = results.filter(({ status }) => status !== 'switched_off');
  const { answered: answer } = answered(taken, note);
  return { answered: { ...answer, body: { ...answer.body, results } } };
};

export const answeredFor = (admissions: readonly Admission[]): ReturnType<typeof answered> =>
  answered(admissions.map(admissionView));
