/** A token that nobody takes any more. */
export interface RevokedToken {
  readonly name: string;
  readonly sha256: string;
  readonly by: string;
  /** UTC. */
  readonly at: string;
  readonly reason: string;
}

/** All of them in one document, so that one read tells. */
export interface RevokedTokens {
  readonly revoked: readonly RevokedToken[];
}

export const REVOKED_ID = 'token:revoked';
