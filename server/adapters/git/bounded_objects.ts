import { inflateSync, type ZlibOptions } from 'zlib';
import { GitFault } from './fault';

/*
 * Compressed objects of a repository that others write. A few kilobytes can be made to inflate to gigabytes, and the
 * library inflates whatever it is given: so nothing reaches it that was not looked through here, never holding more
 * than one object within its bound.
 */

const MIB = 1024 * 1024;

interface ObjectLimits {
  /** Most bytes of one object, inflated and put together. */
  readonly mostBytes: number;
  /** Most bytes of all objects of one pack, inflated. */
  readonly mostTotal: number;
}

export const OBJECT_LIMITS: ObjectLimits = { mostBytes: 64 * MIB, mostTotal: 4_096 * MIB };

/** Deflate makes nothing smaller than this share of it. */
const BEST_RATIO = 1_032;
const SLICE_MS = 8;
const PACK_HEADER = 12;
const SHA_BYTES = 20;
const OFS_DELTA = 6;
const REF_DELTA = 7;

const tooLarge = ({ mostBytes }: ObjectLimits): GitFault =>
  new GitFault(
    'too_large',
    `the repository holds an object of more than ${Math.round(mostBytes / MIB)} MiB; remove it from the branch, history included`,
  );
const damaged = (why: string): GitFault => new GitFault('damaged', `the repository cannot be read: ${why}`);

interface Inflated {
  readonly bytes: Uint8Array;
  /** How much of the input that took. */
  readonly read: number;
}

const inflated = (input: Uint8Array, most: number): Inflated | 'more' => {
  const options: ZlibOptions = { maxOutputLength: Math.max(1, most), info: true };
  try {
    const { buffer, engine } = inflateSync(input, options) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    return buffer.length > most ? 'more' : { bytes: buffer, read: engine.bytesWritten };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'more';
    throw damaged('what is compressed in it cannot be read');
  }
};

/** @throws GitFault for a loose object that inflates to more than the bound */
export const checkLoose = (deflated: Uint8Array, limits = OBJECT_LIMITS): void => {
  if (deflated.length * BEST_RATIO <= limits.mostBytes) return;
  if (inflated(deflated, limits.mostBytes) === 'more') throw tooLarge(limits);
};

/** A little-endian number of seven bits a byte, as deltas have it. */
const numberAt = (bytes: Uint8Array, start: number): { readonly value: number; readonly next: number } => {
  let value = 0;
  for (let at = start; at < bytes.length && at < start + 8; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw damaged('a delta in it has no size');
};

/** How large a delta makes what it is applied to. */
const sizeAfter = (delta: Uint8Array): number => numberAt(delta, numberAt(delta, 0).next).value;

interface Header {
  readonly type: number;
  /** Bytes that it says it inflates to. */
  readonly size: number;
  /** Where what is deflated begins. */
  readonly start: number;
}

const headerAt = (pack: Uint8Array, offset: number): Header => {
  let byte = pack[offset] ?? 0;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  let at = offset + 1;
  for (let scale = 16; byte >= 0x80; scale *= 128) {
    if (at >= pack.length || scale > 2 ** 50) throw damaged('an object in it has no size');
    byte = pack[at] ?? 0;
    size += (byte & 0x7f) * scale;
    at += 1;
  }
  if (type === REF_DELTA) at += SHA_BYTES;
  if (type === OFS_DELTA) {
    while ((pack[at] ?? 0) >= 0x80) at += 1;
    at += 1;
  }
  return { type, size, start: at };
};

/**
 * Looks through a pack, object by object.
 *
 * @param rest lets others have a turn
 * @throws GitFault if one of its objects is larger than the bound, or than it says it is
 */
export const checkPack = async (
  pack: Buffer,
  rest: () => Promise<void>,
  limits: ObjectLimits = OBJECT_LIMITS,
): Promise<void> => {
  if (pack.length < PACK_HEADER + SHA_BYTES || pack.toString('latin1', 0, 4) !== 'PACK')
    throw damaged('a pack in it is none');
  const end = pack.length - SHA_BYTES;
  let offset = PACK_HEADER;
  let total = 0;
  let began = performance.now();
  for (let left = pack.readUInt32BE(8); left > 0; left -= 1) {
    if (offset >= end) throw damaged('a pack in it ends too early');
    const { type, size, start } = headerAt(pack, offset);
    if (size > limits.mostBytes) throw tooLarge(limits);
    const object = inflated(pack.subarray(start, end), size);
    if (object === 'more') throw damaged('an object in it is larger than it says it is');
    const isDelta = type === OFS_DELTA || type === REF_DELTA;
    const whole = isDelta ? sizeAfter(object.bytes) : size;
    if (whole > limits.mostBytes) throw tooLarge(limits);
    total += whole;
    if (total > limits.mostTotal)
      throw new GitFault('too_large', `a pack holds more than ${Math.round(limits.mostTotal / MIB)} MiB`);
    offset = start + object.read;
    if (performance.now() - began < SLICE_MS) continue;
    await rest();
    began = performance.now();
  }
};
