import * as fc from 'fast-check';
import { decode } from '../../../common/codec/decode';
import { FieldMap, mapFields, WIRE_FIELDS } from './field_map';
import { randomRuns } from '../../../test/builders/random_runs';

const ELASTIC: FieldMap = {
  event_id: 'kibana.alert.uuid',
  timestamp: '@timestamp',
  confidence: { path: 'kibana.alert.risk_score', divide_by: 100 },
  severity: 'kibana.alert.severity',
  src_host: 'host.name',
  'source.ip': 'source.ip',
  tags: 'kibana.alert.rule.tags',
  'rule.name': { path: ['kibana.alert.rule.name', 'rule.name'] },
};

describe('a field map', () => {
  it.each<[note: string, map: FieldMap, document: object, wanted: object]>([
    [
      'passes over a placeholder where another place names somebody',
      { 'user.name': { path: ['a', 'b'] } },
      { a: 'N/A', b: 'ana' },
      { user: { name: 'ana' } },
    ],
    [
      'keeps a placeholder where nobody is named',
      { 'user.name': { path: ['a', 'b'] } },
      { a: '-' },
      { user: { name: '-' } },
    ],
    ['takes its default instead', { src_host: { path: 'a', value: 'gateway' } }, { a: '-' }, { src_host: 'gateway' }],
    [
      'takes a word for a value where its table says what it means',
      { 'user.name': { path: ['a', 'b'], values: { unknown: 'guest' } } },
      { a: 'unknown', b: 'ana' },
      { user: { name: 'guest' } },
    ],
    [
      'leaves other fields alone',
      { 'rule.name': { path: ['a', 'b'] } },
      { a: 'none', b: 'x' },
      { rule: { name: 'none' } },
    ],
  ])('%s', (_, map, document, wanted) => {
    expect(mapFields(map, document).candidate).toEqual({ ...wanted, confidence: 0.5 });
  });

  it('finds names with dots and nested ones, and the first of a list', () => {
    const document = {
      '@timestamp': '2026-11-22T10:00:00.000Z',
      'kibana.alert.uuid': 'u1',
      'kibana.alert.risk_score': 73,
      kibana: { 'alert.severity': 'high', alert: { rule: { tags: ['a', 'b', 7] } } },
      host: { name: ['web-01', 'web-02'] },
      source: { ip: '203.0.113.7' },
      rule: { name: 'fallback' },
    };
    expect(mapFields(ELASTIC, document)).toEqual({
      candidate: {
        event_id: 'u1',
        timestamp: '2026-11-22T10:00:00.000Z',
        confidence: 0.73,
        severity: 'high',
        src_host: 'web-01',
        source: { ip: '203.0.113.7' },
        tags: ['a', 'b', '7'],
        rule: { name: 'fallback' },
      },
      uncalibrated: false,
      faults: [],
    });
  });

  it.each([
    [{ severity: 'level' }, { level: 'Informational' }, 'low'],
    [{ severity: { path: 'level', values: { P1: 'critical' } } }, { level: 'p1' }, 'critical'],
    [{ severity: { path: 'level', bands: { critical: 12, high: 10, medium: 7 } } }, { level: 12 }, 'critical'],
    [{ severity: { path: 'level', bands: { critical: 12, high: 10, medium: 7 } } }, { level: '9' }, 'medium'],
    [{ severity: { path: 'level', bands: { critical: 12, high: 10, medium: 7 } } }, { level: 0 }, 'low'],
    [{ severity: { path: 'level', value: 'medium' } }, {}, 'medium'],
  ] as ReadonlyArray<[FieldMap, object, string]>)('%j makes %j %s', (map, document, severity) => {
    expect(mapFields(map, document).candidate.severity).toBe(severity);
  });

  it.each([
    [1_764_237_600, '2025-11-27T10:00:00.000Z'],
    ['1764237600', '2025-11-27T10:00:00.000Z'],
    [1_764_237_600_123, '2025-11-27T10:00:00.123Z'],
    ['2026-11-22 10:00:00+0100', '2026-11-22T10:00:00+01:00'],
  ])('reads the time %p', (time, instant) => {
    expect(mapFields({ timestamp: 'at' }, { at: time }).candidate.timestamp).toBe(instant);
  });

  it('says from where a value came that does not fit', () => {
    const map: FieldMap = { severity: 'level', confidence: 'risk', timestamp: 'at', 'rule.id': 'rule' };
    expect(mapFields(map, { level: 7, risk: 'much', at: 1e300, rule: { id: 1 } }).faults).toEqual([
      { path: 'timestamp', message: 'from `at` is no time' },
      { path: 'confidence', message: 'from `risk` is no number' },
      {
        path: 'severity',
        message: 'from `level` is no severity that is known; give the map `values` or `bands` for it',
      },
      { path: 'rule.id', message: 'from `rule` is no text' },
    ]);
  });

  it('takes the last moment that there is', () => {
    const at = (moment: number) => mapFields({ timestamp: 'at' }, { at: moment });
    expect(at(8.64e15).candidate).toMatchObject({ timestamp: '+275760-09-13T00:00:00.000Z' });
    expect(at(8.64e15 + 2).faults).toEqual([{ path: 'timestamp', message: 'from `at` is no time' }]);
  });

  it('marks a confidence that nobody stated', () => {
    expect(mapFields({ severity: 'level' }, { level: 'low' })).toMatchObject({
      candidate: { confidence: 0.5 },
      uncalibrated: true,
    });
    expect(mapFields({ confidence: { value: 0.8 } }, {})).toMatchObject({
      candidate: { confidence: 0.8 },
      uncalibrated: false,
    });
  });

  it('looks only at own fields', () => {
    const map: FieldMap = { src_host: '__proto__.name', dst_host: 'constructor.name', 'user.name': 'toString' };
    expect(mapFields(map, { a: 1 }).candidate).toEqual({ confidence: 0.5 });
    mapFields(map, JSON.parse('{"__proto__":{"name":"x","polluted":1}}'));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is checked where it is written', () => {
    expect(decode(FieldMap, { severity: 'level', sevrity: 'x' })).toMatchObject({ ok: false });
    expect(decode(FieldMap, { severity: { path: [], bands: { critical: 'x' } } })).toMatchObject({ ok: false });
    expect(decode(FieldMap, ELASTIC).ok).toBe(true);
  });

  it('never throws, whatever the document is', () => {
    const names = fc.constantFrom('a', 'b', 'a.b', 'a.b.c', '__proto__', 'constructor');
    const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const maps = fc.dictionary(fc.constantFrom(...WIRE_FIELDS), paths) as fc.Arbitrary<FieldMap>;
    const documents = fc.oneof(fc.jsonValue(), fc.object({ key: names, maxDepth: 5 }));
    fc.assert(
      fc.property(maps, documents, (map, document) => {
        const { candidate, faults } = mapFields(map, document);
        expect(typeof candidate).toBe('object');
        expect(Array.isArray(faults)).toBe(true);
      }),
      { numRuns: randomRuns(500) },
    );
  });
});
