import type { Ledger } from '../../../engine/brakes/ledger';
import type { Planned } from '../planned';

export const ledgerId = (limit: string, scope: string): string => `ledger:${limit}:${scope}`;

export const plannedLedger = (ledger: Ledger, at: string): Planned<'ledger', Ledger> => ({
  id: ledgerId(ledger.limit, ledger.scope),
  kind: 'ledger',
  content: ledger,
  facets: { state: ledger.entries.length + ledger.buckets.length > 0 ? 'in_use' : 'empty', at, policy: ledger.limit },
});
