import { PROBLEM_STATUS, type Problem, type ProblemCode } from '../../common/api/contract';
import type { HostResponse } from '../routes/http';

/** The answer to a request that a host refuses by itself, in the form that all routes answer with. */
export const refusal = (code: ProblemCode, message: string, extra: Partial<Problem> = {}): HostResponse => ({
  status: PROBLEM_STATUS[code],
  headers: extra.retry_after_s === undefined ? {} : { 'retry-after': String(extra.retry_after_s) },
  body: { code, message, ...extra },
});
