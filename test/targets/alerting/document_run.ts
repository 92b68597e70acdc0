import { randomUUID } from 'crypto';
import type { ClusterTransport } from '../../../server/runner/ports';
import { alertSource, placesOf, type AlertIndices, type Run, type Trigger } from './alert_indices';
import { fires, type Matched } from './condition';
import { json, type Json } from './documents';

/* What a document-level monitor finds, and the findings and alerts that it writes of it. */

interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _seq_no: number;
}

/** A document and the queries that found it. */
export interface FoundDocument {
  readonly hit: Hit;
  readonly queries: readonly Matched[];
  readonly findingId: string;
}

/** How far each index was read by each monitor. */
export type Checkpoints = Map<string, number>;

/** Thrown where the input of a monitor cannot be read, with Alerting's words. */
export class InputFailed extends Error {}

export const searched = async (
  cluster: Pick<ClusterTransport, 'request'>,
  index: string,
  body: Json,
): Promise<Json> => {
  const path = `/${encodeURIComponent(index)}`;
  await cluster.request({ method: 'POST', path: `${path}/_refresh` }, { timeoutMs: 30_000 });
  const answer = await cluster.request({ method: 'POST', path: `${path}/_search`, body }, { timeoutMs: 30_000 });
  if (answer.status === 404) throw new InputFailed(`IndexNotFoundException[no such index [${index}]]`);
  if (answer.status !== 200) throw new Error(`${index}: ${JSON.stringify(answer.body)}`);
  return json(answer.body);
};

const hitsOf = (body: Json): readonly Hit[] => (json(body.hits).hits ?? []) as readonly Hit[];

const inputOf = (monitor: Json) => {
  const [input] = monitor.inputs as readonly Json[];
  const { indices = [], queries = [] } = json(input?.doc_level_input);
  return { indices: indices as readonly string[], queries: queries as readonly Json[] };
};

/**
 * Documents since the last run that a query finds. The first run of a monitor only notes where its indices end.
 *
 * @throws InputFailed
 */
export const findDocuments = async (
  cluster: Pick<ClusterTransport, 'request'>,
  { monitorId, monitor }: Run,
  checkpoints: Checkpoints,
): Promise<readonly FoundDocument[]> => {
  const { indices, queries } = inputOf(monitor);
  const found = new Map<string, FoundDocument>();
  for (const index of indices) {
    const place = `${monitorId} ${index}`;
    const newest = {
      size: 1,
      query: { match_all: {} },
      sort: [{ _seq_no: { order: 'desc', unmapped_type: 'long' } }],
      seq_no_primary_term: true,
    };
    const [last] = hitsOf(await searched(cluster, index, newest));
    const before = checkpoints.get(place);
    checkpoints.set(place, last?._seq_no ?? -1);
    if (before === undefined) continue;
    for (const { id, name, query, tags } of queries) {
      const filter = [{ range: { _seq_no: { gt: before } } }, { query_string: { query } }];
      const asked = { size: 1_000, query: { bool: { filter } }, seq_no_primary_term: true };
      for (const hit of hitsOf(await searched(cluster, index, asked))) {
        const key = `${hit._id}|${hit._index}`;
        const matched = { id: String(id), name: String(name), tags: (tags ?? []) as readonly string[] };
        const { queries: others = [], findingId = randomUUID() } = found.get(key) ?? {};
        found.set(key, { hit, queries: [...others, matched], findingId });
      }
    }
  }
  return [...found.values()];
};

/** Alerting takes `id|index` apart at the first bar, so an id that has one is torn. */
const tornApart = ({ _id, _index }: Hit): readonly [id: string, index: string] => {
  const [id = '', index = ''] = `${_id}|${_index}`.split('|');
  return [id, index];
};

export const storeFindings = async (
  indices: AlertIndices,
  { monitorId, monitor, at, executionId }: Run,
  found: readonly FoundDocument[],
): Promise<void> => {
  for (const { hit, queries, findingId } of found) {
    const [id, index] = tornApart(hit);
    await indices.store(placesOf(monitor).findings, findingId, {
      id: findingId,
      related_doc_ids: [id],
      correlated_doc_ids: [id],
      monitor_id: monitorId,
      monitor_name: monitor.name,
      index,
      queries: queries.map((query) => ({ ...query, fields: [], query: '', query_field_names: [] })),
      timestamp: at,
      execution_id: executionId,
    });
  }
};

/** One alert for each trigger and document, with the id that it gets. */
export const alertsOf = (
  run: Run,
  trigger: Trigger & { readonly condition: string },
  found: readonly FoundDocument[],
): ReadonlyArray<{ readonly id: string; readonly source: Json; readonly queries: readonly Matched[] }> =>
  found
    .filter(({ queries }) => fires(trigger.condition, { queries }))
    .map(({ hit, queries, findingId }) => {
      const id = randomUUID();
      const state = run.workflowId === undefined ? 'ACTIVE' : 'AUDIT';
      const related = { finding_ids: [findingId], related_doc_ids: [`${hit._id}|${hit._index}`] };
      return { id, queries, source: alertSource(run, trigger, { id, state, ...related }) };
    });
