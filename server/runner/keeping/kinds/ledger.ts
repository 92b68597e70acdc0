import { sha256 } from '../../../engine/digest/digest';
import type { Ledger } from '../../../engine/brakes/ledger';
import type { Planned } from '../planned';

/** OpenSearch takes ids of 512 bytes. Groups, tags and names of sources may be longer: a claim in them would fail. */
const LONGEST_ID_BYTES = 512;

export const ledgerId = (limit: string, scope: string): string => {
  const id = `ledger:${limit}:${scope}`;
  return Buffer.byteLength(id) <= LONGEST_ID_BYTES ? id : `ledger:${limit}:sha256:${sha256(scope)}`;
};

/** Something counts in it, or is to count once its time has come: then it is swept. */
const isInUse = ({ entries, buckets, rise }: Ledger): boolean =>
  entries.length + buckets.length > 0 || rise !== undefined;

export const plannedLedger = (ledger: Ledger, at: string): Planned<'ledger', Ledger> => ({
  id: ledgerId(ledger.limit, ledger.scope),
  kind: 'ledger',
  content: ledger,
  facets: { state: isInUse(ledger) ? 'in_use' : 'empty', at, policy: ledger.limit },
});
