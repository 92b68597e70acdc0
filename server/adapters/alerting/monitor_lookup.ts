import { StoreUnavailable, type ClusterAnswer, type ClusterTransport, type MonitorLookup } from '../../runner/ports';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

const ALERTING = '/_plugins/_alerting';
const LONG_MS = 10_000;
const MOST_MONITORS = 1_000;
/** No such path, or not for us. */
const NOT_HERE: ReadonlySet<number> = new Set([400, 401, 403, 405]);
/** OpenSearch is away, or has too much to do. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Asks Alerting. A right that Reflex lacks is no outage: it then knows of monitors only what alerts and messages say.
 *
 * @returns undefined where Alerting is not installed or Reflex may not ask it
 */
const ask = async (
  transport: ClusterTransport,
  request: Parameters<ClusterTransport['request']>[0],
): Promise<ClusterAnswer | undefined> => {
  const answer = await transport.request(request, { timeoutMs: LONG_MS, anyAnswer: true });
  if (NOT_HERE.has(answer.status)) return undefined;
  if (AWAY.has(answer.status))
    throw new StoreUnavailable(`${request.method} ${request.path} answered ${answer.status}`);
  return answer;
};

const KINDS = [
  ['workflows', 'workflow'],
  ['monitors', 'monitor'],
] as const;

/**
 * A workflow by its id, or the monitor of that id. Workflows come first: asked for a workflow as a monitor, Alerting
 * answers 500 (seen with 3.5), and asked for a monitor as a workflow it says that there is none. Versions without
 * workflows know no such path.
 */
export const lookUpMonitor = async (transport: ClusterTransport, id: string): Promise<MonitorLookup> => {
  let answer: ClusterAnswer | undefined;
  for (const [kind, name] of KINDS) {
    answer = await ask(transport, { method: 'GET', path: `${ALERTING}/${kind}/${encodeURIComponent(id)}` });
    if (answer === undefined) continue;
    const found = isJsonObject(answer.body) ? answer.body[name] : undefined;
    if (answer.status === 200 && isJsonObject(found)) return { kind: 'found', monitor: found };
    if (answer.status !== 404 && answer.status !== 200)
      return {
        kind: 'failed',
        why: `asking Alerting for the ${name} \`${id.slice(0, 100)}\` answered ${answer.status}`,
      };
  }
  return { kind: answer === undefined ? 'unsupported' : 'unknown' };
};

interface MonitorHit {
  readonly _source?: { readonly data_sources?: JsonObject; readonly monitor?: { readonly data_sources?: JsonObject } };
}

/** Indices of monitors that have their own for alerts and findings, other than those of Security Analytics. */
export const ownIndices = async (transport: ClusterTransport): Promise<readonly string[]> => {
  const answer = await ask(transport, {
    method: 'POST',
    path: `${ALERTING}/monitors/_search`,
    body: { size: MOST_MONITORS, _source: ['data_sources', 'monitor.data_sources'], query: { match_all: {} } },
  });
  if (answer !== undefined && answer.status >= 500)
    throw new StoreUnavailable(`searching for monitors answered ${answer.status}`);
  if (answer?.status !== 200) return [];
  const hits = (answer.body as { hits?: { hits?: readonly MonitorHit[] } }).hits?.hits ?? [];
  const named = hits.flatMap(({ _source }) => {
    const sources = _source?.data_sources ?? _source?.monitor?.data_sources ?? {};
    return [sources.alerts_index, sources.alerts_history_index, sources.findings_index];
  });
  return [
    ...new Set(
      named
        .filter((index): index is string => typeof index === 'string' && index !== '')
        .filter((index) => !/^\.(opendistro-alerting-|opensearch-alerting-|opensearch-sap-)/.test(index)),
    ),
  ].sort();
};
