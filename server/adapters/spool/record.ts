import { crc32 } from 'zlib';

/*
 * One record of the spool: a mark, the length of the payload, its place, a CRC32 over all but the mark, the payload.
 * The mark begins with a byte that UTF-8 never has, so no payload can hold a record: after damage the next true record
 * is found again, and nobody outside can plant one.
 */

const MARK = Buffer.from([0xff, 0x52, 0x58, 0x31]);
const LENGTH_AT = 4;
const PLACE_AT = 8;
const SUM_AT = 14;
const HEAD_BYTES = 18;

/** A record in a buffer. */
export interface FoundRecord {
  /** Place in the spool: 1, 2, 3, … */
  readonly at: number;
  readonly offset: number;
  /** Bytes, head included. */
  readonly length: number;
}

interface Scan {
  readonly records: readonly FoundRecord[];
  /** Stretches that hold no record, before and between those that do. */
  readonly damaged: ReadonlyArray<{ readonly offset: number; readonly bytes: number }>;
  /** Bytes behind the last record: one whose writing was never finished. */
  readonly tail: number;
}

const sumOf = (head: Buffer, payload: Buffer): number => crc32(payload, crc32(head.subarray(LENGTH_AT, SUM_AT)));

export const encodeRecord = (at: number, text: string): Buffer => {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(HEAD_BYTES);
  MARK.copy(head);
  head.writeUInt32BE(payload.length, LENGTH_AT);
  head.writeUIntBE(at, PLACE_AT, 6);
  head.writeUInt32BE(sumOf(head, payload), SUM_AT);
  return Buffer.concat([head, payload]);
};

/** The record that begins at an offset, if a whole one does. */
const recordAt = (buffer: Buffer, offset: number): FoundRecord | undefined => {
  const payloadAt = offset + HEAD_BYTES;
  if (payloadAt > buffer.length || !buffer.subarray(offset, offset + MARK.length).equals(MARK)) return undefined;
  const head = buffer.subarray(offset, payloadAt);
  const end = payloadAt + head.readUInt32BE(LENGTH_AT);
  if (end > buffer.length) return undefined;
  if (sumOf(head, buffer.subarray(payloadAt, end)) !== head.readUInt32BE(SUM_AT)) return undefined;
  return { at: head.readUIntBE(PLACE_AT, 6), offset, length: end - offset };
};

/** What a record holds, or undefined if the bytes are not the record that was found there before. */
export const payloadOf = (record: Buffer): string | undefined =>
  recordAt(record, 0)?.length === record.length ? record.toString('utf8', HEAD_BYTES) : undefined;

export const scanRecords = (buffer: Buffer): Scan => {
  const records: FoundRecord[] = [];
  const damaged: Array<{ offset: number; bytes: number }> = [];
  let end = 0;
  for (let offset = buffer.indexOf(MARK); offset >= 0;) {
    const record = recordAt(buffer, offset);
    if (record === undefined) {
      offset = buffer.indexOf(MARK, offset + 1);
      continue;
    }
    if (offset > end) damaged.push({ offset: end, bytes: offset - end });
    records.push(record);
    end = offset + record.length;
    offset = buffer.indexOf(MARK, end);
  }
  return { records, damaged, tail: buffer.length - end };
};
