import type {
  ClusterTransport,
  Saved,
  SourceDocument,
  SourceLookup,
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
 * Detectors, threat intelligence monitors and correlation rules by the API of Security Analytics (3.4). A detector's
 * `PUT` cannot compare and set, so its version is read right before.
 */

const BASE = '/_plugins/_security_analytics';

const pathOf = ({ id }: SourceName): string => `${BASE}/detectors/${encodeURIComponent(id)}`;

const monitorIdsOf = ({ monitor_id: ids }: JsonObject): readonly string[] =>
  Array.isArray(ids) ? ids.map(stringOf).filter((id) => id !== '') : [];

const detectorOf = ({ id, version, source }: Hit): SourceDocument => {
  const wrapped = source.detector;
  const body = isJsonObject(wrapped) ? wrapped : source;
  const type = stringOf(body.detector_type).toLowerCase();
  return {
    kind: 'detector',
    id,
    name: stringOf(body.name),
    // What it sends comes from monitors that look at documents; its bucket-level rules carry no action.
    level: 'document',
    enabled: body.enabled === true,
    version: { version },
    body,
    monitorIds: monitorIdsOf(body),
    alerts: `.opensearch-sap-${type}-alerts*`,
  };
};

const otherOf =
  (kind: 'threat_intel' | 'correlation', alerts: string) =>
  ({ id, version, source }: Hit): SourceDocument => {
    const body = isJsonObject(source.monitor) ? source.monitor : source;
    return {
      kind,
      id,
      name: stringOf(body.name),
      level: 'other',
      enabled: body.enabled !== false,
      version: { version },
      body,
      monitorIds: [id],
      alerts,
      closed: 'other_message',
    };
  };

interface ListedDetectors extends Pick<Found, 'notes'> {
  readonly sources: readonly SourceDocument[];
}

const part = 'security_analytics' as const;

/** Everything of Security Analytics that raises alerts. */
export const listDetectors = async (transport: ClusterTransport): Promise<ListedDetectors> => {
  const detectors = await listByPlugin(transport, {
    part,
    what: 'detectors of Security Analytics',
    path: `${BASE}/detectors/_search`,
  });
  // Without detectors there is nothing to correlate; one note says so, not three.
  if (detectors.notes.some(({ code }) => code === 'not_installed')) return { sources: [], notes: detectors.notes };
  const [intelligence, correlations] = await Promise.all([
    listByPlugin(transport, {
      part,
      what: 'threat intelligence monitors',
      path: `${BASE}/threat_intel/monitors/_search`,
    }),
    listByPlugin(transport, { part, what: 'correlation rules', path: `${BASE}/correlation/rules/_search` }),
  ]);
  return {
    sources: [
      ...detectors.hits.map(detectorOf),
      ...intelligence.hits.map(otherOf('threat_intel', '.opensearch-sap-threat-intel-alerts*')),
      ...correlations.hits.map(otherOf('correlation', '.opensearch-sap-correlation-alerts*')),
    ],
    notes: [...detectors.notes, ...intelligence.notes, ...correlations.notes],
  };
};

/** Its own `GET` does not say which monitors it made; the search does. */
const monitorsOf = async (transport: ClusterTransport, id: string): Promise<readonly string[]> => {
  const answer = await callPlugin(transport, {
    method: 'POST',
    path: `${BASE}/detectors/_search`,
    body: { size: 1, query: { ids: { values: [id] } } },
  });
  if (answer.kind !== 'ok') return [];
  const [hit] = (jsonOf(answer.body.hits).hits as readonly JsonObject[] | undefined) ?? [];
  return hit === undefined ? [] : monitorIdsOf(jsonOf(hit._source));
};

export const getDetector = async (transport: ClusterTransport, source: SourceName): Promise<SourceLookup> => {
  const answer = await callPlugin(transport, { method: 'GET', path: pathOf(source) });
  if (answer.kind !== 'ok') return notFoundOf(answer);
  const { _version, detector } = answer.body;
  const hit = {
    id: source.id,
    version: numberOf(_version) ?? 0,
    seqNo: undefined,
    primaryTerm: undefined,
    source: jsonOf(detector),
  };
  const monitorIds = await monitorsOf(transport, source.id);
  return { kind: 'found', source: { ...detectorOf(hit), monitorIds } };
};

export const saveDetector = async (
  transport: ClusterTransport,
  source: SourceName,
  { body, expect }: { readonly body: JsonObject; readonly expect: SourceVersion },
): Promise<Saved> => {
  const now = await callPlugin(transport, { method: 'GET', path: pathOf(source) });
  if (now.kind !== 'ok') return savedOf(now);
  if (numberOf(now.body._version) !== expect.version) return { kind: 'conflict' };
  return savedOf(await callPlugin(transport, { method: 'PUT', path: pathOf(source), body }));
};
