import { readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import * as t from 'io-ts';
import { list, number, record } from '../../../../common/codec/codecs';
import { decode } from '../../../../common/codec/decode';

/** One login, as it is kept: the cookie itself is nowhere but in the browser. */
const StoredSession = record({
  /** Of the cookie, under the key of this host. */
  digest: t.string,
  user: t.string,
  /** Milliseconds since 1970, UTC. */
  made_at: number(),
  seen_at: number(),
});
export type StoredSession = t.TypeOf<typeof StoredSession>;

/** Where logins outlive a restart. */
export interface SessionStore {
  readonly read: () => readonly StoredSession[];
  readonly write: (sessions: readonly StoredSession[]) => void;
}

const OWNER_ONLY = 0o600;
const File = record({ sessions: list(StoredSession, 10_000) });

/**
 * Logins in a file that only its owner reads. One that cannot be read is one without logins; where it cannot be written
 * it is removed: nobody who logged out may be logged in again after a restart.
 */
export const sessionFile = (path: string): SessionStore => ({
  read: () => {
    try {
      const decoded = decode(File, JSON.parse(readFileSync(path, 'utf8')));
      return decoded.ok ? decoded.value.sessions : [];
    } catch {
      return [];
    }
  },
  write: (sessions) => {
    try {
      writeFileSync(`${path}.new`, JSON.stringify({ sessions }), { mode: OWNER_ONLY });
      renameSync(`${path}.new`, path);
    } catch {
      for (const each of [`${path}.new`, path]) rmSync(each, { force: true, recursive: true });
    }
  },
});
