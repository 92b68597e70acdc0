import { isDefiniteRefusal } from '../connector';

/*
 * What AWS says when it refuses. A code of its own says for certain that nothing was done; a status without one may be
 * of a gateway on the way.
 */

interface Said {
  readonly code: string;
  readonly status: number;
}

/** Too many requests: by whatever status, nothing was done. */
const THROTTLING: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
]);

/** Not now: the same order may be taken later. */
const LATER: ReadonlySet<string> = new Set([
  'ConcurrentModification',
  'EntityTemporarilyUnmodifiable',
  'RequestTimeTooSkewed',
  'ServiceUnavailable',
  'Unavailable',
  'WAFOptimisticLockException',
  'WAFTagOperationException',
  'WAFUnavailableEntityException',
]);

/** Who we are is not believed, or nothing is let do with it. */
const NOT_LET_IN: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'Blocked',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'PendingVerification',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

/** No more fits in. */
const FULL: ReadonlySet<string> = new Set([
  'LimitExceeded',
  'NetworkAclEntryLimitExceeded',
  'TagLimitExceeded',
  'WAFLimitsExceededException',
]);

/** AWS answers 409 where it refuses by a code of its own; others mean a request that is under way. */
const BY_CODE: ReadonlySet<string> = new Set([...FULL, 'ConcurrentModification', 'EntityTemporarilyUnmodifiable']);

export const isThrottling = ({ code, status }: Said): boolean => status === 429 || THROTTLING.has(code);

export const mayHelpLater = ({ code }: Said): boolean => LATER.has(code);

export const isNotLetIn = ({ code, status }: Said): boolean => NOT_LET_IN.has(code) || status === 401 || status === 403;

export const isFull = ({ code }: Said): boolean => FULL.has(code);

/** AWS certainly did nothing. */
export const isDefinite = (said: Said): boolean =>
  isThrottling(said) || BY_CODE.has(said.code) || isDefiniteRefusal(said.status);
