import type { ProblemCode } from '../../../common/api/contract';
import type { BadField } from '../../../common/codec/decode';

/** Why an operation was not done, in the words of the API. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fields?: readonly BadField[];
  /** Where somebody else was faster: how things are now. */
  readonly current?: unknown;
}

export const refusal = (code: ProblemCode, message: string): Refusal => ({ code, message });

export const NOT_JOINED = refusal('unavailable', 'OpenSearch does not answer right now; nothing was changed');
