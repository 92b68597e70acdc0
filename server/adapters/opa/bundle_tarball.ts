import { gunzipSync, gzipSync } from 'zlib';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import { err, type Result } from '../../../common/result';
import type { BundleFormat } from '../../runner/ports';
import { readTar, writeTar } from './tar';

/** Most bytes of an archive when it is unpacked; what a bundle may have at most, and the headers of its files. */
const MOST_BYTES = 72 * 1024 * 1024;

const unpacked = (bytes: Uint8Array): Result<Uint8Array, BundleFault> => {
  try {
    return { ok: true, value: gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) };
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? err({ code: 'too_large', message: `the archive has more than ${MOST_BYTES} bytes when it is unpacked` })
      : err({ code: 'archive_malformed', message: `this is no gzip archive: ${(cause as Error).message}` });
  }
};

/** Bundles as files: a gzipped tar archive, as Open Policy Agent reads and writes it. */
export const bundleTarball: BundleFormat = {
  pack: (files) => gzipSync(writeTar(files), { level: 9 }),
  unpack: (bytes) => {
    const archive = unpacked(bytes);
    return archive.ok ? readTar(archive.value) : archive;
  },
};
