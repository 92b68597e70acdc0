import { StoreUnavailable, type AlertReader, type ClusterTransport } from '../../runner/ports';

type Wanted = Parameters<AlertReader['documents']>[0];
type Found = Awaited<ReturnType<AlertReader['documents']>>;

interface Doc {
  readonly _index?: string;
  readonly _id?: string;
  readonly _seq_no?: number;
  readonly _source?: Readonly<Record<string, unknown>>;
  readonly found?: boolean;
  readonly error?: { readonly type?: string };
}

const LONG_MS = 15_000;
/** Documents in one request. */
const PAGE = 500;

/** A document that is there, but whose shard is not: without it the alert would become another, poorer event. */
const AWAY: ReadonlySet<string> = new Set([
  'no_shard_available_action_exception',
  'unavailable_shards_exception',
  'node_not_connected_exception',
  'node_disconnected_exception',
  'receive_timeout_transport_exception',
  'circuit_breaking_exception',
  'rejected_execution_exception',
]);

const readPage = async (transport: ClusterTransport, wanted: Wanted): Promise<Found> => {
  const { status, body } = await transport.request(
    { method: 'POST', path: '/_mget', body: { docs: wanted.map(({ index, id }) => ({ _index: index, _id: id })) } },
    { timeoutMs: LONG_MS, keepDigits: true },
  );
  if (status !== 200) throw new Error(`reading documents answered ${status}`);
  const docs = (body as { docs?: readonly Doc[] }).docs ?? [];
  const away = docs.find(({ error }) => AWAY.has(error?.type ?? ''));
  if (away)
    throw new StoreUnavailable(`a document of \`${away._index ?? ''}\` cannot be read: ${away.error?.type ?? ''}`);
  return docs.flatMap(({ found, _index, _id, _seq_no, _source }) =>
    found === true && _index !== undefined && _id !== undefined && _source !== undefined
      ? [{ index: _index, id: _id, seqNo: _seq_no ?? 0, source: _source }]
      : [],
  );
};

/**
 * Reads documents by id, as they are now, each once. What is gone is left out.
 *
 * @throws StoreUnavailable if a document cannot be read at the moment
 */
export const relatedDocuments = async (transport: ClusterTransport, wanted: Wanted): Promise<Found> => {
  const unique = [...new Map(wanted.map((each) => [`${each.index}\n${each.id}`, each])).values()];
  const found: Found[number][] = [];
  for (let at = 0; at < unique.length; at += PAGE)
    found.push(...(await readPage(transport, unique.slice(at, at + PAGE))));
  return found;
};
