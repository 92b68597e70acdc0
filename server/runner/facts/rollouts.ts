import type { RolloutView } from '../../../common/api/routes/comparison';

/** Policies that are rolled out to a share of their targets, and whether they stopped themselves. */
export interface Rollouts {
  /** True too while it is not known: what cannot be read must not act (INV-13). */
  readonly isStopped: (policy: string, hash: string) => boolean;
  /** How each rollout in force fares. */
  readonly view: () => Promise<readonly RolloutView[]>;
  /** A person lets a stopped rollout go on. @returns false if it is not stopped */
  readonly resume: (policy: string, word: { readonly by: string; readonly reason: string }) => Promise<boolean>;
}
