import type { Reapplied } from '../../../common/api/progress';
import type { Drift } from '../../engine/execution/drift_mark';

/** How often something was removed at its target, as people are told. */
export const reappliedView = (drift: Pick<Drift, 'times' | 'of' | 'removed_at'> | undefined): Reapplied | undefined =>
  drift && { times: drift.times, of: drift.of, removed_at: drift.removed_at };
