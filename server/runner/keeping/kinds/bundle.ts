import type { BundleStatement } from '../../../../common/policy/bundle';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import { statementDigest } from '../../../engine/policy/verify_bundle';

export const bundleHeadId = (version: number): string => `bundle:${version}`;
export const keyringId = (version: number): string => `bundle:keyring:${version}`;
export const FRESHNESS_ID = 'bundle:freshness';

/** The newest statement that a bundle is the newest, signed. */
export interface FreshnessContent {
  readonly token: string;
}

/** The head of a released bundle; creating it is what makes version N exist only once. */
export interface BundleHead {
  readonly version: number;
  /** Of the whole set, its guards included. */
  readonly digest: string;
  readonly statement_digest: string;
  readonly prev_digest: string;
  readonly released_at: string;
}

export const bundleHeadOf = (statement: BundleStatement): BundleHead => ({
  version: statement.version,
  digest: approvedDigest(statement),
  statement_digest: statementDigest(statement),
  prev_digest: statement.prev_digest,
  released_at: statement.created_at,
});
