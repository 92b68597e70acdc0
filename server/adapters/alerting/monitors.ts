import { present } from '../../../common/present';
import type {
  ClusterTransport,
  Saved,
  SourceDocument,
  SourceLookup,
  SourceLevel,
  SourceName,
  SourceVersion,
} from '../../runner/ports';
import {
  callPlugin,
  jsonOf,
  listByPlugin,
  notFoundOf,
  numberOf,
  savedOf,
  stringOf,
  type Found,
  type Hit,
} from './plugin_call';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * Monitors and workflows by the API of OpenSearch Alerting (3.4). Its `PUT` takes `if_seq_no` and `if_primary_term`
 * and answers 409 where another version is there, so that nobody's change is overwritten.
 */

const BASE = '/_plugins/_alerting';
const DEFAULT_ALERTS = '.opendistro-alerting-alerts';
const DEFAULT_PATTERN = '.opendistro-alerting-alert*';

const LEVELS: Readonly<Record<string, SourceLevel>> = {
  query_level_monitor: 'query',
  cluster_metrics_monitor: 'query',
  bucket_level_monitor: 'bucket',
  doc_level_monitor: 'document',
};

const pathOf = ({ kind, id }: SourceName): string =>
  `${BASE}/${kind === 'workflow' ? 'workflows' : 'monitors'}/${encodeURIComponent(id)}`;

/** Monitors may have indices of their own for their alerts. */
const indicesOf = (body: JsonObject): { readonly alerts: string; readonly custom: boolean } => {
  const { alerts_index, alerts_history_index } = jsonOf(body.data_sources);
  const active = stringOf(alerts_index);
  if (active === '' || active === DEFAULT_ALERTS) return { alerts: DEFAULT_PATTERN, custom: false };
  return { alerts: `${active}*,${stringOf(alerts_history_index) || active}*`, custom: true };
};

const documentOf = (hit: Hit, body: JsonObject): SourceDocument => {
  const isWorkflow = body.type === 'workflow' || stringOf(body.workflow_type) !== '';
  const { alerts, custom } = indicesOf(body);
  const level: SourceLevel = isWorkflow ? 'workflow' : (LEVELS[stringOf(body.monitor_type)] ?? 'other');
  return {
    kind: isWorkflow ? 'workflow' : 'monitor',
    id: hit.id,
    name: stringOf(body.name),
    level,
    enabled: body.enabled === true,
    version: {
      version: hit.version,
      ...present({ seqNo: hit.seqNo, primaryTerm: hit.primaryTerm }),
    },
    body,
    monitorIds: [hit.id],
    alerts,
    ...(custom ? { closed: 'custom_indices' as const } : level === 'other' ? { closed: 'other_message' as const } : {}),
  };
};

/** Searches answer the monitor itself; where one cannot be parsed they answer it wrapped, as it is stored. */
const bodyIn = (source: JsonObject): JsonObject => {
  const wrapped = source.monitor ?? source.workflow;
  return isJsonObject(wrapped) ? wrapped : source;
};

/** Monitors that Security Analytics made belong to their detectors. */
const isOwn = ({ body }: SourceDocument): boolean => stringOf(body.owner) !== 'security_analytics';

interface ListedMonitors extends Pick<Found, 'notes'> {
  readonly sources: readonly SourceDocument[];
}

/** Monitors and workflows; Alerting searches both at once. */
export const listMonitors = async (transport: ClusterTransport): Promise<ListedMonitors> => {
  const { hits, notes } = await listByPlugin(transport, {
    part: 'alerting',
    what: 'monitors of Alerting',
    path: `${BASE}/monitors/_search`,
  });
  return { sources: hits.map((hit) => documentOf(hit, bodyIn(hit.source))).filter(isOwn), notes };
};

/**
 * Alerting leaves out what the visual editor keeps of a monitor (`ui_metadata`) unless Dashboards asks, by this word in
 * the name of the client (seen with 2.11 to 3.5). What is read here is written back: what was left out would be gone.
 */
const AS_DASHBOARDS = { 'user-agent': 'OpenSearch-Dashboards (Reflex)' };

export const getMonitor = async (transport: ClusterTransport, source: SourceName): Promise<SourceLookup> => {
  const answer = await callPlugin(transport, { method: 'GET', path: pathOf(source), headers: AS_DASHBOARDS });
  if (answer.kind !== 'ok') return notFoundOf(answer);
  const { _version, _seq_no, _primary_term, monitor, workflow } = answer.body;
  const hit = {
    id: source.id,
    version: numberOf(_version) ?? 0,
    seqNo: numberOf(_seq_no),
    primaryTerm: numberOf(_primary_term),
    source: {},
  };
  return { kind: 'found', source: documentOf(hit, jsonOf(monitor ?? workflow)) };
};

export const saveMonitor = async (
  transport: ClusterTransport,
  source: SourceName,
  { body, expect }: { readonly body: JsonObject; readonly expect: SourceVersion },
): Promise<Saved> =>
  savedOf(
    await callPlugin(transport, {
      method: 'PUT',
      path: pathOf(source),
      querystring: {
        ...present({ if_seq_no: expect.seqNo, if_primary_term: expect.primaryTerm }),
      },
      body,
    }),
  );
