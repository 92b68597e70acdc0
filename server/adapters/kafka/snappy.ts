/*
 * Snappy as Kafka stores it: the plain block format, or the frames of the Java library (`\x82SNAPPY\0`). Format:
 * google/snappy, format_description.txt. Every length is checked before it is used.
 */

const MOST_BYTES = 64 * 1024 * 1024;
const JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** Magic, version, compatible version. */
const JAVA_HEADER = 16;

const broken = (what: string): Error => new Error(`the snappy block is broken: ${what}`);

const lengthAtStart = (bytes: Buffer): { readonly length: number; readonly at: number } => {
  let length = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw broken('its length does not end');
};

/** Copies that overlap what they write repeat it, so bytes are copied one by one. */
const copyBack = (out: Buffer, { to, offset, length }: { to: number; offset: number; length: number }): void => {
  if (offset <= 0 || offset > to) throw broken('a copy from before its start');
  if (to + length > out.length) throw broken('more than its length says');
  if (offset >= length) out.copyWithin(to, to - offset, to - offset + length);
  else for (let n = 0; n < length; n += 1) out[to + n] = out[to + n - offset] ?? 0;
};

const block = (bytes: Buffer): Buffer => {
  const { length, at: start } = lengthAtStart(bytes);
  if (length > MOST_BYTES) throw broken(`it says it holds ${length} bytes`);
  const out = Buffer.alloc(length);
  let to = 0;
  let at = start;
  const littleEndian = (width: number): number => {
    if (at + width > bytes.length) throw broken('it ends early');
    const value = width === 0 ? 0 : bytes.readUIntLE(at, width);
    at += width;
    return value;
  };
  while (at < bytes.length) {
    const tag = littleEndian(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const size = (short < 60 ? short : littleEndian(short - 59)) + 1;
      if (at + size > bytes.length || to + size > length) throw broken('a literal is too long');
      bytes.copy(out, to, at, at + size);
      at += size;
      to += size;
      continue;
    }
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset = kind === 1 ? ((tag >> 5) << 8) | littleEndian(1) : littleEndian(kind === 2 ? 2 : 4);
    copyBack(out, { to, offset, length: size });
    to += size;
  }
  if (to !== length) throw broken('less than its length says');
  return out;
};

/** @throws Error if the bytes are not snappy, or hold more than 64 MiB */
export const snappyDecompress = (bytes: Buffer): Buffer => {
  if (!bytes.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return block(bytes);
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = JAVA_HEADER; at < bytes.length;) {
    if (at + 4 > bytes.length) throw broken('a frame ends early');
    const size = bytes.readUInt32BE(at);
    if (at + 4 + size > bytes.length) throw broken('a frame ends early');
    const read = block(bytes.subarray(at + 4, at + 4 + size));
    total += read.length;
    if (total > MOST_BYTES) throw broken('it holds more than 64 MiB');
    blocks.push(read);
    at += 4 + size;
  }
  return Buffer.concat(blocks);
};
