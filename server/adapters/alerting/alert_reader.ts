import type { AlertDocument, AlertReader, ClusterTransport } from '../../runner/ports';
import { alertShards, keptPlaces } from './alert_shards';
import { findAlerts, findFindings } from './find_alerts';
import { readEntities } from './read_entities';
import { lookUpMonitor, ownIndices } from './monitor_lookup';
import { readShard, startIn } from './read_shard';
import { relatedDocuments } from './related_documents';

/*
 * Reads the indices of OpenSearch Alerting by `_seq_no`. It gives the latest state of each document, never one that
 * is still in flight: the upper bound is the global checkpoint of the primary, and a refresh comes between reading
 * the bound and searching, so that nothing below it is invisible.
 */

/** Where alerts, past alerts and findings lie. */
interface AlertPlaces {
  readonly alerts: readonly string[];
  readonly findings: readonly string[];
}

/** Active alerts and the history that completed ones move to, of Alerting and of Security Analytics; and findings. */
const USUAL_PLACES: AlertPlaces = {
  alerts: ['.opendistro-alerting-alert*', '.opensearch-sap-*-alerts*'],
  findings: ['.opensearch-alerting-finding*', '.opensearch-sap-*-findings*'],
};

/** The reader over alert and findings indices. */
export const alertReader = (transport: ClusterTransport, places: AlertPlaces = USUAL_PLACES): AlertReader => ({
  patterns: async () => {
    const usual = [...places.alerts, ...places.findings];
    return [...usual, ...(await ownIndices(transport)).filter((index) => !usual.includes(index))];
  },

  now: async (patterns) =>
    Object.fromEntries(
      (await alertShards(transport, patterns.join(','))).map(({ key, checkpoint }) => [key, checkpoint]),
    ),

  since: async (patterns, position, most) => {
    const pattern = patterns.join(',');
    const shards = await alertShards(transport, pattern);
    const next: Record<string, number> = { ...(await keptPlaces(transport, pattern, { position, shards })) };
    const alerts: AlertDocument[] = [];
    for (const shard of shards) {
      const after = startIn(shard, position[shard.key] ?? -1);
      const room = most - alerts.length;
      next[shard.key] = after;
      if (room <= 0 || shard.checkpoint <= after) continue;
      const hits = await readShard(transport, shard, { after, most: room });
      if (hits === undefined) continue;
      alerts.push(...hits.map(({ _id, _index, _source }) => ({ id: _id, index: _index, source: _source })));
      next[shard.key] = hits.length < room ? shard.checkpoint : (hits[hits.length - 1]?._seq_no ?? after);
    }
    return { alerts, position: next };
  },

  alerts: (wish) => findAlerts(transport, places.alerts, wish),
  findings: (ids) => findFindings(transport, places.findings, ids),
  documents: (wanted) => relatedDocuments(transport, wanted),
  entities: (search) => readEntities(transport, search),
  monitor: (id) => lookUpMonitor(transport, id),
});
