import * as fc from 'fast-check';
import { decode } from '../../../common/codec/decode';
import { FieldMap, WIRE_FIELDS } from './field_map';
import { mapFields } from './documents/map_fields';
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
      mended: [{ path: 'src_host', how: 'several', left: 1 }],
      inTexts: [],
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
    ['2026-11-22 10:00:00+0100', '2026-11-22T09:00:00.000Z'],
  ])('reads the time %p', (time, instant) => {
    expect(mapFields({ timestamp: 'at' }, { at: time }).candidate.timestamp).toBe(instant);
  });

  it('says from where a value came that does not fit', () => {
    const map: FieldMap = { event_id: 'id', severity: 'level', timestamp: 'at' };
    expect(mapFields(map, { id: {}, level: 7, at: 1e300 }).faults).toEqual([
      { path: 'event_id', message: 'from `id` is no text' },
      {
        path: 'timestamp',
        message: 'from `at` is no time near ours; give the map its `unit` or its `format`',
      },
      {
        path: 'severity',
        message: 'from `level` is no severity that is known; give the map `values`, `bands` or a `fallback` for it',
      },
    ]);
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
    expect(
      decode(FieldMap, {
        parse: ['Message', 'Records.Body'],
        each: 'Records',
        only: { kind: ['alert', 7], live: true },
        timestamp: {
          path: 'at',
          unit: 'ns',
          format: ['syslog', 'clf'],
          zone: 'Europe/Berlin',
          fallback: 'received_at',
        },
        severity: { path: 'level', fallback: 'low', values: { a: 'high' } },
        confidence: { path: 'c', values: { sure: 0.9 } },
        tags: { path: ['a', 'b'], all: true, split: ',', where: { type: 'x' } },
      }).ok,
    ).toBe(true);
  });

  it.each<[note: string, map: object]>([
    ['a zone that nobody knows', { timestamp: { path: 'at', zone: 'Mars/Olympus' } }],
    ['an offset that is none', { timestamp: { path: 'at', zone: '+25:00' } }],
    ['a unit of a text', { src_host: { path: 'at', unit: 's' } }],
    ['a form that nobody knows', { timestamp: { path: 'at', format: 'unix' } }],
    ['all places of one value', { 'source.ip': { path: ['a', 'b'], all: true } }],
    ['a fallback that is no severity', { severity: { path: 'a', fallback: 'bad' } }],
    ['a fallback of a name', { src_host: { path: 'a', fallback: 'received_at' } }],
    ['a list of events in two places', { each: ['a', 'b'] }],
    ['a filter for an object', { only: { a: { b: 1 } } }],
  ])('refuses %s', (_, map) => {
    expect(decode(FieldMap, map)).toMatchObject({ ok: false });
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
