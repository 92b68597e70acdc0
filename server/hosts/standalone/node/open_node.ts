import type { HostProblem } from '../../host_parts';

/** What the start and the page say of a node that is not closed. */
export const openNodeProblem = (why: string): HostProblem => ({
  code: 'node_open',
  text: `any program on this machine can read and change what Reflex keeps in its OpenSearch node, for the node has no network of its own: ${why}. Allow network namespaces, or use a cluster with users (OPENSEARCH_HOSTS)`,
});
