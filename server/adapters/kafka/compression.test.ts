import * as fc from 'fast-check';
import { lz4Decompress } from './lz4';
import { snappyDecompress } from './snappy';
import { randomRuns } from '../../../test/builders/random_runs';

/*
 * Against blocks written by hand from the formats' descriptions; what a real broker writes is in the integration test.
 */

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** Literals only, which every reader must take. */
const snappyLiterals = (data: Buffer): Buffer => {
  const length: number[] = [];
  for (let rest = data.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  const parts: Buffer[] = [Buffer.from(length)];
  for (let at = 0; at < data.length; at += 60) {
    const part = data.subarray(at, at + 60);
    parts.push(Buffer.from([(part.length - 1) << 2]), part);
  }
  return Buffer.concat(parts);
};

const lz4Stored = (data: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((data.length | 0x80000000) >>> 0);
  return Buffer.concat([hex('04224d18 60 40 82'), ...(data.length > 0 ? [size, data] : []), Buffer.alloc(4)]);
};

describe('snappy', () => {
  it('reads literals and copies, also ones that overlap what they write', () => {
    // "abcd", then 8 bytes from 4 back, then 6 bytes from 1 back.
    expect(snappyDecompress(hex('12 0c 61626364 11 04 16 0100')).toString()).toBe('abcdabcdabcddddddd');
  });

  it('reads blocks and frames of any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const data = Buffer.from(bytes);
        const block = snappyLiterals(data);
        expect(snappyDecompress(block)).toEqual(data);
        const size = Buffer.alloc(4);
        size.writeUInt32BE(block.length);
        const framed = Buffer.concat([hex('82534e4150505900 00000001 00000001'), size, block, size, block]);
        expect(snappyDecompress(framed)).toEqual(Buffer.concat([data, data]));
      }),
      { numRuns: randomRuns(100) },
    );
  });

  it.each([
    '',
    '05 0c 61626364',
    '04 11 04',
    '04 0c 61626364 11 09',
    'ffffffff0f 00',
    '82534e4150505900 00000001 00000001 000000ff 00',
  ])('refuses %s', (bytes) => {
    expect(() => snappyDecompress(hex(bytes))).toThrow(/snappy/);
  });
});

describe('lz4', () => {
  it('reads literals and matches, also ones that overlap what they write', () => {
    // 4 literals "abcd", match of 8 from 4 back, then 1 literal "x".
    const block = hex('44 61626364 0400 10 78');
    expect(lz4Decompress(Buffer.concat([hex('04224d18 60 40 82 09000000'), block, hex('00000000')])).toString()).toBe(
      'abcdabcdabcdx',
    );
  });

  it('reads stored blocks of any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(lz4Decompress(lz4Stored(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: randomRuns(100) },
    );
  });

  it.each([
    '',
    '04224d18',
    '04224d18 60 40 82',
    '04224d18 61 40 82 00000000',
    '04224d18 20 40 82 00000000',
    '04224d18 60 40 82 02000000 1061',
    '04224d18 60 40 82 04000000 00 0000 10 00000000',
  ])('refuses %s', (bytes) => {
    expect(() => lz4Decompress(hex(bytes))).toThrow(/lz4/);
  });
});

describe.each([
  ['snappy', snappyDecompress, snappyLiterals],
  ['lz4', lz4Decompress, lz4Stored],
] as const)('%s with anything in it', (_name, decompress, compress) => {
  it('gives bytes or an error, and takes no more memory than it may', () => {
    const broken = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(255))
      .map(([data, at, byte]) => {
        const bytes = compress(Buffer.from(data));
        bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 100 }).map(Buffer.from)), (bytes) => {
        try {
          expect(decompress(bytes).length).toBeLessThanOrEqual(64 * 1024 * 1024);
        } catch (cause) {
          expect(String(cause)).toMatch(/is broken/);
        }
      }),
      { numRuns: randomRuns(2_000) },
    );
  });
});
