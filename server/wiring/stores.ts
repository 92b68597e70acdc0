import { present } from '../../common/present';
import { OpenSearchBundleArchive } from '../adapters/opensearch/bundle_archive';
import { OpenSearchEvidenceLog } from '../adapters/opensearch/evidence_log';
import { OpenSearchInventoryStore } from '../adapters/opensearch/inventory_store';
import { OpenSearchLogSearch } from '../adapters/opensearch/log_search';
import { OpenSearchStateStore } from '../adapters/opensearch/state_store';
import type { HostParts } from '../hosts/host_parts';
import type { BundleArchive, EvidenceChain, EvidenceLog, InventoryStore, LogSearch, StateStore } from '../runner/ports';

/** What all agents share in OpenSearch. */
export interface Stores {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly archive: BundleArchive;
  readonly inventoryStore: InventoryStore;
  /** Looks into indices that are not Reflex' own. */
  readonly logSearch: LogSearch;
}

/**
 * Asks OpenSearch nothing yet.
 *
 * @param chain gives each record its place
 */
export const storesOn = (
  { transport, log }: Pick<HostParts, 'transport' | 'log'>,
  { chain }: { readonly chain?: EvidenceChain } = {},
): Stores => ({
  store: new OpenSearchStateStore(transport),
  evidence: new OpenSearchEvidenceLog(transport, {
    ...present({ chain }),
    onRefused: ({ isFiled, ...record }) =>
      log.error(
        isFiled
          ? 'a record was refused by OpenSearch and is in quarantine instead'
          : 'a record was refused by OpenSearch and could not be filed in quarantine either',
        record,
      ),
  }),
  archive: new OpenSearchBundleArchive(transport),
  inventoryStore: new OpenSearchInventoryStore(transport),
  logSearch: new OpenSearchLogSearch(transport),
});
