import type { AlertDocument, AlertWish, ClusterTransport } from '../../runner/ports';

/* Looks alerts and findings up, as they are right now: a refresh comes first, for Alerting writes without one. */

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: Readonly<Record<string, unknown>>;
}

const LONG_MS = 15_000;
const MOST = 1_000;
/** Ids in one request. */
const PAGE = 500;

/** An alert stays in the index of active ones until it is over; an error of its message does not end it. */
const OPEN_STATES = ['ACTIVE', 'ACKNOWLEDGED', 'ERROR'];

const search = async (
  transport: ClusterTransport,
  patterns: readonly string[],
  query: Readonly<Record<string, unknown>>,
): Promise<readonly AlertDocument[]> => {
  const path = `/${encodeURIComponent(patterns.join(','))}`;
  const querystring = { ignore_unavailable: true, allow_no_indices: true, expand_wildcards: 'all' };
  await transport.request({ method: 'POST', path: `${path}/_refresh`, querystring }, { timeoutMs: LONG_MS });
  const { status, body } = await transport.request(
    {
      method: 'POST',
      path: `${path}/_search`,
      querystring: { ...querystring, allow_partial_search_results: false },
      body: { size: MOST, query, sort: [{ start_time: { order: 'desc', unmapped_type: 'date' } }] },
    },
    { timeoutMs: LONG_MS },
  );
  if (status === 404) return [];
  if (status !== 200) throw new Error(`searching alerts answered ${status}`);
  const hits = (body as { hits?: { hits?: readonly Hit[] } }).hits?.hits ?? [];
  return hits.map(({ _id, _index, _source }) => ({ id: _id, index: _index, source: _source }));
};

const filterOf = ({ ids, monitorId, triggerId, open, startedFrom }: AlertWish): readonly object[] => [
  ...(ids === undefined ? [] : [{ ids: { values: ids } }]),
  ...(monitorId === undefined
    ? []
    : [{ bool: { should: [{ term: { monitor_id: monitorId } }, { term: { workflow_id: monitorId } }] } }]),
  ...(triggerId === undefined ? [] : [{ term: { trigger_id: triggerId } }]),
  ...(open === true ? [{ terms: { state: OPEN_STATES } }] : []),
  ...(startedFrom === undefined ? [] : [{ range: { start_time: { gte: startedFrom, format: 'epoch_millis' } } }]),
];

export const findAlerts = async (
  transport: ClusterTransport,
  patterns: readonly string[],
  wish: AlertWish,
): Promise<readonly AlertDocument[]> => {
  if (wish.ids === undefined || wish.ids.length <= PAGE)
    return search(transport, patterns, { bool: { filter: filterOf(wish) } });
  const found: AlertDocument[] = [];
  for (let at = 0; at < wish.ids.length; at += PAGE)
    found.push(...(await findAlerts(transport, patterns, { ...wish, ids: wish.ids.slice(at, at + PAGE) })));
  return found;
};

export const findFindings = async (
  transport: ClusterTransport,
  patterns: readonly string[],
  ids: readonly string[],
): Promise<readonly AlertDocument[]> => {
  const found: AlertDocument[] = [];
  for (let at = 0; at < ids.length; at += PAGE)
    found.push(...(await search(transport, patterns, { ids: { values: ids.slice(at, at + PAGE) } })));
  return found;
};
