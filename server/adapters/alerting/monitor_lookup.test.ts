import { AlertingCore } from '../../../test/targets/alerting/alerting_core';
import { queryMonitor, workflow } from '../../../test/targets/alerting/monitors';
import { StoreUnavailable, type ClusterTransport } from '../../runner/ports';
import { lookUpMonitor, ownIndices } from './monitor_lookup';

const WORKFLOWS = '/_plugins/_alerting/workflows/';

const aCluster = (): AlertingCore => {
  const core = new AlertingCore({ send: async () => ({ status: 200, text: '{}' }), wait: async () => undefined });
  core.monitors.put('m1', queryMonitor());
  core.monitors.put('w1', workflow());
  return core;
};
/** A cluster that answers with this status where the path begins so. */
const answering = (status: number, path: string): ClusterTransport => {
  const transport = aCluster().transport();
  return {
    ...transport,
    request: (request, options) =>
      request.path.startsWith(path)
        ? Promise.resolve({ status, body: {} } as Awaited<ReturnType<ClusterTransport['request']>>)
        : transport.request(request, options),
  };
};

describe('what the id of an alert stands for', () => {
  it.each([
    ['m1', { kind: 'found', monitor: { monitor_type: 'query_level_monitor' } }],
    ['w1', { kind: 'found', monitor: { workflow_type: 'composite' } }],
    ['none', { kind: 'unknown' }],
  ])('is found for `%s`, be it a monitor or a workflow', async (id, expected) => {
    expect(await lookUpMonitor(aCluster().transport(), id)).toMatchObject(expected);
  });

  it('is never asked for as a monitor where it is a workflow: Alerting fails at that', async () => {
    const asMonitor = await aCluster()
      .transport()
      .request({ method: 'GET', path: '/_plugins/_alerting/monitors/w1' }, { timeoutMs: 1_000, anyAnswer: true });
    expect(asMonitor.status).toBe(500);
  });

  it.each([400, 403, 405])('is found where there are no workflows to ask for (%s)', async (status) => {
    const transport = answering(status, WORKFLOWS);
    expect(await lookUpMonitor(transport, 'm1')).toMatchObject({ kind: 'found' });
    expect(await lookUpMonitor(transport, 'none')).toEqual({ kind: 'unknown' });
  });

  it('is not known where nobody can be asked', async () => {
    expect(await lookUpMonitor(answering(403, '/_plugins/'), 'm1')).toEqual({ kind: 'unsupported' });
  });

  it.each([500, 302, 409])('fails for this one alone where Alerting answers %s', async (status) => {
    for (const path of [WORKFLOWS, '/_plugins/_alerting/monitors/'])
      expect(await lookUpMonitor(answering(status, path), 'm1')).toEqual({
        kind: 'failed',
        why: expect.stringContaining(`\`m1\` answered ${status}`),
      });
  });

  it.each([429, 502, 503, 504])('is asked again later where OpenSearch is away or busy (%s)', async (status) => {
    await expect(lookUpMonitor(answering(status, WORKFLOWS), 'm1')).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('indices of their own', () => {
  it('are not taken for gone where the search for them fails', async () => {
    for (const status of [500, 503])
      await expect(ownIndices(answering(status, '/_plugins/_alerting/monitors/_search'))).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
  });
});
