import type { DetectionEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { eventually } from '../../../test/contracts/eventually';
import { realNode } from '../../../test/contracts/real_node';
import { received } from '../../../test/builders/events';
import { aDecision } from '../../../test/builders/views';
import { OpenSearchEvidenceLog } from '../../adapters/opensearch/evidence_log';
import { identitiesOf } from '../../engine/entity/identity';
import { lateralChain } from './lateral_chain';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

describe('a lateral chain in a real OpenSearch', () => {
  it('is found over the indices of two days, by other names of a host, within half a second', async () => {
    const node = await realNode();
    try {
      const evidence = new OpenSearchEvidenceLog(node.transport, { prefix: node.prefix, replicas: 0 });
      const hop = (id: string, hoursAgo: number, named: Partial<DetectionEvent>, effectless?: true) => {
        const at = iso(NOW - hoursAgo * 3_600_000);
        const event = received({ event_id: id, timestamp: at, source: undefined, ...named });
        const decision = { ...aDecision({ decision_id: id }), ...(effectless && { effectless }) };
        return { family: 'decisions' as const, id, at, body: { event, decision } };
      };
      await evidence.append([
        hop('d1', 14, { src_host: 'WS-1', dst_host: 'app-1' }),
        hop('d2', 2, { source: { ip: '10.0.0.7' }, destination: { ip: '10.0.0.9' } }),
        hop('d3', 1, { src_host: 'ws-1', dst_host: 'x' }, true),
        hop('d4', 1, { src_host: 'x', dst_host: 'db-1' }),
      ]);
      const host = (value: string, address: string) =>
        ({ type: 'host', value, addresses: [address], origin: 'file' }) as const;
      const who = identitiesOf([host('app-1', '10.0.0.7'), host('db-1', '10.0.0.9')]);
      const ask = (within_ms: number) =>
        lateralChain(
          { evidence, who },
          { lookup: 'lateral_chain', from: 'host:ws-1', to: 'host:db-1', within_ms },
          { now: NOW, leftMs: () => 500 },
        );
      await eventually(async () =>
        expect(await ask(86_400_000)).toEqual({ answer: { hops: 2, hosts: ['ws-1', 'app-1', '10.0.0.9'] } }),
      );
      expect(await ask(3_600_000 * 13)).toEqual({ answer: { hops: 0, hosts: [] } });
    } finally {
      await node.dispose();
    }
  }, 60_000);
});
