import * as fc from 'fast-check';
import { readJson } from './strict_json';

describe('strict JSON', () => {
  it('is what JSON.parse reads, where no field is named twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
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
