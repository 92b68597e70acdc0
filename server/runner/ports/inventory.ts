import type { AssetFacts } from '../../../common/flow/decision';

/** One thing of the inventory as it is stored. */
export interface InventoryItem {
  readonly type: AssetFacts['type'];
  /** Canonical name, address or network. */
  readonly value: string;
  readonly name?: string;
  /** What else the same host or account is called: another name, a SID, an object id. */
  readonly aliases?: readonly string[];
  readonly addresses?: readonly string[];
  readonly criticality?: AssetFacts['criticality'];
  readonly tags?: readonly string[];
  readonly subnets?: readonly string[];
  readonly groups?: readonly string[];
  readonly owner?: string;
  readonly origin: 'file' | 'cluster' | 'demo';
}

export interface InventoryStore {
  readonly load: () => Promise<{ readonly version: string; readonly items: readonly InventoryItem[] }>;
  /** Replaces all items of an origin. */
  readonly replace: (origin: InventoryItem['origin'], items: readonly InventoryItem[]) => Promise<void>;
  /** Hosts and users that the cluster's own documents name (`host.*`, `user.*`). */
  readonly discover: (indices: readonly string[]) => Promise<readonly InventoryItem[]>;
}
