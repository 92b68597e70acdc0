import { gzipSync } from 'zlib';
import type { BundleFaultCode } from '../../common/policy/bundle_fault';
import { bundleTarball } from '../../server/adapters/opa/bundle_tarball';
import { writeTar } from '../../server/adapters/opa/tar';
import { aRelease } from '../builders/bundles';
import { aKeyPair } from '../builders/policies';

/* X8, the file itself: what an archive may be made of before anything in it is looked at. */

const v3 = aRelease(3, [aKeyPair()]);

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

  it('is never read half: random damage is refused, or changes nothing that matters', () => {
    const packed = Buffer.from(whole);
    for (let at = 0; at < packed.length; at += 37) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0x20;
      const files = bundleTarball.unpack(gzipSync(damaged, { level: 1 }));
      if (files.ok) expect([...files.value.keys()].sort()).toEqual([...v3.files.keys()].sort());
    }
  });
});
