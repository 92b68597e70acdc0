import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { oneOf, record, text } from '../../../common/codec/codecs';
import { decode } from '../../../common/codec/decode';
import type { SecurityMemory } from './cluster_users';

const File = record({ cluster: text({ max: 8_192 }), security: oneOf(['there', 'missing']) });

/** In the data folder, for one cluster: another one may have users. */
export const securityMemory = (folder: string, hosts: readonly string[]): SecurityMemory => {
  const path = join(folder, 'cluster_users.json');
  const cluster = [...hosts].sort().join(',');
  return {
    read: () => {
      try {
        const file = decode(File, JSON.parse(readFileSync(path, 'utf8')) as unknown);
        return file.ok && file.value.cluster === cluster ? file.value.security : undefined;
      } catch {
        return undefined;
      }
    },
    write: (security) => {
      try {
        writeFileSync(path, `${JSON.stringify({ cluster, security })}\n`, { mode: 0o600 });
      } catch {
        // A full disk: the next start asks the cluster, as the first one did.
      }
    },
  };
};

/** For a node that this host starts itself: it knows. */
export const knownSecurity = (security: 'there' | 'missing'): SecurityMemory => ({
  read: () => security,
  write: () => undefined,
});
