import type { BundleFiles } from '../../../common/policy/bundle';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import type { Result } from '../../../common/result';

/** What a bundle is filed under. */
export interface BundleName {
  readonly version: number;
  /** Of its signed statement: two bundles of one version differ in it. */
  readonly statement_digest: string;
  /** Of its policies alone: decisions name it. */
  readonly digest: string;
}

/** The archive of released bundles, and of those that lost the race for a version. */
export interface BundleArchive {
  readonly put: (name: BundleName, files: BundleFiles) => Promise<void>;
  readonly get: (version: number, statementDigest: string) => Promise<BundleFiles | undefined>;
  /** The newest version with these policies. */
  readonly byDigest: (digest: string) => Promise<BundleFiles | undefined>;
  /** What is filed, highest version first, at most 50. */
  readonly newest: () => Promise<readonly BundleName[]>;
}

/** How a bundle is one file. */
export interface BundleFormat {
  /** The same files give the same bytes. */
  readonly pack: (files: BundleFiles) => Uint8Array;
  /** Nothing of it is believed yet. */
  readonly unpack: (bytes: Uint8Array) => Result<BundleFiles, BundleFault>;
}
