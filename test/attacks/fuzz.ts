import fc from 'fast-check';
import { randomRuns } from '../builders/random_runs';
import { anyText } from '../builders/any_text';

/*
 * Inputs of attackers: what is valid, bent and broken at random places, with the pieces that parsers stumble over.
 * `npm test` tries some thousand; `npm run fuzz` as many as there is time for.
 */

/** How often each property is tried; set by `scripts/fuzz.js`. */
const RUNS = Number(process.env.REFLEX_FUZZ_RUNS ?? 700);
/** So long no single input may take, ms: the machine may be busy, and what grows without bound takes far longer. */
const LONGEST_MS = 1_000;

const NASTY = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '{"__proto__":{"polluted":true}}',
  '"__proto__": {"polluted": true}, ',
  'null',
  'NaN',
  '-1',
  '1e400',
  '9007199254740993',
  '18446744073709551616',
  '{',
  '}',
  '[',
  ']',
  '[['.repeat(40),
  '"',
  "'",
  '\\',
  '\\u0000',
  '\u0000',
  '\u202e',
  '\ud800',
  '\ufeff',
  '\r\n',
  '\t',
  ': ',
  '- ',
  '&a ',
  '*a ',
  '!!js/function ',
  '<<: ',
  '{{',
  '}}',
  '${',
  '%00',
  'a'.repeat(5_000),
];

const piece = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NASTY) }, { weight: 1, arbitrary: anyText(20) });
const place = fc.double({ min: 0, max: 1, noNaN: true });
const bend = fc.record({ at: place, cut: fc.nat({ max: 30 }), put: piece });

/** A text that was one of these before it was bent. */
export const bentText = (...samples: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...samples), fc.array(bend, { maxLength: 5 })).map(([sample, bends]) =>
    bends.reduce((text, { at, cut, put }) => {
      const from = Math.floor(at * text.length);
      return text.slice(0, from) + put + text.slice(from + cut);
    }, sample),
  );

/** The same of bytes. */
export const bentBytes = (...samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.record({ at: place, put: fc.uint8Array({ maxLength: 8 }) })))
    .map(([sample, bends]) =>
      bends.reduce((bytes, { at, put }) => {
        const from = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.slice(0, from), put, bytes.slice(from + 1)]);
      }, sample),
    );

const leaf = fc.oneof(fc.constantFrom<unknown>(...NASTY, null, true, -1, 1e308, NaN, 2 ** 53), fc.jsonValue());

/** A document whose fields are sometimes those of a sample, sometimes anything. */
export const bentDocument = (sample: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.array(fc.tuple(fc.constantFrom(...Object.keys(sample), ...NASTY.slice(0, 4)), leaf), { maxLength: 6 }).map(
    // `__proto__` as an own field, as `JSON.parse` makes it.
    (changes) => Object.fromEntries([...Object.entries(sample), ...changes]),
  );

/** Feeds a parser, and fails if it throws, hangs or changes what every object has. */
export const feed = <Input>(inputs: fc.Arbitrary<Input>, parse: (input: Input) => void): void => {
  fc.assert(
    fc.property(inputs, (input) => {
      const began = performance.now();
      parse(input);
      const took = performance.now() - began;
      if (took > LONGEST_MS) throw new Error(`it took ${Math.round(took)} ms`);
      if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) throw new Error('every object has it now');
    }),
    { numRuns: randomRuns(RUNS) },
  );
};
