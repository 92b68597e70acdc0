import { present } from '../../../common/present';
import type { OpenSearchTransport } from '../../adapters/opensearch/transport';
import { StoreUnavailable } from '../../runner/ports';

/*
 * The indices that the demo writes as sensors and OpenSearch Alerting would. Those of Alerting carry a mark, so that
 * ending the demo deletes none that a real Alerting made.
 */

export const ALERTS_INDEX = '.opendistro-alerting-alerts';
export const FINDINGS_INDEX = '.opensearch-alerting-finding-history-demo-1';

const LONG_MS = 30_000;
const MARK = { reflex_demo: true };

const SETTINGS = { 'index.number_of_shards': 1, 'index.number_of_replicas': 0 };
const keyword = { type: 'keyword' };
const date = { type: 'date' };
const WORDS = { strings: { match_mapping_type: 'string', mapping: keyword } };

/** What the demo asks for in queries; all else is mapped as it comes. */
const BODIES: Readonly<Record<string, object>> = {
  [ALERTS_INDEX]: {
    settings: { ...SETTINGS, 'index.hidden': true },
    mappings: {
      _meta: MARK,
      _routing: { required: true },
      dynamic_templates: [WORDS],
      properties: { start_time: date, end_time: date, last_notification_time: date, acknowledged_time: date },
    },
  },
  [FINDINGS_INDEX]: {
    settings: { ...SETTINGS, 'index.hidden': true },
    mappings: { _meta: MARK, dynamic_templates: [WORDS], properties: { timestamp: { type: 'long' } } },
  },
};

const LOG_BODY = {
  settings: SETTINGS,
  mappings: { _meta: MARK, dynamic_templates: [WORDS], properties: { '@timestamp': date } },
};

const pathOf = (index: string): string => `/${encodeURIComponent(index)}`;

const typeOf = (body: unknown): string => (body as { error?: { type?: string } } | undefined)?.error?.type ?? '';

const make = async (transport: OpenSearchTransport, index: string, body: object): Promise<void> => {
  const answer = await transport.request(
    { method: 'PUT', path: pathOf(index), body: { ...body } },
    { timeoutMs: LONG_MS },
  );
  if (answer.status >= 400 && typeOf(answer.body) !== 'resource_already_exists_exception')
    throw new Error(`the demo's index \`${index}\` could not be made: ${typeOf(answer.body)}`);
};

/** Makes the indices of Alerting and of the named logs where they are missing. */
export const makeDemoIndices = async (transport: OpenSearchTransport, logs: readonly string[]): Promise<void> => {
  const bodies = [...Object.entries(BODIES), ...logs.map((index) => [index, LOG_BODY] as const)];
  await Promise.all(bodies.map(([index, body]) => make(transport, index, body)));
};

/** Writes a document once: a second time changes nothing, so that a scene may be played again after a crash. */
export const writeOnce = async (
  transport: OpenSearchTransport,
  { index, id, routing }: { readonly index: string; readonly id: string; readonly routing?: string },
  source: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const answer = await transport.request(
    {
      method: 'PUT',
      path: `${pathOf(index)}/_create/${encodeURIComponent(id)}`,
      ...present({ querystring: routing === undefined ? undefined : { routing } }),
      body: source,
    },
    { timeoutMs: LONG_MS },
  );
  if (answer.status >= 400 && answer.status !== 409)
    throw new StoreUnavailable(`the demo could not write into \`${index}\`: ${typeOf(answer.body)}`);
};

const KEPT_MS = 24 * 3_600_000;

/** Removes what the demo wrote more than a day ago, so that its indices stay small. */
export const forgetOldScenes = async (transport: OpenSearchTransport, now: number): Promise<void> => {
  const times: ReadonlyArray<readonly [string, string]> = [
    ['demo-logs-*', '@timestamp'],
    [ALERTS_INDEX, 'start_time'],
    [FINDINGS_INDEX, 'timestamp'],
  ];
  for (const [index, field] of times) {
    await transport.request(
      {
        method: 'POST',
        path: `${pathOf(index)}/_delete_by_query`,
        querystring: { conflicts: 'proceed', expand_wildcards: 'all' },
        body: { query: { range: { [field]: { lt: now - KEPT_MS } } } },
      },
      { timeoutMs: LONG_MS },
    );
  }
};

interface Resolved {
  readonly indices?: ReadonlyArray<{ readonly name: string }>;
}

const namesOf = async (transport: OpenSearchTransport, pattern: string): Promise<readonly string[]> => {
  const { body } = await transport.request(
    { method: 'GET', path: `/_resolve/index/${pattern}`, querystring: { expand_wildcards: 'all' } },
    { timeoutMs: LONG_MS },
  );
  return ((body as Resolved).indices ?? []).map(({ name }) => name);
};

const isMarked = async (transport: OpenSearchTransport, index: string): Promise<boolean> => {
  const { status, body } = await transport.request({ method: 'GET', path: `${pathOf(index)}/_mapping` });
  const mappings = Object.values((body ?? {}) as Record<string, { mappings?: { _meta?: Partial<typeof MARK> } }>);
  return status === 200 && mappings.some((each) => each.mappings?._meta?.reflex_demo === true);
};

const countIn = async (transport: OpenSearchTransport, index: string): Promise<number> => {
  const { status, body } = await transport.request(
    { method: 'GET', path: `${pathOf(index)}/_stats/docs` },
    { timeoutMs: LONG_MS },
  );
  const counted = body as { _all?: { primaries?: { docs?: { count?: number } } } };
  return status === 200 ? (counted._all?.primaries?.docs?.count ?? 0) : 0;
};

const remove = async (transport: OpenSearchTransport, path: string): Promise<void> => {
  const { status } = await transport.request({ method: 'DELETE', path }, { timeoutMs: LONG_MS });
  if (status >= 400 && status !== 404) throw new StoreUnavailable(`\`${path}\` could not be deleted`);
};

/** Reflex' own indices and the demo's, and those of Alerting that the demo made. */
const indicesOfDemo = async (transport: OpenSearchTransport): Promise<readonly string[]> => {
  const own = await namesOf(transport, 'reflex-*,demo-*');
  const foreign = await namesOf(transport, '.opendistro-alerting-*,.opensearch-alerting-*');
  const marked = await Promise.all(foreign.map(async (name) => ((await isMarked(transport, name)) ? [name] : [])));
  return [...own, ...marked.flat()];
};

const MOST_SWEEPS = 20;

/**
 * Deletes everything of the demo. Sweeps until nothing is left: a request that was on its way may make an index again.
 *
 * @returns how many documents there were
 * @throws StoreUnavailable
 */
export const deleteDemoIndices = async (
  transport: OpenSearchTransport,
  pause: () => Promise<void>,
): Promise<number> => {
  let documents = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    const names = await indicesOfDemo(transport);
    if (names.length === 0 && sweep > 0) break;
    for (const name of names) {
      documents += await countIn(transport, name);
      await remove(transport, pathOf(name));
    }
    await pause();
  }
  await remove(transport, '/_index_template/reflex-*');
  return documents;
};
