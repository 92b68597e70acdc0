import { createHash } from 'crypto';
import { err, ok, type Result } from '../../../common/result';
import { ssh2 } from './library';

/** A key by which a host proves that it is the one that is meant. */
export interface PinnedKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** As it travels on the wire. */
  readonly blob: Buffer;
}

/** Signatures that a host with a key of that type may be asked for; SHA-1 is not among them. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
};

const LINE = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;

/** Reads a public key as its file holds it: `ssh-ed25519 AAAA…`, with or without a comment. */
export const readHostKey = (line: string): Result<PinnedKey, string> => {
  const [, type = '', encoded = ''] = LINE.exec(line.trim()) ?? [];
  if (ALGORITHMS[type] === undefined)
    return err(`must be the line of a public key, of type ${Object.keys(ALGORITHMS).join(', ')}`);
  const parsed = ssh2().utils.parseKey(`${type} ${encoded}`);
  if (parsed instanceof Error || parsed.isPrivateKey() || parsed.type !== type)
    return err('is no public key that can be read');
  return ok({ type, blob: parsed.getPublicSSH() });
};

/** As `ssh-keygen -l` shows it. */
export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** What a host is asked for, so that it shows a key that is pinned where it has several. */
export const algorithmsFor = (keys: readonly PinnedKey[]): readonly string[] => [
  ...new Set(keys.flatMap(({ type }) => ALGORITHMS[type] ?? [])),
];

export const isPinned = (keys: readonly PinnedKey[], blob: Buffer): boolean =>
  keys.some((key) => key.blob.equals(blob));
