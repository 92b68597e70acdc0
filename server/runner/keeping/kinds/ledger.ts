import type { Ledger } from '../../../engine/brakes/ledger';
import type { Planned } from '../planned';

export const ledgerId = (limit: string, scope: string): string => `ledger:${limit}:${scope}`;

/** Something counts in it, or is to count once its time has come: then it is swept. */
const isInUse = ({ entries, buckets, rise }: Ledger): boolean =>
  entries.length + buckets.length > 0 || rise !== undefined;

export const plannedLedger = (ledger: Ledger, at: string): Planned<'ledger', Ledger> => ({
  id: ledgerId(ledger.limit, ledger.scope),
  kind: 'ledger',
  content: ledger,
  facets: { state: isInUse(ledger) ? 'in_use' : 'empty', at, policy: ledger.limit },
});
