import { crc32 } from 'zlib';

/*
 * Lines of JSON that tell whether they are whole: the CRC32 of the JSON as 8 hexadecimal digits, a space, the JSON.
 */

const sumOf = (json: string): string => crc32(json).toString(16).padStart(8, '0');

/** One line with its end. */
export const lineOf = (value: unknown): string => {
  const json = JSON.stringify(value);
  return `${sumOf(json)} ${json}\n`;
};

const valueOf = (line: string): { readonly value: unknown } | undefined => {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== sumOf(json)) return undefined;
  return { value: JSON.parse(json) as unknown };
};

interface ReadLines {
  readonly values: readonly unknown[];
  /** Whole lines that are not what was written. */
  readonly damaged: readonly string[];
  /** Length of all whole lines; what follows was never finished, so it was never acknowledged. */
  readonly wholeBytes: number;
}

const NEWLINE = 0x0a;

export const readLines = (content: Buffer): ReadLines => {
  const wholeBytes = content.lastIndexOf(NEWLINE) + 1;
  const lines = content.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1);
  const read = lines.map((line) => ({ line, read: valueOf(line) }));
  return {
    values: read.flatMap((each) => (each.read === undefined ? [] : [each.read.value])),
    damaged: read.filter((each) => each.read === undefined).map((each) => each.line),
    wholeBytes,
  };
};
