import type { Result } from '../../../common/result';
import type { ClientCertificate } from './client_certificate';

/**
 * Why a request is not from whom it says; `busy`: so many came that replays could not be told apart any more;
 * `certificate`: all but its certificate is right.
 */
export type GuardFault = 'missing' | 'wrong' | 'old' | 'replayed' | 'busy' | 'certificate';

/** Hashes of the HMAC that senders sign with; sha1 is what Splunk Observability has. */
export const SIGNATURE_ALGORITHMS = ['sha256', 'sha512', 'sha1'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

export interface GuardedRequest {
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The body as it came. */
  readonly body: Uint8Array;
  /** UTC, ms. */
  readonly now: number;
  /** What stands at the end of the address in place of a header. */
  readonly pathToken?: string;
  /** The certificate that the sender showed. */
  readonly certificate?: ClientCertificate;
}

/** Knows whether a request comes from one source. */
export interface WebhookGuard {
  /**
   * A request that passes may not pass again, unless it is let go: a sender that was not served sends it once more.
   */
  readonly check: (request: GuardedRequest) => Result<{ readonly letGo: () => void }, GuardFault>;
}
