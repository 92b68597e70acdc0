import { decode } from '../../../common/codec/decode';
import { DetectionEvent } from '../../../common/flow/event';
import { noticeFromIndex, type AlertNotice } from './alert_notice';
import { mapAlert, severityOf } from './map_alert';

const AT = '2026-11-22T04:16:35.000Z';
const notice = (overrides: Partial<AlertNotice> = {}): AlertNotice => ({
  monitorId: 'm',
  monitorName: 'monitor',
  level: 'document',
  triggerId: 't',
  triggerName: 'trigger',
  severity: '1',
  state: 'ACTIVE',
  alertId: 'a',
  startTime: Date.parse('2026-11-22T04:00:00.000Z'),
  relatedDocuments: ['d1|logs'],
  documents: [],
  queries: [],
  periodEnd: '',
  ...overrides,
});
const document = (source: Record<string, unknown>, id = 'd1', seqNo = 7) => ({ index: 'logs', id, seqNo, source });
const eventOf = (source: Record<string, unknown>) => mapAlert(notice(), [document(source)], AT)[0]?.event;
const identities = (alert: AlertNotice, ...documents: Array<ReturnType<typeof document>>): string[] =>
  mapAlert(alert, documents, AT).map(({ identity }) => identity.join('|'));

describe('mapAlert', () => {
  it('makes an event of an alert and its document, by ECS names', () => {
    const source = { '@timestamp': '2026-11-22T04:10:00Z', source: { ip: '203.0.113.7' }, 'destination.ip': '10.0.0.1', host: { name: 'web-01' }, user: { name: 'alice' }, process: { pid: 4711, executable: '/bin/sh', hash: { sha256: 'a'.repeat(64) } }, 'dns.question.name': 'evil.example', rule: { id: 'r1', name: 'rule', status: 'stable', ruleset: 'known_ioc' }, tags: ['c2', 'c2'], reflex: { recommended_action: 'block_ip' } }; // prettier-ignore
    const event = eventOf(source);
    expect(event).toEqual({
      event_id: 'document|m|t|d1|logs|7',
      timestamp: '2026-11-22T04:10:00.000Z',
      confidence: 0.8,
      severity: 'critical',
      source: { ip: '203.0.113.7' },
      destination: { ip: '10.0.0.1', domain: 'evil.example' },
      src_host: 'web-01',
      user: { name: 'alice' },
      process: { executable: '/bin/sh', hash: 'a'.repeat(64), pid: 4711 },
      tags: ['c2'],
      rule: { id: 'r1', name: 'rule', origin: 'known_ioc', status: 'stable' },
      recommended_action: 'block_ip',
      raw: { monitor: 'monitor', trigger: 'trigger', alert_id: 'a', state: 'ACTIVE', document: source },
    });
    expect(decode(DetectionEvent, event).ok).toBe(true);
  });

  it('counts severities down, as Alerting does', () => {
    expect(['1', '2', '3', '4', '5', '', '0', 'constructor', '__proto__'].map(severityOf)).toEqual([
      'critical',
      'high',
      'medium',
      'low',
      'low',
      'medium',
      'medium',
      'medium',
      'medium',
    ]);
  });

  it.each([
    [{ reflex: { confidence: 0.97 } }, 0.97, false],
    [{ reflex: { confidence: 1.5 } }, 0.5, true],
    [{ reflex: { confidence: '0.9' } }, 0.5, true],
    [{ threat: { indicator: { confidence: 'High' } } }, 0.9, false],
    [{ threat: { indicator: { confidence: 'constructor' } } }, 0.5, true],
    [{ rule: { status: 'experimental' } }, 0.4, false],
    [{ rule: { status: 'toString' } }, 0.5, true],
    [{ tags: ['sigma.status:test'] }, 0.6, false],
    [{}, 0.5, true],
  ])('takes from %j the confidence %d, unvouched %s', (source, confidence, uncalibrated) => {
    expect(mapAlert(notice(), [document(source)], AT)[0]).toMatchObject({ event: { confidence }, uncalibrated });
  });

  it.each(['COMPLETED', 'DELETED', 'ERROR', 'AUDIT'] as const)(
    'never makes an event of an alert that is %s',
    (state) => {
      for (const level of ['query', 'bucket', 'document', 'workflow'] as const)
        expect(mapAlert(notice({ state, level }), [document({})], AT)).toEqual([]);
    },
  );

  it('makes one event of each document, with an identity that outlives the ids of Alerting', () => {
    const two = notice({ relatedDocuments: ['d1|logs', 'd2|logs'] });
    const found = identities(two, document({}, 'd1'), document({}, 'd2', 8));
    expect(found).toEqual(['document|m|t|d1|logs|7', 'document|m|t|d2|logs|8']);
    expect(identities({ ...two, alertId: 'another' }, document({}, 'd1'), document({}, 'd2', 8))).toEqual(found);
    // The same document written anew is another event.
    expect(identities(notice(), document({}, 'd1', 9))).not.toEqual(identities(notice(), document({}, 'd1', 7)));
  });
  it('makes an event even if the document is gone', () => {
    expect(mapAlert(notice(), [], AT)).toMatchObject([
      { event: { timestamp: '2026-11-22T04:00:00.000Z' }, identity: ['document', 'm', 't', 'd1|logs'] },
    ]);
  });

  it('tells episodes of a bucket apart by their start', () => {
    const bucket = notice({ level: 'bucket', bucketKeys: 'cart', relatedDocuments: [] });
    expect(identities(bucket)).toEqual(identities({ ...bucket, alertId: 'other' }));
    expect(identities(bucket)).not.toEqual(identities({ ...bucket, startTime: bucket.startTime + 1 }));
    expect(identities(bucket)).not.toEqual(identities({ ...bucket, bucketKeys: 'checkout' }));
  });
  it('reads the keys of a bucket as entities', () => {
    const found = noticeFromIndex('x', {
      monitor_id: 'm',
      trigger_id: 't',
      state: 'ACTIVE',
      severity: '2',
      start_time: 5,
      agg_alert_content: {
        bucket_keys: ['203.0.113.7', 'web'],
        bucket: { key: { 'source.ip': '203.0.113.7', 'host.name': 'web' } },
      },
    });
    expect(found).toMatchObject({ level: 'bucket', bucketKeys: '203.0.113.7,web' });
    expect(mapAlert(found, [], AT)[0]?.event).toMatchObject({
      source: { ip: '203.0.113.7' },
      src_host: 'web',
      severity: 'high',
    });
  });

  it('makes one event of each entity that a query found', () => {
    const query = notice({
      level: 'query',
      relatedDocuments: [],
      documents: ['203.0.113.7', '203.0.113.8', '203.0.113.7'].map((ip, n) => document({ source: { ip } }, `d${n}`)),
    });
    expect(mapAlert(query, [], AT).map(({ event }) => event.source?.ip)).toEqual(['203.0.113.7', '203.0.113.8']);
    expect(mapAlert({ ...query, documents: [] }, [], AT)).toHaveLength(1);
    const many = {
      ...query,
      documents: Array.from({ length: 500 }, (_, n) =>
        document({ source: { ip: `10.0.${n >> 8}.${n & 255}` } }, `d${n}`),
      ),
    };
    expect(mapAlert(many, [], AT)).toHaveLength(50);
  });

  it('goes by the id of the document, which is empty inside it at first', () => {
    expect(
      noticeFromIndex('real', {
        id: '',
        version: -1,
        monitor_id: 'm',
        trigger_id: 't',
        state: 'ACTIVE',
        severity: '1',
        start_time: 1,
      }),
    ).toMatchObject({ alertId: 'real', level: 'query' });
  });
  it('knows an alert of a workflow by its empty monitor', () => {
    expect(
      noticeFromIndex('x', {
        monitor_id: '',
        workflow_id: 'w',
        workflow_name: 'composite',
        trigger_id: 't',
        state: 'ACTIVE',
        severity: '1',
        start_time: 1,
      }),
    ).toMatchObject({ level: 'workflow', monitorId: 'w', monitorName: 'composite' });
  });

  it.each([1e300, -1e300, NaN, Infinity, 8.64e15 + 1, '1795320994858', null, {}])(
    'takes a start of %p for unknown',
    (start_time) => {
      const found = noticeFromIndex('x', {
        monitor_id: 'm',
        trigger_id: 't',
        state: 'ACTIVE',
        severity: '1',
        start_time,
      });
      expect(found.startTime).toBe(0);
      expect(mapAlert(found, [], AT)[0]?.event.timestamp).toBe(AT);
    },
  );
  it('cuts what is too long, and never more than the wire takes', () => {
    const long = 'x'.repeat(10_000);
    const event = eventOf({
      tags: Array.from({ length: 200 }, (_, n) => `${n}${long}`),
      user: { name: long },
      host: { name: long },
      rule: { name: long, id: long },
      file: { path: long },
    });
    const checked = decode(DetectionEvent, { ...event, raw: {} });
    expect(checked.ok ? [] : checked.error).toEqual([]);
  });
});
