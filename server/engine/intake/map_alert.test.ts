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
  lastSeen: 0,
  findingIds: [],
  periodEnd: '',
  ...overrides,
});
const document = (source: Record<string, unknown>, id = 'd1', seqNo = 7) => ({ index: 'logs', id, seqNo, source });
const eventOf = (source: Record<string, unknown>) =>
  mapAlert(notice(), { documents: [document(source)], at: AT })[0]?.event;
const identities = (alert: AlertNotice, ...documents: Array<ReturnType<typeof document>>): string[] =>
  mapAlert(alert, { documents, at: AT }).map(({ identity }) => identity.join('|'));

describe('mapAlert', () => {
  it('passes over placeholders of a document where another field names somebody', () => {
    const event = eventOf({
      host: { name: '-', hostname: 'web-01' },
      source: { ip: 'N/A' },
      'client.ip': '203.0.113.7',
      user: { name: '(null)' },
      rule: { id: '<NA>' },
    });
    expect(event).toMatchObject({ src_host: 'web-01', source: { ip: '203.0.113.7' }, rule: { id: 'm' } });
    // Whoever keeps the event leaves it out, and keeps what came.
    expect(event?.user).toEqual({ name: '(null)' });
  });

  it('makes an event of an alert and its document, by ECS names', () => {
    const source = {
      '@timestamp': '2026-11-22T04:10:00Z',
      source: { ip: '203.0.113.7' },
      'destination.ip': '10.0.0.1',
      host: { name: 'web-01' },
      user: { name: 'alice' },
      process: { pid: 4711, executable: '/bin/sh', hash: { sha256: 'a'.repeat(64) } },
      'dns.question.name': 'evil.example',
      rule: { id: 'r1', name: 'rule', status: 'stable', ruleset: 'known_ioc' },
      tags: ['c2', 'c2'],
      reflex: { recommended_action: 'block_ip' },
    };
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

  it('says which fields a matched document spoke, and which the detection itself', () => {
    const said = (source: Record<string, unknown>, change: Partial<AlertNotice> = {}) =>
      mapAlert(notice(change), { documents: [document(source)], at: AT })[0]?.said;
    const queries = [{ name: 'q', tags: ['attack.t1071', 'status.stable'] }];
    expect(said({}, { queries })).toEqual({
      places: {
        confidence: 'envelope',
        severity: 'envelope',
        tags: 'envelope',
        'rule.id': 'envelope',
        'rule.name': 'envelope',
        'rule.origin': 'document',
        'rule.status': 'envelope',
      },
      documentTags: [],
      index: 'logs',
    });
    const forged = {
      reflex: { confidence: 1 },
      rule: { id: 'r', name: 'n', origin: 'known_ioc', status: 'stable' },
      tags: ['attack.t1071', 'attack.t1486'],
    };
    expect(said(forged, { queries })).toMatchObject({
      places: {
        confidence: 'document',
        severity: 'envelope',
        'rule.id': 'document',
        'rule.name': 'document',
        'rule.origin': 'document',
        'rule.status': 'document',
      },
      documentTags: ['attack.t1486'],
    });
    expect(said({ threat: { indicator: { confidence: 'high' } } })?.places.confidence).toBe('document');
  });

  it('makes one event without an entity of what nobody could check, whatever it names', () => {
    const of = (change: Partial<AlertNotice>): readonly string[] =>
      mapAlert(notice({ unverified: true, ...change }), {
        documents: [document({ source: { ip: '203.0.113.9' } })],
        at: AT,
      }).map(({ event, identity }) => JSON.stringify([event.source, identity]));
    for (const level of ['document', 'bucket', 'query', 'workflow', 'threat_intel'] as const)
      expect(of({ level })).toEqual([JSON.stringify([undefined, ['unverified', level, 'm', 't', 'a', '']])]);
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
    expect(mapAlert(notice(), { documents: [document(source)], at: AT })[0]).toMatchObject({
      event: { confidence },
      uncalibrated,
    });
  });

  it.each(['ERROR', 'AUDIT'] as const)('never makes an event of an alert that is %s', (state) => {
    for (const level of ['query', 'bucket', 'document', 'workflow'] as const)
      expect(mapAlert(notice({ state, level }), { documents: [document({})], at: AT })).toEqual([]);
  });

  it('makes one event of each document, with an identity that outlives the ids of Alerting', () => {
    const two = notice({ relatedDocuments: ['d1|logs', 'd2|logs'] });
    const found = identities(two, document({}, 'd1'), document({}, 'd2', 8));
    expect(found).toEqual(['document|m|t|d1|logs|7', 'document|m|t|d2|logs|8']);
    expect(identities({ ...two, alertId: 'another' }, document({}, 'd1'), document({}, 'd2', 8))).toEqual(found);
    // The same document written anew is another event.
    expect(identities(notice(), document({}, 'd1', 9))).not.toEqual(identities(notice(), document({}, 'd1', 7)));
  });
  it('makes an event even if the document is gone', () => {
    expect(mapAlert(notice(), { documents: [], at: AT })).toMatchObject([
      { event: { timestamp: '2026-11-22T04:00:00.000Z' }, identity: ['document', 'm', 't', 'd1|logs'] },
    ]);
  });

  it('names what has no id of its own after its episode', () => {
    const named = (alert: AlertNotice, episode: string): string | undefined =>
      mapAlert(alert, { documents: [], at: AT, episode })[0]?.identity.join('|');
    const bucket = notice({ level: 'bucket', bucketKeys: 'cart', relatedDocuments: [] });
    expect(named(bucket, 'e1')).toBe(named({ ...bucket, alertId: 'other', startTime: 1 }, 'e1'));
    expect(named(bucket, 'e1')).not.toBe(named(bucket, 'e2'));
    expect(named(bucket, 'e1')).not.toBe(named({ ...bucket, bucketKeys: 'checkout' }, 'e1'));
    for (const level of ['query', 'workflow'] as const) expect(named({ ...bucket, level }, 'e1')).toContain('e1');
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
    expect(mapAlert(found, { documents: [], at: AT })[0]?.event).toMatchObject({
      source: { ip: '203.0.113.7' },
      src_host: 'web',
      severity: 'high',
    });
  });

  it('makes one event of each entity that a query found, by the field that its mapping names', () => {
    const query = notice({ level: 'query', relatedDocuments: [] });
    const documents = ['203.0.113.7', '203.0.113.8', '203.0.113.7'].map((ip, n) =>
      document({ source: { ip } }, `d${n}`),
    );
    const mapping = { entityField: 'source.ip', apply: () => ({}) };
    expect(
      mapAlert(query, { documents, at: AT, episode: 'e', mapping }).map(({ event, identity }) => [
        event.source?.ip,
        identity.join('|'),
      ]),
    ).toEqual([
      ['203.0.113.7', 'query|m|t|e|203.0.113.7'],
      ['203.0.113.8', 'query|m|t|e|203.0.113.8'],
    ]);
    expect(mapAlert(query, { documents: [], at: AT, mapping })).toHaveLength(1);
    const many = Array.from({ length: 1_500 }, (_, n) =>
      document({ source: { ip: `10.0.${n >> 8}.${n & 255}` } }, `d${n}`),
    );
    expect(mapAlert(query, { documents: many, at: AT, mapping })).toHaveLength(1_000);
  });
  it('leaves the target of a query-level alert unknown where nobody said which field names it', () => {
    const [mapped, ...others] = mapAlert(notice({ level: 'query', relatedDocuments: [] }), {
      documents: [document({ source: { ip: '203.0.113.7' } })],
      at: AT,
    });
    expect(others).toEqual([]);
    expect(mapped?.event.source).toBeUndefined();
  });
  it('lets the mapping of a source know better, and says whether somebody vouched for it', () => {
    const mapping = { apply: () => ({ confidence: 0.7, src_host: 'web-9', uncalibrated: false }) };
    expect(mapAlert(notice(), { documents: [document({ host: { name: 'x' } })], at: AT, mapping })).toMatchObject([
      { event: { confidence: 0.7, src_host: 'web-9' }, uncalibrated: false },
    ]);
  });
  it('makes events of alerts that are over, for whoever never heard of them', () => {
    for (const state of ['COMPLETED', 'DELETED'] as const)
      expect(mapAlert(notice({ state }), { documents: [document({})], at: AT })).toHaveLength(1);
  });
  it('takes an alert for firing where only its message could not be sent', () => {
    const failed = { monitor_id: 'm', trigger_id: 't', state: 'ERROR', severity: '1', start_time: 1 };
    expect(noticeFromIndex('x', { ...failed, error_message: 'Failed running action:\nrefused' }).state).toBe('ACTIVE');
    expect(noticeFromIndex('x', { ...failed, error_message: 'Failed fetching inputs:\nx' }).state).toBe('ERROR');
  });
  it('reads alerts of Security Analytics about indicators and correlations', () => {
    const indicator = noticeFromIndex('i1', {
      monitor_id: 'm',
      trigger_id: 't',
      state: 'ACTIVE',
      severity: '2',
      start_time: 1,
      ioc_value: '203.0.113.9',
      ioc_type: 'ipv4-addr',
      finding_ids: ['f'],
    });
    expect(mapAlert(indicator, { documents: [], at: AT })).toMatchObject([
      { event: { destination: { ip: '203.0.113.9' }, rule: { origin: 'known_ioc' }, severity: 'high' } },
    ]);
    const correlation = noticeFromIndex('c1', {
      correlated_finding_ids: ['f1', 'f2'],
      correlation_rule_id: 'r',
      correlation_rule_name: 'phish to beacon',
      state: 'ACTIVE',
      severity: '1',
      start_time: 1,
    });
    expect(correlation).toMatchObject({ level: 'correlation', monitorId: 'r', monitorName: 'phish to beacon' });
    expect(mapAlert(correlation, { documents: [], at: AT })[0]?.identity).toEqual(['correlation', 'r', 'r', 'c1']);
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
      expect(mapAlert(found, { documents: [], at: AT })[0]?.event.timestamp).toBe(AT);
    },
  );
  it('cuts words and leaves out names that are too long, and makes nothing that the wire does not take', () => {
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
    expect([event?.user, event?.src_host, event?.file]).toEqual([undefined, undefined, undefined]);
    expect(event?.rule).toEqual({ id: eventOf({})?.rule?.id, name: 'x'.repeat(256) });
  });
});
