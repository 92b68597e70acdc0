import type { BundleFault, BundleFaultCode } from '../../../common/policy/bundle_fault';
import { err, ok, type Result } from '../../../common/result';

/*
 * Tar archives as bundles need them (POSIX.1-1988 `ustar`): regular files with plain relative names, nothing else. A
 * general reader would follow links, absolute names and extensions; this one refuses what it does not need.
 */

const BLOCK = 512;
const MOST_FILES = 10_000;
const LONGEST_NAME = 255;

const fault = (code: BundleFaultCode, message: string): Result<never, BundleFault> => err({ code, message });

const shown = (name: string): string => JSON.stringify(name.slice(0, 120)).slice(1, -1);

/** Octal digits with NUL or spaces around; NaN for anything else, binary sizes included. */
const octal = (field: Buffer): number => {
  const text = field.toString('latin1').replace(/\0.*$/s, '').trim();
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN;
};

const textIn = (field: Buffer): string => {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
};

const checksum = (header: Buffer): number => {
  let sum = 0;
  // Its own eight bytes count as spaces.
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return sum;
};

/** A plain name below the root: no empty, `.` or `..` part, no backslash, nothing that cannot be seen. */
const isPlain = (name: string): boolean =>
  name.length > 0 &&
  name.length <= LONGEST_NAME &&
  /^[\w.@+=, -]+(\/[\w.@+=, -]+)*$/.test(name) &&
  !name.split('/').some((part) => part === '.' || part === '..');

/**
 * Reads an archive.
 *
 * @returns bytes by name, or why it is refused; nothing is written anywhere
 */
export const readTar = (bytes: Uint8Array): Result<ReadonlyMap<string, Uint8Array>, BundleFault> => {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (;;) {
    const header = data.subarray(at, at + BLOCK);
    if (header.length < BLOCK) return fault('archive_malformed', 'the archive ends in the middle');
    if (header.every((byte) => byte === 0)) break;
    if (octal(header.subarray(148, 156)) !== checksum(header))
      return fault('archive_malformed', `there is no file header at byte ${at}`);
    const prefix = header.subarray(257, 262).toString('latin1') === 'ustar' ? textIn(header.subarray(345, 500)) : '';
    const base = textIn(header.subarray(0, 100));
    const name = prefix === '' ? base : `${prefix}/${base}`;
    const kind = header[156];
    if (kind !== 0 && kind !== 0x30)
      return fault('not_a_file', `\`${shown(name)}\` is a link, a folder or another special entry`);
    if (!isPlain(name)) return fault('unsafe_path', `\`${shown(name)}\` is no plain path below the bundle`);
    if (files.has(name)) return fault('duplicate_file', `\`${shown(name)}\` is in the archive twice`);
    const size = octal(header.subarray(124, 136));
    if (!(at + BLOCK + size <= data.length))
      return fault('archive_malformed', `\`${shown(name)}\` is longer than the archive`);
    files.set(name, new Uint8Array(data.subarray(at + BLOCK, at + BLOCK + size)));
    if (files.size > MOST_FILES) return fault('too_large', `the archive holds more than ${MOST_FILES} files`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (!data.subarray(at).every((byte) => byte === 0))
    return fault('archive_malformed', 'something stands behind the end of the archive');
  return ok(files);
};

/** A name in the two fields that `ustar` has for it. Throws for one that does not fit, which policy ids cannot make. */
const split = (name: string): readonly [prefix: string, base: string] => {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const at = name.indexOf('/', name.length - 101);
  if (at === -1 || at > 155) throw new Error(`the name \`${name}\` is too long for an archive`);
  return [name.slice(0, at), name.slice(at + 1)];
};

const headerOf = (name: string, size: number): Buffer => {
  const header = Buffer.alloc(BLOCK);
  const [prefix, base] = split(name);
  header.write(base, 0, 100, 'utf8');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  // No time: the same files are always the same archive.
  header.write('00000000000\0', 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write(prefix, 345, 155, 'utf8');
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
};

/** Writes an archive, in order of the names: the same files give the same bytes. */
export const writeTar = (files: ReadonlyMap<string, Uint8Array>): Buffer => {
  const parts: Buffer[] = [];
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const padding = (BLOCK - (content.byteLength % BLOCK)) % BLOCK;
    parts.push(headerOf(name, content.byteLength), Buffer.from(content), Buffer.alloc(padding));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
};
