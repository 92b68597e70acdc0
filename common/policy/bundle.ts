import type { Policy } from './policy';

/** Who approved what was released; bound to the digest of what they saw. */
export interface Approval {
  readonly user: string;
  readonly at: string;
  readonly reason: string;
  readonly digest: string;
  /** False where there were no users to separate author and approver. */
  readonly four_eyes: boolean;
}

/** What a bundle says of itself, inside the signature. */
export interface BundleStatement {
  readonly version: number;
  /** sha256 over the names and contents of all policy files. With guards the digest of the whole set is another one. */
  readonly digest: string;
  /** Digest of the statement before, `genesis` for version 1. */
  readonly prev_digest: string;
  readonly created_at: string;
  readonly author: string;
  readonly changelog: string;
  readonly approvals: readonly Approval[];
  /** UTC; from then on the bundle permits nothing by itself. Missing: until the next one. */
  readonly expires_at?: string;
  /** Rego guards of the bundle; `digest` speaks of the policies alone. */
  readonly guards?: {
    readonly names: readonly string[];
    /** sha256 over the names and texts of all guards. */
    readonly source_digest: string;
    /** sha256 of the module that was compiled of them. */
    readonly wasm_digest: string;
  };
}

/** Rego guards as a bundle carries them: their texts as they were reviewed, and the one module compiled of them. */
export interface Guards {
  /** Text by name. */
  readonly sources: ReadonlyMap<string, string>;
  readonly wasm: Uint8Array;
  /** sha256 of `wasm`. */
  readonly digest: string;
}

/** Names and bytes of a bundle's files, signature and manifest included. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** A policy with its text and the hash of that text. */
export interface PolicyFile {
  readonly path: string;
  readonly source: string;
  readonly hash: string;
  readonly policy: Policy;
}

declare const trusted: unique symbol;

/**
 * A bundle whose signature, completeness and statement were checked. Only `mark_trusted.ts` makes one, only the
 * engine's policy stage calls it, and only a trusted bundle decides (INV-9).
 */
export interface TrustedBundle {
  readonly [trusted]: true;
  readonly statement: BundleStatement;
  readonly keyIds: readonly string[];
  readonly policies: readonly PolicyFile[];
  readonly guards?: Guards;
}
