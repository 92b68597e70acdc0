import * as t from 'io-ts';
import fc from 'fast-check';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { DetectionEvent } from '../flow/event';
import { described, instant, json, list, number, oneOf, record, text } from './codecs';
import { decode, sentence } from './decode';
import { jsonSchemaOf } from './json_schema';
import { randomRuns } from '../../test/builders/random_runs';

const faultsOf = (codec: t.Mixed, value: unknown): string[] => {
  const decoded = decode(codec, value);
  return decoded.ok ? [] : decoded.error.map(({ path, message }) => `${path}: ${message}`);
};
const accepts = (codec: t.Mixed, value: unknown): boolean => decode(codec, value).ok;

describe('text', () => {
  it.each(['', 'ab', 'abcd', 5, null, undefined, ['ab'], new String('ab'), 'a\0'])('refuses %p', (value) => {
    expect(accepts(text({ min: 3, max: 3 }), value)).toBe(false);
  });
  it('takes its limits themselves, and never NUL', () => {
    expect(accepts(text({ min: 1, max: 3 }), 'a') && accepts(text({ min: 1, max: 3 }), 'abc')).toBe(true);
    expect(accepts(text(), 'a\0b')).toBe(false);
  });
  it('names its pattern', () => {
    const codec = text({ max: 9, pattern: /^[a-z]+$/, patternName: 'lower case letters' });
    expect(accepts(codec, 'abc')).toBe(true);
    expect(faultsOf(codec, 'ABC')).toEqual([': must be a string of 0 to 9 characters, lower case letters']);
  });
});

describe('number', () => {
  it.each([NaN, Infinity, -Infinity, '5', null, 5n, -1, 11])('refuses %p', (value) => {
    expect(accepts(number({ min: 0, max: 10 }), value)).toBe(false);
  });
  it('takes whole numbers only where it says so', () => {
    expect(accepts(number({ integer: true }), 2 ** 53)).toBe(false);
    expect(accepts(number({ integer: true }), 1.5)).toBe(false);
    expect(accepts(number({ integer: true }), -0)).toBe(true);
  });
});

describe('instant', () => {
  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.123456789Z', '2026-11-22T10:00:00.123Z'],
    ['2026-11-22T10:00:00+01:00', '2026-11-22T09:00:00.000Z'],
    ['2028-02-29T23:59:59-12:00', '2028-03-01T11:59:59.000Z'],
  ])('reads %s as %s', (value, wanted) => {
    expect(decode(instant, value)).toEqual({ ok: true, value: wanted });
  });
  it.each([
    '2026-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2026-04-31T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-22T25:00:00Z',
    '2026-11-22T10:60:00Z',
    '2026-11-22T10:00:00',
    '2026-11-22',
    '2026-11-22 10:00:00Z',
    '1795320994858',
    1795320994858,
    '2026-11-22T10:00:00+99:99',
    '20261122T100000Z',
    '',
    null,
    ' 2026-11-22T10:00:00Z',
  ])('refuses %p', (value) => expect(accepts(instant, value)).toBe(false));
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }), (date) => {
        expect(decode(instant, date.toISOString())).toEqual({ ok: true, value: date.toISOString() });
      }),
    );
  });
});

describe('record', () => {
  const codec = record({ a: number(), b: record({ c: text({ min: 1 }) }) }, { d: t.boolean });
  it('names every bad field at once', () => {
    expect(faultsOf(codec, { a: 'x', b: { c: '', e: 1 }, f: 2 }).sort()).toEqual([
      'a: must be a number',
      'b.c: must be a string of 1 to 1024 characters',
      'b.e: is not a known field; known: c',
      'f: is not a known field; known: a, b, d',
    ]);
    expect(faultsOf(codec, {})).toEqual(['a: is missing', 'b: is missing']);
    for (const value of [null, [], 'x', 5, undefined]) expect(faultsOf(codec, value)).toEqual([': must be an object']);
  });
  it('takes null for missing where a field may be missing, and only there', () => {
    expect(decode(codec, { a: 1, b: { c: 'x' }, d: null })).toEqual({ ok: true, value: { a: 1, b: { c: 'x' } } });
    expect(accepts(codec, { a: null, b: { c: 'x' } })).toBe(false);
  });
  it('does not take what an object inherits for a field', () => {
    expect(accepts(record({ toString: t.Function }), {})).toBe(false);
    expect(accepts(codec, Object.create({ a: 1, b: { c: 'x' } }))).toBe(false);
  });
  it.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'refuses a field called %s, and nobody reaches a prototype',
    (key) => {
      expect(accepts(codec, JSON.parse(`{"a":1,"b":{"c":"x"},"${key}":{"polluted":true}}`))).toBe(false);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );
});

describe('list, oneOf, json', () => {
  it('says where in a list', () => {
    expect(faultsOf(list(number({ max: 2 }), 3), [1, 'x', 3])).toEqual([
      '1: must be a number of at most 2',
      '2: must be a number of at most 2',
    ]);
    expect(faultsOf(list(number(), 1), [1, 2])).toEqual([': must have at most 1 items, has 2']);
    expect(accepts(list(number(), 1), { length: 1, 0: 1 })).toBe(false);
  });
  it('takes only the words that it lists', () => {
    expect(faultsOf(oneOf(['a', 'b']), 'c')).toEqual([': must be one of `a`, `b`']);
    for (const value of ['', 'constructor', 0, null, ['a']]) expect(accepts(oneOf(['a', 'b']), value)).toBe(false);
  });
  it('measures JSON as it is written', () => {
    expect(accepts(json(5), 'abc')).toBe(true);
    expect(accepts(json(5), 'abcd')).toBe(false);
  });
  // The parser reads nesting without end; the writer's stack ends.
  it('refuses what is nested too deep to be written', () => {
    const deep: unknown = JSON.parse('['.repeat(30_000) + ']'.repeat(30_000));
    expect(faultsOf(record({ raw: json(65_536) }), { raw: deep })).toEqual([
      'raw: must be at most 65536 characters of JSON',
    ]);
  });
});

describe('sentence', () => {
  it('says all of it', () =>
    expect(
      sentence([
        { path: '', message: 'is bad' },
        { path: 'a.b', message: 'is worse' },
      ]),
    ).toBe('is bad; `a.b` is worse'));
});

describe('jsonSchemaOf', () => {
  const ajv = addFormats(new Ajv2020({ strict: false }));
  it('says the same as the codec of an event', () => {
    const check = ajv.compile(jsonSchemaOf(DetectionEvent));
    const piece = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '',
        'x',
        'high',
        0,
        0.5,
        1.5,
        -1,
        true,
        [],
        {},
        ['x'],
        [5],
        { ip: '203.0.113.7' },
        { ip: '' },
        { name: 'x' },
        { pid: 5 },
        { nothing: 1 },
        { status: 'stable' },
        '2026-11-22T10:00:00Z',
        'yesterday',
        'x'.repeat(600),
      ),
    );
    const fields = [
      'event_id',
      'timestamp',
      'confidence',
      'severity',
      'src_host',
      'tags',
      'source',
      'destination',
      'user',
      'process',
      'rule',
      'policy_scope',
      'raw',
      'unheard',
    ];
    const base = { event_id: 'e', timestamp: '2026-11-22T10:00:00Z', confidence: 0.5, severity: 'high' };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...fields), piece), { maxLength: 3 }), (changes) => {
        // A schema has no word for `null is missing`.
        fc.pre(changes.every(([, value]) => value !== null));
        const value = { ...base, ...Object.fromEntries(changes) };
        expect([value, check(value)]).toEqual([value, accepts(DetectionEvent, value)]);
      }),
      { numRuns: randomRuns(1_000) },
    );
  });
  it('carries descriptions', () =>
    expect(jsonSchemaOf(described(number(), 'how many'))).toEqual({ type: 'number', description: 'how many' }));
  it('knows the codecs of io-ts that are used', () => {
    expect(jsonSchemaOf(t.union([t.literal('a'), t.null]))).toEqual({ anyOf: [{ const: 'a' }, { type: 'null' }] });
    expect(jsonSchemaOf(t.record(t.string, t.boolean))).toEqual({
      type: 'object',
      additionalProperties: { type: 'boolean' },
    });
    expect(jsonSchemaOf(t.array(t.string))).toEqual({ type: 'array', items: { type: 'string' } });
  });
});
