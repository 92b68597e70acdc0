/*
 * LZ4 frames as Kafka's producers write them. Format: lz4/lz4, doc/lz4_Frame_format.md and lz4_Block_format.md.
 * Checksums are not compared: the broker checked the batch's own, and TCP or TLS what came after.
 */

const MAGIC = 0x184d2204;
const MOST_BYTES = 64 * 1024 * 1024;
const UNCOMPRESSED = 0x80000000;

const broken = (what: string): Error => new Error(`the lz4 frame is broken: ${what}`);

/** Grows as needed; linked blocks look back into what earlier ones wrote. */
class Output {
  private bytes = Buffer.alloc(64 * 1024);
  length = 0;

  private room(more: number): void {
    const needed = this.length + more;
    if (needed > MOST_BYTES) throw broken('it holds more than 64 MiB');
    if (needed <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.min(MOST_BYTES, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  append(part: Buffer): void {
    this.room(part.length);
    part.copy(this.bytes, this.length);
    this.length += part.length;
  }

  repeat(offset: number, count: number): void {
    if (offset === 0 || offset > this.length) throw broken('a match from before its start');
    this.room(count);
    const { bytes, length } = this;
    if (offset >= count) bytes.copyWithin(length, length - offset, length - offset + count);
    else for (let n = 0; n < count; n += 1) bytes[length + n] = bytes[length + n - offset] ?? 0;
    this.length += count;
  }

  whole(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

const readBlock = (block: Buffer, out: Output): void => {
  let at = 0;
  const byte = (): number => {
    const value = block[at];
    if (value === undefined) throw broken('a block ends early');
    at += 1;
    return value;
  };
  /** 15 says that more bytes follow, each 255 that yet more do. */
  const longer = (start: number): number => {
    let length = start;
    if (start === 15)
      for (let more = 255; more === 255;) {
        more = byte();
        length += more;
      }
    return length;
  };
  while (at < block.length) {
    const token = byte();
    const literals = longer(token >> 4);
    if (at + literals > block.length) throw broken('a literal is too long');
    out.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    const offset = byte() | (byte() << 8);
    out.repeat(offset, longer(token & 15) + 4);
  }
};

/** Bytes of the frame's descriptor behind the magic number: flags, block size, content size, dictionary, checksum. */
const descriptorLength = (flags: number): number => 3 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);

/** @throws Error if the bytes are not an LZ4 frame, or hold more than 64 MiB */
export const lz4Decompress = (bytes: Buffer): Buffer => {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== MAGIC) throw broken('it does not begin as one');
  const flags = bytes[4] ?? 0;
  if (flags >> 6 !== 1) throw broken('its version is unknown');
  if ((flags & 0x01) !== 0) throw broken('it needs a dictionary');
  const checksum = (flags & 0x10) !== 0 ? 4 : 0;
  const out = new Output();
  for (let at = 4 + descriptorLength(flags); ;) {
    if (at + 4 > bytes.length) throw broken('it ends early');
    const head = bytes.readUInt32LE(at);
    at += 4;
    if (head === 0) return out.whole();
    const size = head & 0x7fffffff;
    if (at + size + checksum > bytes.length) throw broken('it ends early');
    const block = bytes.subarray(at, at + size);
    if (head >= UNCOMPRESSED) out.append(block);
    else readBlock(block, out);
    at += size + checksum;
  }
};
