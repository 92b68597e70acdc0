import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Half of them from ASCII, where parsers have their special characters. */
const codePoint = fc.oneof(
  fc.nat(0x7f),
  fc.nat(0x10ffff - SURROGATES.count).map((point) => (point < SURROGATES.first ? point : point + SURROGATES.count)),
);

/**
 * Texts of any code points but lone surrogates. `fc.string({ unit: 'binary' })` says the same, and makes a table of
 * all code points first: most of a second in each test file.
 */
export const anyText = (maxLength?: number): fc.Arbitrary<string> =>
  fc.array(codePoint, { maxLength }).map((points) => String.fromCodePoint(...points));
