import { gzipSync } from 'zlib';
import type { BundleFiles } from '../../common/policy/bundle';
import type { BundleFaultCode } from '../../common/policy/bundle_fault';
import { bundleTarball } from '../../server/adapters/opa/bundle_tarball';
import { writeTar } from '../../server/adapters/opa/tar';
import { verifyBundle } from '../../server/engine/policy/verify_bundle';
import { aRelease } from '../builders/bundles';
import { aKeyPair } from '../builders/policies';

/* X8, the file itself: what an archive may be made of before anything in it is looked at. */

const keys = aKeyPair();
const v3 = aRelease(3, [keys]);

describe('the archive file of a bundle', () => {
  const codeOf = (bytes: Uint8Array): BundleFaultCode | 'read' => {
    const files = bundleTarball.unpack(bytes);
    return files.ok ? 'read' : files.error.code;
  };
  /** One entry with a name and a kind that the writer would never write. */
  const entry = (name: string, kind = '0', content = 'x'): Buffer => {
    const tar = writeTar(new Map([['a', Buffer.from(content)]]));
    tar.fill(0, 0, 100).write(name, 0, 100, 'utf8');
    tar.write(kind, 156, 'latin1');
    return resealed(tar);
  };
  const resealed = (tar: Buffer, at = 0): Buffer => {
    tar.fill(' ', at + 148, at + 156);
    const sum = tar.subarray(at, at + 512).reduce((all, byte) => all + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    return tar;
  };
  const whole = writeTar(v3.files);

  it('holds the same files as before, and the same bytes each time', () => {
    const packed = bundleTarball.pack(v3.files);
    expect(bundleTarball.unpack(packed)).toEqual({ ok: true, value: new Map([...v3.files].sort()) });
    expect(Buffer.from(bundleTarball.pack(new Map([...v3.files].reverse()))).equals(packed)).toBe(true);
  });

  it.each<readonly [string, BundleFaultCode, () => Uint8Array]>([
    ['nothing', 'archive_malformed', () => new Uint8Array()],
    ['no gzip', 'archive_malformed', () => Buffer.from('hello')],
    ['gzip that ends in the middle', 'archive_malformed', () => gzipSync(whole).subarray(0, 300)],
    ['a tar that ends in the middle', 'archive_malformed', () => gzipSync(whole.subarray(0, 700))],
    ['a tar without its end', 'archive_malformed', () => gzipSync(whole.subarray(0, whole.length - 1024))],
    ['something behind the end', 'archive_malformed', () => gzipSync(Buffer.concat([whole, Buffer.from('more')]))],
    ['a header with a wrong sum', 'archive_malformed', () => gzipSync(Buffer.from(whole).fill('z', 0, 1))],
    ['a zip bomb', 'too_large', () => gzipSync(Buffer.alloc(80 * 1024 * 1024))],
    [
      'a size beyond the archive',
      'archive_malformed',
      () => {
        const tar = Buffer.from(whole);
        tar.write('77777777777\0', 124, 'latin1');
        return gzipSync(resealed(tar));
      },
    ],
    [
      'a size that is no number',
      'archive_malformed',
      () => {
        const tar = Buffer.from(whole);
        tar.fill(0xff, 124, 136);
        return gzipSync(resealed(tar));
      },
    ],
    ['a path above it', 'unsafe_path', () => gzipSync(entry('../../etc/passwd'))],
    ['a path above it in the middle', 'unsafe_path', () => gzipSync(entry('reflex/../../x'))],
    ['an absolute path', 'unsafe_path', () => gzipSync(entry('/etc/passwd'))],
    ['a path with backslashes', 'unsafe_path', () => gzipSync(entry('..\\..\\x'))],
    ['a path of a drive', 'unsafe_path', () => gzipSync(entry('C:/x'))],
    ['a path with what cannot be seen', 'unsafe_path', () => gzipSync(entry('policy\u202e.yaml'))],
    ['no name', 'unsafe_path', () => gzipSync(entry(''))],
    ['a symbolic link', 'not_a_file', () => gzipSync(entry('a', '2'))],
    ['a hard link', 'not_a_file', () => gzipSync(entry('a', '1'))],
    ['a device', 'not_a_file', () => gzipSync(entry('a', '3'))],
    ['a folder', 'not_a_file', () => gzipSync(entry('a', '5'))],
    ['an extended header with a long name', 'not_a_file', () => gzipSync(entry('a', 'x'))],
    [
      'one file twice',
      'duplicate_file',
      () => gzipSync(Buffer.concat([entry('a').subarray(0, 1024), entry('a', '0', 'y')])),
    ],
    [
      'too many files',
      'too_large',
      () => gzipSync(writeTar(new Map(Array.from({ length: 10_001 }, (_, at) => [`f${at}`, new Uint8Array()])))),
    ],
  ])('is refused for %s as `%s`', (_name, code, bytes) => {
    expect(codeOf(bytes())).toBe(code);
  });

  /** Where the head of each file is, with the length of its content. */
  const heads = (tar: Buffer): ReadonlyArray<{ readonly at: number; readonly length: number }> => {
    const found: Array<{ at: number; length: number }> = [];
    for (let at = 0; tar[at] !== 0;) {
      const length = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
      found.push({ at, length });
      at += 512 + 512 * Math.ceil(length / 512);
    }
    return found;
  };
  const changedIn = (files: BundleFiles): readonly string[] =>
    [...files]
      .filter(([name, bytes]) => !Buffer.from(bytes).equals(v3.files.get(name) ?? Buffer.of()))
      .map(([name]) => name);

  it('is never read half: damage to a head is refused, damage to a content is in that file alone, and shows', () => {
    const packed = Buffer.from(whole);
    const files = heads(packed);
    expect(files).toHaveLength(v3.files.size);
    let [inHeads, inContents, behind] = [0, 0, 0];
    for (let at = 0; at < packed.length; at += 11) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0x20;
      const read = bundleTarball.unpack(gzipSync(damaged, { level: 1 }));
      const file = files.filter((each) => each.at <= at).at(-1);
      const offset = at - (file?.at ?? 0) - 512;
      if (offset < 0) {
        inHeads += 1;
        // The sum itself may be spelled in several ways.
        const isInSum = offset + 512 >= 148 && offset + 512 < 156;
        expect([at, read.ok]).toEqual([at, isInSum && read.ok]);
        if (read.ok) expect(changedIn(read.value)).toEqual([]);
      } else if (offset < (file?.length ?? 0)) {
        inContents += 1;
        expect(read.ok && changedIn(read.value)).toHaveLength(1);
        expect(read.ok && verifyBundle(read.value, { keys: [keys.verification], threshold: 1 }).ok).toBe(false);
      } else {
        behind += 1;
        if (read.ok) expect(changedIn(read.value)).toEqual([]);
      }
      if (read.ok) expect([...read.value.keys()].sort()).toEqual([...v3.files.keys()].sort());
    }
    expect(Math.min(inHeads, inContents, behind)).toBeGreaterThan(20);
  });
});
