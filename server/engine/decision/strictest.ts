import type { ActResult } from '../../../common/flow/decision';

const RANK: Readonly<Record<ActResult, number>> = { permit: 0, escalate: 1, deny: 2 };

/** Deny beats escalate beats permit; the order of the voices does not matter. */
export const strictest = (results: readonly ActResult[]): ActResult =>
  results.reduce<ActResult>((most, each) => (RANK[each] > RANK[most] ? each : most), 'permit');
