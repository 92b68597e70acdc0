import { AlertingCore } from '../../../test/targets/alerting/alerting_core';
import { queryMonitor } from '../../../test/targets/alerting/monitors';
import { aBucketAlert, aDocumentAlert } from '../../../test/builders/alerts';
import { alertAcknowledger } from './acknowledge';

const ALERTS = '.opendistro-alerting-alerts';

let core: AlertingCore;
let now: number;

const put = (_id: string, source: Readonly<Record<string, unknown>>) =>
  core.alerts.push({ _id, _index: ALERTS, _source: source });
const paths = () => core.requests.map(({ path }) => path).filter((path) => path.includes('_acknowledge'));
const stateOf = (id: string) => core.alerts.find(({ _id }) => _id === id)?._source.state;

beforeEach(() => {
  core = new AlertingCore();
  now = 0;
  core.monitors.put('monitor-bucket', queryMonitor());
});

const acknowledge = (alertId: string, more: object = {}) =>
  alertAcknowledger(core.transport(), () => now)({ kind: 'monitor', monitorId: 'monitor-bucket', alertId, ...more });

describe('acknowledging an alert', () => {
  it('is told once Alerting says that this alert was acknowledged', async () => {
    put('a1', aBucketAlert());
    expect(await acknowledge('a1')).toEqual({ kind: 'told' });
    expect([stateOf('a1'), paths()]).toEqual([
      'ACKNOWLEDGED',
      ['/_plugins/_alerting/monitors/monitor-bucket/_acknowledge/alerts'],
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    [
      'in error',
      { state: 'ERROR' },
      { kind: 'refused', why: 'Alert is in an error state and can not be acknowledged.' },
    ],
    ['that is over', { state: 'COMPLETED' }, { kind: 'refused' }],
    ['acknowledged before', { state: 'ACKNOWLEDGED' }, { kind: 'not_due' }],
    ['of another monitor', { monitor_id: 'other' }, { kind: 'refused' }],
  ])('is not told of an alert %s, though the answer is 200', async (_note, change, told) => {
    put('a1', aBucketAlert(change));
    expect(await acknowledge('a1')).toMatchObject(told);
  });

  it('goes by the workflow for a composite monitor, by the detector for a monitor of a detector', async () => {
    put('w1', aBucketAlert({ monitor_id: '', workflow_id: 'workflow-1' }));
    expect(await acknowledge('w1', { kind: 'workflow', monitorId: 'workflow-1' })).toEqual({ kind: 'told' });
    core.detectors.put('detector-1', {
      name: 'd',
      detector_type: 'windows',
      enabled: true,
      monitor_id: ['monitor-sap'],
    });
    put('s1', aDocumentAlert('d1|logs', { monitor_id: 'monitor-sap' }));
    expect(await acknowledge('s1', { monitorId: 'monitor-sap' })).toEqual({ kind: 'told' });
    expect(await acknowledge('s1', { monitorId: 'monitor-sap' })).toEqual({ kind: 'not_due' });
    put('s2', aDocumentAlert('d2|logs', { monitor_id: 'monitor-sap', state: 'ERROR' }));
    const inError = { kind: 'refused', why: 'its state is ERROR' };
    expect(await acknowledge('s2', { monitorId: 'monitor-sap' })).toEqual(inError);
    expect(await acknowledge('s3', { monitorId: 'monitor-sap' })).toMatchObject({ kind: 'refused' });
    expect(paths()).toEqual([
      '/_plugins/_alerting/workflows/workflow-1/_acknowledge/alerts',
      ...Array(4).fill('/_plugins/_security_analytics/detectors/detector-1/_acknowledge/alerts'),
    ]);
  });

  it('is tried again where nobody answers, or the right is missing', async () => {
    put('a1', aBucketAlert());
    core.forbidden.add('POST /_plugins/_alerting/monitors/');
    expect(await acknowledge('a1')).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('may not') as string,
    });
    core.away = true;
    expect(await acknowledge('a1')).toMatchObject({ kind: 'failed' });
  });
});
