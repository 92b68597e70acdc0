import type { SetupPorts } from '../../server/runner/operations/setup/setup_book';
import type { ClusterLook, FolderLook } from '../../server/runner/ports';

/** A cluster that lets us do everything, and has all that is ours. */
export const aClusterLook = (over: Partial<ClusterLook> = {}): ClusterLook => ({
  account: async () => ({ security: 'there', user: 'reflex_agent', roles: ['reflex_own'] }),
  rights: async () => [{ what: 'write its state', request: 'POST /_bulk', answer: 'allowed', said: '200' }],
  indices: async () => ({ indices: [{ name: 'reflex-state', wanted: 9, found: 9 }], down: [] }),
  ...over,
});

export const aFolderLook = (over: Partial<FolderLook> = {}): FolderLook => ({
  path: '/var/lib/reflex',
  kind: 'ext4',
  mount: '/',
  free_bytes: 40 * 2 ** 30,
  total_bytes: 80 * 2 ** 30,
  sync_ms: 3,
  ...over,
});

type Given = Pick<SetupPorts, 'agent' | 'sources' | 'sourceHealth'>;

/** What the set-up is looked at with, on a host where its own part is as it should be. */
export const setupPortsOf = (given: Given, over: Partial<SetupPorts> = {}): SetupPorts => ({
  host: 'fra-1',
  cluster: aClusterLook(),
  folder: async () => aFolderLook(),
  isFolderDurable: true,
  signers: [],
  threshold: () => 1,
  trustedKeys: () => 1,
  health: { healthOf: () => ({ state: 'ok', text: '' }) },
  connectorFaults: [],
  ...given,
  ...over,
});
