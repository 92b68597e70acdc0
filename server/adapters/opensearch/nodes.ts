import { StoreUnavailable, type OwnFound, type OwnSource, type OwnThing } from '../../runner/ports';
import type { OpenSearchTransport } from './transport';

/* The nodes of the cluster that Reflex works with: its state and its evidence lie there. */

interface NodeInfo {
  readonly name?: unknown;
  readonly host?: unknown;
  readonly ip?: unknown;
  readonly transport_address?: unknown;
  readonly http?: { readonly publish_address?: unknown };
}

const PATH = '/_nodes/http';
const FILTER = 'nodes.*.name,nodes.*.host,nodes.*.ip,nodes.*.transport_address,nodes.*.http.publish_address';

/** `node-1/10.0.0.5:9200` and `[::1]:9300`, without the port: each name and address of it. */
const hostsIn = (address: unknown): readonly string[] =>
  typeof address !== 'string' || address === ''
    ? []
    : address
        .split('/')
        .map((part) => part.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1'))
        .filter((part) => part !== '');

const thingsOf = (node: NodeInfo): readonly OwnThing[] => {
  const { name, host, ip, transport_address: transport, http } = node;
  const texts = [host, ip, transport, http?.publish_address].flatMap(hostsIn);
  const from = `OpenSearch node${typeof name === 'string' ? ` \`${name}\`` : ''}`;
  return [...new Set(texts)].map((text) => ({ text, from }));
};

/** The addresses of the cluster's nodes. Where Reflex' user may not ask for them that is told, and the rest holds. */
export const openSearchNodes = (transport: OpenSearchTransport): OwnSource => ({
  name: 'OpenSearch',
  look: async (): Promise<OwnFound> => {
    const request = { method: 'GET', path: PATH, querystring: { filter_path: FILTER } } as const;
    const { status, body } = await transport.request(request, { anyAnswer: true });
    if (status === 429 || status >= 500) throw new StoreUnavailable(`OpenSearch answered ${status} to GET ${PATH}`);
    if (status !== 200) {
      const why = "give Reflex' user `cluster:monitor/nodes/info`, or list its nodes in a `protect` policy";
      return { things: [], missing: [`OpenSearch does not tell its nodes (${status}): ${why}`] };
    }
    const { nodes = {} } = body as { readonly nodes?: Readonly<Record<string, NodeInfo>> };
    return { things: Object.values(nodes).flatMap(thingsOf), missing: [] };
  },
});
