import { clusterLook } from '../adapters/opensearch/cluster_look';
import { lookAtFolder } from '../adapters/system/folder_look';
import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import { SetupBook, type SetupPorts } from '../runner/operations/setup/setup_book';
import type { Trust } from './build_trust';

/** What has to be set up, as this host can look at it. Asks nobody yet. */
export const setupOf = (
  { transport, dataFolder, persistent }: Pick<HostParts, 'transport' | 'dataFolder' | 'persistent'>,
  trust: Pick<Trust, 'keys' | 'keyring'>,
  given: Pick<SetupPorts, 'agent' | 'connectorFaults' | 'health' | 'host' | 'sourceHealth' | 'sources'>,
): SetupBook =>
  new SetupBook({
    ...given,
    cluster: clusterLook(transport),
    folder: () => lookAtFolder(dataFolder, realClock.monotonic),
    isFolderDurable: persistent,
    signers: trust.keys.signers,
    threshold: () => trust.keyring.rules().threshold,
    trustedKeys: () => trust.keyring.rules().keys.length,
  });
