import type { TrustRules } from '../../engine/policy/signature';

/** Keys as bundles and statements are judged by them. */
export interface TrustedKeys {
  /** What is trusted at this moment. */
  readonly rules: () => TrustRules;
  /** Looks for keyrings that follow; a key that they revoke counts no longer. */
  readonly follow: () => Promise<void>;
}
