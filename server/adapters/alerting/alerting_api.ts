import type {
  AlertDocument,
  AlertSources,
  ClusterTransport,
  SourceDocument,
  SourceLookup,
  SourceName,
} from '../../runner/ports';
import { createChannel, deleteChannel, getChannel, sendTest, updateChannel } from './channels';
import { getDetector, listDetectors, saveDetector } from './detectors';
import { getMonitor, listMonitors, saveMonitor } from './monitors';
import { objectsOf, jsonOf, stringOf } from './plugin_call';

const LONG_MS = 15_000;

const newestAlerts = async (
  transport: ClusterTransport,
  { alerts, monitorIds }: SourceDocument,
  most: number,
): Promise<readonly AlertDocument[]> => {
  const ids = [...monitorIds];
  const fields = ['monitor_id', 'workflow_id', 'correlation_rule_id'];
  const { status, body } = await transport.request(
    {
      method: 'POST',
      path: `/${alerts.split(',').map(encodeURIComponent).join(',')}/_search`,
      querystring: { ignore_unavailable: true, allow_no_indices: true, expand_wildcards: 'all' },
      body: {
        size: most,
        query: { bool: { filter: [{ bool: { should: fields.map((field) => ({ terms: { [field]: ids } })) } }] } },
        sort: [{ start_time: { order: 'desc', unmapped_type: 'date' } }],
      },
    },
    { timeoutMs: LONG_MS },
  );
  if (status !== 200) return [];
  return objectsOf(jsonOf(jsonOf(body).hits).hits).map((hit) => ({
    id: stringOf(hit._id),
    index: stringOf(hit._index),
    source: jsonOf(hit._source),
  }));
};

/** What has no `GET` of its own is found in its list. */
const findOther = async (transport: ClusterTransport, { kind, id }: SourceName): Promise<SourceLookup> => {
  const { sources, notes } = await listDetectors(transport);
  const source = sources.find((each) => each.kind === kind && each.id === id);
  if (source) return { kind: 'found', source };
  const [note] = notes;
  return note ? { kind: 'refused', message: note.text } : { kind: 'missing' };
};

/** Alerting, Security Analytics and Notifications of the cluster behind a transport. */
export const alertSources = (transport: ClusterTransport): AlertSources => ({
  list: async () => {
    const [monitors, detectors] = await Promise.all([listMonitors(transport), listDetectors(transport)]);
    return {
      sources: [...monitors.sources, ...detectors.sources],
      notes: [...monitors.notes, ...detectors.notes],
    };
  },
  get: async (source) => {
    switch (source.kind) {
      case 'monitor':
      case 'workflow':
        return getMonitor(transport, source);
      case 'detector':
        return getDetector(transport, source);
      case 'threat_intel':
      case 'correlation':
        return findOther(transport, source);
    }
  },
  save: async (source, body, expect) => {
    switch (source.kind) {
      case 'monitor':
      case 'workflow':
        return saveMonitor(transport, source, { body, expect });
      case 'detector':
        return saveDetector(transport, source, { body, expect });
      case 'threat_intel':
      case 'correlation':
        return { kind: 'refused', message: 'what it sends names no alert; its alerts are read from their index' };
    }
  },
  channel: (id) => getChannel(transport, id),
  createChannel: (channel) => createChannel(transport, channel),
  updateChannel: (channel) => updateChannel(transport, channel),
  deleteChannel: (id) => deleteChannel(transport, id),
  sendTest: (id) => sendTest(transport, id),
  newestAlerts: (source, most) => newestAlerts(transport, source, most),
});
