/*
 * Statements about bundles and keys that are signed on their own, each with its own type in the signature, so that
 * none can be taken for another (`protocol.md` section 7).
 */

/** This version is the newest: short-lived, so that withholding a newer one is noticed. */
export interface FreshnessStatement {
  readonly version: number;
  /** Digest of the bundle's signed statement. */
  readonly statement_digest: string;
  readonly issued_at: string;
  readonly not_after: string;
}

/** A key that may sign. Times are UTC. */
export interface TrustedKey {
  /** SPKI, PEM. Its id follows from it. */
  readonly public_key: string;
  readonly not_before?: string;
  readonly not_after?: string;
  /** Once revoked, always revoked. */
  readonly revoked?: boolean;
}

/** Which keys are trusted from now on; signed by the keys before and by its own, as a root of The Update Framework. */
export interface KeyringStatement {
  /** 1 follows the keys of the settings. */
  readonly version: number;
  readonly issued_at: string;
  /** How many different keys must have signed a bundle, and the next keyring. */
  readonly threshold: number;
  readonly keys: readonly TrustedKey[];
  /** Ids of the keys that sign freshness; missing: all. */
  readonly freshness_keys?: readonly string[];
}

/** A keyring with the signatures over it. */
export interface SignedKeyring {
  readonly statement: KeyringStatement;
  readonly signatures: readonly string[];
}
