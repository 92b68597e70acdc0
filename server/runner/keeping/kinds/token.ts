import type { TokenRight } from '../../../../common/api/contract';

/** A token that nobody takes any more. */
export interface RevokedToken {
  readonly name: string;
  readonly sha256: string;
  readonly by: string;
  /** UTC. */
  readonly at: string;
  readonly reason: string;
}

/** A token that was made on the page. It itself was told once; only its digest is kept. */
export interface MadeToken {
  readonly name: string;
  readonly sha256: string;
  readonly may: readonly TokenRight[];
  /** People who hold it; who made it is one of them. */
  readonly owners: readonly string[];
  /** From where it is taken; empty: from anywhere. */
  readonly networks: readonly string[];
  /** UTC. */
  readonly expires: string;
  /** Requests a minute at each host; missing: any number. */
  readonly rate_per_minute?: number;
  readonly by: string;
  /** UTC. */
  readonly at: string;
}

/** All of them in one document, so that one read tells: what is revoked in one, what was made in another. */
export interface RevokedTokens {
  readonly revoked: readonly RevokedToken[];
  readonly made?: readonly MadeToken[];
}

/** Another document than the revoked: agents of before rewrite that one and would lose these. */
export const MADE_ID = 'token:made';

export const REVOKED_ID = 'token:revoked';
