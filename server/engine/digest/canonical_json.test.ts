import fc from 'fast-check';
import { canonicalJson } from './canonical_json';
import { digestOf, sha256 } from './digest';

/** The same value with its keys in another order, at every depth. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
};

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('survives a journey as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const there = canonicalJson(value);
        expect(canonicalJson(JSON.parse(there))).toBe(there);
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(there);
      }),
    );
  });

  it.each([
    // RFC 8785, appendix B, and the example of its section 3.2.
    [{ b: 2, a: 1 }, '{"a":1,"b":2}'],
    [[56.0, 1e21, 1e-7, 333333333.33333329, -0], '[56,1e+21,1e-7,333333333.3333333,0]'],
    ['€$\u000F\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [
      { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [{ left: undefined, kept: null }, '{"kept":null}'],
  ])('writes %j as the standard wants it', (value, wanted) => {
    expect(canonicalJson(value)).toBe(wanted);
  });
});

describe('digestOf', () => {
  it('differs when the content does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        fc.pre(canonicalJson(a) !== canonicalJson(b));
        expect(digestOf(a)).not.toBe(digestOf(b));
      }),
    );
  });

  it('is the sha256 of the canonical text', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(digestOf({ b: [], a: 'ü' })).toBe(sha256(new TextEncoder().encode('{"a":"ü","b":[]}')));
  });
});
