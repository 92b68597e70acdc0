import {
  getMapping,
  listSources,
  previewMapping,
  putMapping,
  type PreviewEvent,
  type SourceView,
} from '../../../../common/api/routes';
import { callerWith, routeHost, type RouteHost } from '../../../../test/builders/route_host';
import { bucketMonitor, detector, queryMonitor } from '../../../../test/targets/alerting/monitors';
import { noticeFromIndex } from '../../../engine/intake/alert_notice';
import { SourceBook } from '../source_book';

let host: RouteHost;
const params = { kind: 'monitor', id: 'm1' };
const mapping = { src_host: ['bucket.service'], confidence: { fixed: 0.7 } };
const put = (version: number, more: object = {}) =>
  host.call(putMapping, { params, body: { version, mapping, reason: 'better names', ...more } });

beforeEach(async () => {
  host = await routeHost();
  host.alerting.core.monitors.put('m1', bucketMonitor());
});

const BUCKET = {
  monitor_id: 'm1',
  monitor_name: 'errors',
  trigger_id: 'trig-b1',
  trigger_name: 'service errors',
  severity: '2',
  state: 'ACTIVE',
  start_time: 1_795_320_994_858,
  agg_alert_content: { bucket_keys: ['cart'], bucket: { key: { service: 'cart', 'source.ip': '203.0.113.9' } } },
};

describe('the mapping of a source', () => {
  it('is empty and of version 0 at first, then as it was saved', async () => {
    expect((await host.call(getMapping, { params })).body).toEqual({ version: 0, mapping: {} });
    expect(await put(0)).toMatchObject({ status: 200, body: { version: 1, mapping, by: 'root' } });
    expect((await host.call(getMapping, { params })).body).toMatchObject({ version: 1, mapping });
    const { sources } = (await host.call(listSources)).body as unknown as { sources: SourceView[] };
    expect(sources[0]).toMatchObject({ mapping_version: 1, vouched: true });
  });

  it('is not overwritten by somebody who saw an older one', async () => {
    await put(0);
    expect(await put(0, { mapping: {} })).toMatchObject({ status: 409, body: { current: { version: 1, mapping } } });
    expect((await host.call(getMapping, { params })).body).toMatchObject({ mapping });
    const { entries } = await host.drive(
      host.agent.parts.evidence.find({ family: 'audit', where: { verb: 'save_mapping' }, order: 'oldest', limit: 10 }),
    );
    expect(entries.map(({ body }) => body.outcome)).toEqual([undefined, 'refused: changed']);
  });

  it.each([
    [{ mapping: { src_host: ['nonsense'] } }, 'mapping.src_host.0'],
    [{ mapping: { entity_field: 'source.ip' } }, 'mapping.entity_field'],
    [{ mapping: { confidence: { fixed: 7 } } }, 'mapping.confidence.fixed'],
    [{ reason: '' }, 'reason'],
  ])('is refused with every bad field: %j', async (more, path) => {
    expect(await put(0, more)).toMatchObject({ status: 400, body: { fields: [{ path }] } });
    expect((await host.call(getMapping, { params })).body).toMatchObject({ version: 0 });
  });

  it('is an administrator’s to change', async () =>
    expect(
      (
        await host.call(putMapping, {
          params,
          body: { version: 0, mapping, reason: 'x y z' },
          as: callerWith('eve', 'read', 'author'),
        })
      ).status,
    ).toBe(403));

  it('is found by the monitors that a detector made', async () => {
    host.alerting.core.detectors.put('d1', detector('d', ['mon-1', 'mon-2']));
    const answer = await host.call(putMapping, {
      params: { kind: 'detector', id: 'd1' },
      body: { version: 0, mapping, reason: 'better names' },
    });
    expect(answer.status).toBe(200);
    await host.wait(1_500);
    const book = new SourceBook(host.agent.parts);
    await host.drive(book.load());
    expect([book.mappingOf('mon-2'), book.mappingOf('m1')]).toEqual([mapping, undefined]);
  });
});

describe('what intake asks for', () => {
  it('is there a few seconds after it was saved, and reads alerts as the mapping says', async () => {
    host.alerting.sources.start(() => false);
    await put(0, { mapping: { ...mapping, rule_id: ['=r-1'] } });
    expect(await host.drive(host.alerting.sources.mappingOf('m1'))).toBeUndefined();
    await host.wait(8_000);
    const read = await host.drive(host.alerting.sources.mappingOf('m1'));
    const notice = noticeFromIndex('a1', BUCKET);
    expect(read?.apply(notice, notice.bucket ?? {})).toEqual({
      src_host: 'cart',
      confidence: 0.7,
      uncalibrated: false,
      rule: { id: 'r-1' },
      places: { confidence: 'envelope', 'rule.id': 'envelope' },
    });
  });
});

describe('the preview', () => {
  const preview = async (body: object, at = params) => {
    const { body: told } = await host.call(previewMapping, { params: at, body });
    return told as unknown as { alerts: number; events: PreviewEvent[]; notes: string[] };
  };

  it('shows the events of past alerts and what was not found, and keeps nothing', async () => {
    host.alerting.core.alerts.push({ _id: 'a1', _index: '.opendistro-alerting-alerts', _source: BUCKET });
    expect(await preview({ mapping: { src_host: ['bucket.service'], user: ['bucket.nobody'] } })).toMatchObject({
      alerts: 1,
      events: [
        {
          alert_id: 'a1',
          uncalibrated: true,
          faults: [{ path: 'user', message: 'nothing is at `bucket.nobody`' }],
          event: { src_host: 'cart', source: { ip: '203.0.113.9' }, severity: 'high', confidence: 0.5 },
        },
      ],
    });
    expect(await preview({ mapping })).toMatchObject({ events: [{ uncalibrated: false, event: { confidence: 0.7 } }] });
    expect((await host.call(getMapping, { params })).body).toMatchObject({ version: 0 });
  });

  it('shows what an event would have: no placeholder, which it names as a fault, and an address without its port', async () => {
    const bucket = { key: { service: '-', 'source.ip': '203.0.113.9:443', 'user.name': 'N/A' } };
    const alert = { ...BUCKET, agg_alert_content: { bucket_keys: ['x'], bucket } };
    host.alerting.core.alerts.push({ _id: 'a1', _index: '.opendistro-alerting-alerts', _source: alert });
    const [shown] = (await preview({ mapping: { src_host: ['bucket.service'] } })).events;
    expect(shown?.event).toMatchObject({ source: { ip: '203.0.113.9' } });
    expect(shown?.event).not.toHaveProperty('user');
    expect(shown?.event).not.toHaveProperty('src_host');
    expect(shown?.faults).toEqual([
      { path: 'src_host', message: '`-` names nothing' },
      { path: 'user.name', message: '`N/A` names nothing' },
    ]);
  });

  it('says that there is nothing to try it on, and what query-level monitors need', async () => {
    host.alerting.core.monitors.put('q1', queryMonitor());
    expect((await preview({ mapping: {} }, { kind: 'monitor', id: 'q1' })).notes).toEqual([
      'there is no past alert to try it on',
      expect.stringContaining('escalate as target unknown'),
    ]);
  });
});
