import { ok, type Result } from '../../../common/result';
import type { Send } from '../connector';
import { readOfflineClients, readSessions, type Account, type Session } from './account';
import { ask, type NotSeen } from './admin_api';
import type { KeycloakParts } from './keycloak_parts';

/** What of an account could still be used, besides its password. */
export interface Evidence {
  readonly sessions: readonly Session[];
  /** Sessions that outlive a logout: only `notBefore` makes their tokens worthless. */
  readonly offline: readonly Session[];
}

export const readEvidence = async (
  parts: KeycloakParts,
  send: Send,
  { id }: Pick<Account, 'id'>,
): Promise<Result<Evidence, NotSeen>> => {
  const user = `/users/${encodeURIComponent(id)}`;
  const sessions = await ask(parts, send, { what: 'its sessions', path: `${user}/sessions`, read: readSessions });
  if (!sessions.ok) return sessions;
  const granted = { what: 'its offline tokens', path: `${user}/consents`, read: readOfflineClients };
  const clients = await ask(parts, send, granted);
  if (!clients.ok) return clients;
  const offline: Session[] = [];
  for (const client of clients.value) {
    const path = `${user}/offline-sessions/${encodeURIComponent(client)}`;
    const more = await ask(parts, send, { what: 'its offline tokens', path, read: readSessions });
    if (!more.ok) return more;
    offline.push(...more.value);
  }
  return ok({ sessions: sessions.value, offline });
};

/**
 * Whether no token counts any more that was given before our order. A token of the very second of `notBefore` still
 * does, so every offline token must be older.
 *
 * @param before `notBefore` of the account before our order
 */
export const areTokensRevoked = (notBefore: number, before: number, { offline }: Pick<Evidence, 'offline'>): boolean =>
  notBefore > before && offline.every(({ lastAccess }) => Math.floor(lastAccess / 1000) < notBefore);
