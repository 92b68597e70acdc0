import fc from 'fast-check';
import { decode } from '../../../common/codec/decode';
import { DetectionEvent } from '../../../common/flow/event';
import { SourceMapping } from '../../../common/api/source_mapping';
import { anEvent } from '../../../test/builders/events';
import { noticeFromIndex } from './alert_notice';
import { applyMapping, overlaid, readMapping } from './source_mapping';

const ALERT = {
  monitor_id: 'm1',
  monitor_name: 'errors',
  trigger_id: 't1',
  trigger_name: 'any error',
  severity: '4',
  state: 'ACTIVE',
  start_time: 1,
  related_doc_ids: ['d|i'],
  associated_queries: [{ name: 'bad logon', tags: ['level:high', 'host:dc-01', 'attack.t1110'] }],
};
const SOURCE = {
  host: { name: 'web-01' },
  'winlog.computer': 'WIN7',
  peer: { address: '203.0.113.7', name: 'gateway' },
  score: 87,
  rating: '7.5',
  level: 'Informational',
  user: ['alice', 'bob'],
};
const input = { notice: noticeFromIndex('a1', ALERT), source: SOURCE };
const bucket = { ...input.notice, bucket: { service: 'cart' }, bucketKeys: 'cart' };

describe('a placeholder where a mapping looks', () => {
  it.each<[SourceMapping, string]>([
    [{ user: ['=N/A'] }, 'user'],
    [{ source_ip: ['=-'] }, 'source_ip'],
    [{ destination_ip: ['=0.0.0.0'] }, 'destination_ip'],
    [{ src_host: ['=unknown', '=(null)'] }, 'src_host'],
    [{ rule_id: ['=<NA>'] }, 'rule_id'],
  ])('%j leaves the built-in reading as it is, and says so', (mapping, path) => {
    const { fields, faults } = readMapping(mapping, input);
    expect(fields).toEqual({});
    expect(faults).toMatchObject([{ path, message: expect.stringMatching(/names nothing$/) as string }]);
  });
});

describe('readMapping', () => {
  it.each<[SourceMapping, object]>([
    [{}, {}],
    [{ src_host: ['document.winlog.computer'] }, { src_host: 'WIN7' }],
    [{ src_host: ['document.not.there', 'document.host.name'] }, { src_host: 'web-01' }],
    [{ dst_host: ['=dc-01'] }, { dst_host: 'dc-01' }],
    [{ dst_host: ['finding.tag.host:'] }, { dst_host: 'dc-01' }],
    [{ user: ['document.user'] }, { user: { name: 'alice' } }],
    [{ user: ['=-', 'document.user'] }, { user: { name: 'alice' } }],
    [{ source_ip: ['=203.0.113.9:443'] }, { source: { ip: '203.0.113.9:443' } }],
    [{ source_ip: ['document.peer.address'] }, { source: { ip: '203.0.113.7' } }],
    [{ rule_id: ['monitor.id'], rule_name: ['finding.name'] }, { rule: { id: 'm1', name: 'bad logon' } }],
    [{ rule_name: ['trigger.name'] }, { rule: { name: 'any error' } }],
    [{ recommended_action: ['=block_ip'] }, { recommended_action: 'block_ip' }],
    [{ confidence: { fixed: 0.7 } }, { confidence: 0.7, uncalibrated: false }],
    [{ confidence: { from: ['document.score'], scale: 'hundred' } }, { confidence: 0.87, uncalibrated: false }],
    [{ confidence: { from: ['=stable'] } }, { confidence: 0.8, uncalibrated: false }],
    [{ severity: { from: ['trigger.severity'] } }, { severity: 'low' }],
    [{ severity: { from: ['=1'] } }, { severity: 'critical' }],
    [{ severity: { from: ['document.rating'], scale: 'ten' } }, { severity: 'high' }],
    [{ severity: { from: ['=0'], scale: 'ten' } }, { severity: 'low' }],
    [{ severity: { from: ['=3.9'], scale: 'ten' } }, { severity: 'low' }],
    [{ severity: { from: ['=4'], scale: 'ten' } }, { severity: 'medium' }],
    [{ severity: { from: ['=6.9'], scale: 'ten' } }, { severity: 'medium' }],
    [{ severity: { from: ['=7'], scale: 'ten' } }, { severity: 'high' }],
    [{ severity: { from: ['=8.9'], scale: 'ten' } }, { severity: 'high' }],
    [{ severity: { from: ['=9'], scale: 'ten' } }, { severity: 'critical' }],
    [{ severity: { from: ['=10'], scale: 'ten' } }, { severity: 'critical' }],
    [{ severity: { from: ['document.score'], scale: 'hundred' } }, { severity: 'high' }],
    [{ severity: { from: ['document.level'] } }, { severity: 'low' }],
    [{ severity: { from: ['finding.tag.level:'] } }, { severity: 'high' }],
  ])('of %j says %j', (mapping, fields) => expect(readMapping(mapping, input)).toEqual({ fields, faults: [] }));

  it('takes values from the keys of a bucket', () =>
    expect(
      applyMapping({ src_host: ['bucket.service'], user: ['alert.bucket_keys'] }, { ...input, notice: bucket }),
    ).toEqual({ src_host: 'cart', user: { name: 'cart' } }));

  it.each<[SourceMapping, object | undefined]>([
    [{ confidence: { fixed: 0.9 } }, { confidence: 'envelope' }],
    [{ severity: { from: ['trigger.severity'] } }, { severity: 'envelope' }],
    [{ severity: { from: ['document.nope', 'document.level'] } }, { severity: 'document' }],
    [
      { rule_id: ['=r-1'], rule_name: ['document.user'] },
      { 'rule.id': 'envelope', 'rule.name': 'document' },
    ],
    [{ rule_name: ['alert.bucket_keys'] }, { 'rule.name': 'document' }],
    [{ src_host: ['document.host.name'] }, undefined],
  ])('tells where %j reads what carries authority', (mapping, places) =>
    expect(applyMapping(mapping, { ...input, notice: { ...input.notice, bucketKeys: 'cart' } }).places).toEqual(places),
  );

  it.each<[SourceMapping, string]>([
    [{ src_host: ['document.nope'] }, 'nothing is at `document.nope`'],
    [{ source_ip: ['document.peer.name'] }, '`gateway` is no address'],
    [{ confidence: { from: ['document.score'] } }, '`87` is no confidence on this scale'],
    [{ severity: { from: ['=9'] } }, '`9` is no severity on this scale'],
    [{ severity: { from: ['document.constructor'] } }, 'nothing is at `document.constructor`'],
  ])('leaves the built-in reading and says why: %j', (mapping, message) =>
    expect(readMapping(mapping, input)).toMatchObject({ fields: {}, faults: [{ message }] }),
  );

  it('takes what is fixed where the places hold nothing', () =>
    expect(readMapping({ severity: { from: ['document.nope'], fixed: 'high' } }, input)).toMatchObject({
      fields: { severity: 'high' },
      faults: [{ path: 'severity' }],
    }));

  it('puts together what both say of a part', () =>
    expect(
      overlaid(anEvent({ rule: { status: 'stable', id: 'old' } }), { rule: { id: 'new' }, uncalibrated: false }),
    ).toEqual(anEvent({ rule: { status: 'stable', id: 'new' } })));

  it('makes events that pass the wire, whatever documents hold', () => {
    const places = fc.constantFrom('document.a', 'document.a.b', 'trigger.name', 'bucket.a', 'finding.tag.x', '=x');
    const mapping = fc.record(
      {
        src_host: fc.array(places, { maxLength: 3 }),
        user: fc.array(places, { maxLength: 3 }),
        source_ip: fc.array(places, { maxLength: 3 }),
        rule_name: fc.array(places, { maxLength: 3 }),
        confidence: fc.record({ from: fc.array(places, { maxLength: 3 }) }),
        severity: fc.record({ from: fc.array(places, { maxLength: 3 }) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(mapping, fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue()), (each, source) => {
        const event = overlaid(anEvent({}), applyMapping(each, { notice: bucket, source }));
        const checked = decode(DetectionEvent, event);
        expect(checked.ok ? [] : checked.error).toEqual([]);
      }),
    );
  });
});

describe('SourceMapping', () => {
  it.each([
    [{ src_host: ['host.name'] }, 'must be'],
    [{ src_host: 'document.host' }, 'must be'],
    [{ srchost: ['document.host'] }, 'is not a known field'],
    [{ confidence: { fixed: 2 } }, 'must be'],
    [{ severity: { scale: 'five' } }, 'must be one of'],
    [{ user: Array.from({ length: 9 }, () => '=x') }, 'must'],
  ])('refuses %j', (value, why) => {
    const checked = decode(SourceMapping, value);
    expect(checked.ok ? '' : checked.error[0]?.message).toContain(why);
  });
});
