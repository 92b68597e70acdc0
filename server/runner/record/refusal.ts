import type { ProblemCode } from '../../../common/api/contract';
import type { BadField } from '../../../common/codec/decode';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import type { SignerFault } from '../../engine/policy/signer';

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

export const NO_INTAKE = refusal(
  'not_here',
  'this agent takes no events: its settings leave the role `intake` out; send them to one that has it',
);

/** What a sender is told whose source is switched off. Who did it and why is for people, on the page. */
export const SOURCE_OFF = refusal(
  'source_off',
  'an admin switched this source off: nothing was taken. Send it again once it is on',
);

/**
 * What an agent would say to a bundle, a keyring or a freshness statement; its code is the path of the one bad field.
 */
export const refusedBundle = ({ code, message }: BundleFault): Refusal => ({
  ...refusal('bundle_refused', message),
  fields: [{ path: code, message }],
});

/** What a signer of its own said, or that it said nothing: then it may be asked again. */
export const refusedBySigner = ({ code, message }: SignerFault): Refusal =>
  code === 'signer_away'
    ? refusal('unavailable', `the signer does not answer, and nothing was released: ${message}`)
    : refusal('signer_refused', `the signer signed nothing: ${message}`);
