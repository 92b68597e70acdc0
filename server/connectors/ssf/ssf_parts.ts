import type { HttpTarget, TargetError } from '../connector';
import type { SigningKey } from './signing_key';
import type { Subjects } from './subject';

/** Everything that one connector of shared signals works with. */
export interface SsfParts {
  readonly name: string;
  readonly target: HttpTarget;
  /** What follows `base_url`: a URL without a path has one all the same. */
  readonly path: '' | '/';
  /** A bearer token of the receiver as it is now; undefined where `target` or nothing says who sends. */
  readonly token: () => string | undefined;
  /** As it is now. */
  readonly signingKey: () => SigningKey;
  readonly keyId: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly streamId: string;
  readonly subjects: Subjects;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly timeoutMs: number;
}

/** An order that was not given: nothing was sent, and giving it again would end the same way. */
export const notMade = (code: string, message: string): { readonly kind: 'failed'; readonly error: TargetError } => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});
