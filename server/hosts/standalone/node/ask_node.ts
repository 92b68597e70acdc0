import { clusterName } from './node_files';

const PATIENCE_MS = 2_000;

/** True once our node answers on the port and can be read and written. */
export const isReady = async (port: number): Promise<boolean> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_cluster/health`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const health = (await answer.json()) as { cluster_name?: string; status?: string };
    return health.cluster_name === clusterName(port) && (health.status === 'green' || health.status === 'yellow');
  } catch {
    return false;
  }
};
