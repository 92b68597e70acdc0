import * as fc from 'fast-check';
import { readJson } from './strict_json';

/** What is beyond 2^53 is its digits, which are those that JavaScript writes here. */
const withDigits = (_: string, value: unknown): unknown =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? String(value) : value;

describe('strict JSON', () => {
  it('is what JSON.parse reads, where no field is named twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text, withDigits) as unknown });
        expect(readJson(JSON.stringify(value, undefined, '\t')).ok).toBe(true);
      }),
    );
  });

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":{"c":1,"c":1}}',
    '[{"a":1},{"a":1,"\\u0061":2}]',
    '{"a" :1, "a"\n:2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\\\":1,"a\\\\":2}',
  ])('refuses %s', (text) => {
    expect(readJson(text)).toEqual({ ok: false, error: 'names a field twice in one object' });
  });

  it.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":"a"}]}',
    '{"a":"a\\":","b":"\\\\"}',
    '["a","a"]',
    '"{\\"a\\":1,\\"a\\":2}"',
  ])('takes %s', (text) => {
    expect(readJson(text).ok).toBe(true);
  });

  it('refuses what is nested deeper than anything of ours, without stumbling', () => {
    expect(readJson(`${'['.repeat(64)}${']'.repeat(64)}`).ok).toBe(true);
    expect(readJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toMatchObject({ ok: false });
  });

  it('refuses that before it is read as JSON: megabytes of brackets cost no more than a look at the first of them', () => {
    const parse = jest.spyOn(JSON, 'parse');
    for (const text of ['['.repeat(4_000_000), '{"a":'.repeat(800_000), `{"raw":"]","a":${'[{"b":'.repeat(100)}`])
      expect(readJson(text)).toEqual({ ok: false, error: 'is nested deeper than 64' });
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('counts no bracket that stands in a text, and none that was closed', () => {
    expect(readJson(JSON.stringify({ raw: '[{'.repeat(200), also: '\\"[['.repeat(50) })).ok).toBe(true);
    expect(readJson(`[${'[],{},'.repeat(200)}1]`).ok).toBe(true);
  });

  it('is linear: a megabyte of quotes and slashes is read as fast as one of letters', () => {
    const plain = JSON.stringify('x'.repeat(1_000_000));
    const escaped = JSON.stringify('\\"'.repeat(250_000));
    const timeOf = (text: string): number => {
      const before = performance.now();
      expect(readJson(text).ok).toBe(true);
      return performance.now() - before;
    };
    timeOf(plain);
    expect(timeOf(escaped)).toBeLessThan(timeOf(plain) * 50 + 500);
  });
});

describe('a number', () => {
  it.each([
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['18446744073709551615', '18446744073709551615'],
    ['1e400', '1e400'],
    ['-1E+30', '-1E+30'],
    ['12345678901234567890.5', '12345678901234567890.5'],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['1764237600.123456789', 1764237600.123456789],
    ['0.69999999999999995559', 0.7],
    ['1e15', 1e15],
    ['0', 0],
  ])('%s is read as %p', (written, value) => {
    for (const text of [`${written}`, ` { "a" : [ 1,${written} , "${written}" ] }`, `[${written}]`])
      expect(JSON.stringify(readJson(text))).toContain(JSON.stringify(value));
    expect(readJson(`{"a":[${written}]}`)).toEqual({ ok: true, value: { a: [value] } });
  });

  it('stays as it is within a text, and a field keeps its name', () => {
    const text = '{"9007199254740993":"x 9007199254740993 \\" 9007199254740993","b":9007199254740993}';
    expect(readJson(text)).toEqual({
      ok: true,
      value: { '9007199254740993': 'x 9007199254740993 " 9007199254740993', b: '9007199254740993' },
    });
  });

  it('that is none is not made one', () => {
    for (const text of [
      '{"a":90071992547409931-}',
      '90071992547409931.',
      '[--90071992547409931]',
      '00000000000000000001',
    ])
      expect(readJson(text)).toEqual({ ok: false, error: 'is not JSON' });
  });

  it('is read in time that grows with the text', () => {
    const text = `[${Array.from({ length: 200_000 }, () => '9007199254740993').join()}]`;
    const before = performance.now();
    expect(readJson(text).ok).toBe(true);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
