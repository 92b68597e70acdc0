import { iso } from '../../../common/iso';
import { realNode, type RealNode } from '../../../test/contracts/real_node';
import { withOwnNames } from '../../../test/demo/own_names';
import type { OpenSearchTransport } from '../../adapters/opensearch/transport';
import {
  ALERTS_INDEX,
  deleteDemoIndices,
  FINDINGS_INDEX,
  forgetOldScenes,
  makeDemoIndices,
  writeOnce,
} from './demo_indices';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const REAL_HISTORY = '.opendistro-alerting-alert-history-2026.11.22-1';

let node: RealNode;
let transport: OpenSearchTransport;

const exists = async (index: string): Promise<boolean> =>
  (await transport.request({ method: 'HEAD', path: `/${index}` })).status === 200;

const idsIn = async (index: string): Promise<readonly string[]> => {
  await transport.request({ method: 'POST', path: `/${index}/_refresh` });
  const { body } = await transport.request({ method: 'POST', path: `/${index}/_search`, body: { size: 100 } });
  return (body as { hits: { hits: ReadonlyArray<{ _id: string }> } }).hits.hits.map(({ _id }) => _id).sort();
};

beforeEach(async () => {
  node = await realNode();
  transport = withOwnNames(node.transport, node.prefix);
  await makeDemoIndices(transport, ['demo-logs-endpoint']);
});

afterEach(() => node.dispose());

describe('the indices of the demo', () => {
  it('are made once, whoever makes them again', async () => {
    await writeOnce(transport, { index: 'demo-logs-endpoint', id: 'a' }, { '@timestamp': 0 });
    await makeDemoIndices(transport, ['demo-logs-endpoint']);
    expect(await idsIn('demo-logs-endpoint')).toEqual(['a']);
  });

  it('keep the first of what is written twice', async () => {
    const place = { index: ALERTS_INDEX, id: 'a', routing: 'demo-monitor' };
    await writeOnce(transport, place, { state: 'ACTIVE', start_time: 1 });
    await writeOnce(transport, place, { state: 'ACTIVE', start_time: 2 });
    const { body } = await transport.request({
      method: 'GET',
      path: `/${ALERTS_INDEX}/_doc/a`,
      querystring: { routing: 'demo-monitor' },
    });
    expect(body).toMatchObject({ _source: { start_time: 1 }, _version: 1 });
  });

  it('forget what is older than a day', async () => {
    const now = Date.now();
    for (const [id, at] of [
      ['old', now - DAY_MS - 60_000],
      ['young', now - DAY_MS + 60_000],
    ] as const) {
      await writeOnce(transport, { index: 'demo-logs-endpoint', id }, { '@timestamp': iso(at) });
      await writeOnce(transport, { index: ALERTS_INDEX, id, routing: 'm' }, { start_time: at });
      await writeOnce(transport, { index: FINDINGS_INDEX, id }, { timestamp: at });
    }
    for (const index of ['demo-logs-endpoint', ALERTS_INDEX, FINDINGS_INDEX])
      expect(await idsIn(index)).toEqual(['old', 'young']);
    await forgetOldScenes(transport, now);
    for (const index of ['demo-logs-endpoint', ALERTS_INDEX, FINDINGS_INDEX])
      expect(await idsIn(index)).toEqual(['young']);
  });

  it('are deleted with those of Reflex, and those that a real Alerting made are not', async () => {
    await transport.request({ method: 'PUT', path: `/${REAL_HISTORY}`, body: {} });
    await transport.request({ method: 'PUT', path: '/reflex-audit-2026.11', body: {} });
    await writeOnce(transport, { index: 'demo-logs-endpoint', id: 'a' }, { '@timestamp': 0 });
    await transport.request({ method: 'POST', path: '/demo-logs-endpoint/_refresh' });
    expect(await deleteDemoIndices(transport, () => Promise.resolve())).toBe(1);
    for (const index of ['demo-logs-endpoint', 'reflex-audit-2026.11', ALERTS_INDEX, FINDINGS_INDEX])
      expect(await exists(index)).toBe(false);
    expect(await exists(REAL_HISTORY)).toBe(true);
  });
});
