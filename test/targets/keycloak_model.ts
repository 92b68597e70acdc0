import { randomUUID } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { bodyOf, httpServer, type LoopbackServer } from './loopback_server';

/*
 * What of Keycloak 26 a connector meets, with its traps: attributes that the user profile does not have are dropped, an
 * update with attributes deletes what it leaves out, a logout keeps offline sessions, `notBefore` has whole seconds.
 * `keycloak.integration.test.ts` runs the same contract on the real one.
 */

export const MODEL_SECRETS: Readonly<Record<string, string>> = { hand: 'secret-of-the-hand', eye: 'secret-of-the-eye' };
const CLIENTS: Readonly<Record<string, string>> = { responder: 'hand', auditor: 'eye' };

interface ModelSession {
  readonly start: number;
  lastAccess: number;
}

export interface ModelUser {
  readonly id: string;
  username: string;
  enabled: boolean;
  email?: string | undefined;
  firstName?: string | undefined;
  attributes: Record<string, string[]>;
  requiredActions: string[];
  notBefore: number;
  sessions: ModelSession[];
  offline: ModelSession[];
}

export interface KeycloakModel extends LoopbackServer {
  readonly user: (username: string, change?: Partial<ModelUser>) => ModelUser;
  readonly named: (username: string) => ModelUser | undefined;
  readonly remove: (id: string) => void;
  /** The user logs in; false: it is refused. */
  readonly login: (user: ModelUser) => boolean;
  /** The user profile from now on. */
  readonly profile: (change: object) => void;
  /** Whether the client `responder` may manage users. */
  readonly mayManage: (may: boolean) => void;
}

type Fields = Record<string, unknown>;

const MARK = { name: 'reflex', multivalued: true, permissions: { view: ['admin'], edit: ['admin'] } };

const json = (response: ServerResponse, status: number, body?: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(body === undefined ? '' : JSON.stringify(body));
};

const clientOf = (request: IncomingMessage, form: URLSearchParams): string | undefined => {
  const pair = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
  const [id = '', secret = ''] =
    pair === '' ? [form.get('client_id') ?? '', form.get('client_secret') ?? ''] : pair.split(':');
  const expected = MODEL_SECRETS[CLIENTS[id] ?? ''];
  return expected !== undefined && decodeURIComponent(secret) === expected ? id : undefined;
};

export const keycloakModel = async (): Promise<KeycloakModel> => {
  const users = new Map<string, ModelUser>();
  const tokens = new Map<string, string>();
  let profile: Fields = { attributes: [MARK, { name: 'dept', multivalued: true, permissions: { edit: ['admin'] } }] };
  let mayManage = true;

  const keeps = (name: string): boolean =>
    typeof profile.unmanagedAttributePolicy === 'string' ||
    (profile.attributes as Array<{ name: string }>).some((each) => each.name === name);

  const shown = ({ sessions: _sessions, offline: _offline, ...user }: ModelUser, client: string): object => ({
    ...user,
    access: { manage: mayManage && client === 'responder' },
  });

  const update = (user: ModelUser, change: Fields): void => {
    if (typeof change.enabled === 'boolean') user.enabled = change.enabled;
    if (Array.isArray(change.requiredActions)) user.requiredActions = change.requiredActions as string[];
    if (change.attributes === undefined) return;
    const given = Object.entries(change.attributes as Record<string, string[]>);
    user.attributes = Object.fromEntries(given.filter(([name]) => keeps(name)));
    user.email = change.email as string | undefined;
    user.firstName = change.firstName as string | undefined;
  };

  const search = (query: URLSearchParams): readonly ModelUser[] => {
    const [name = '', value = ''] = (query.get('q') ?? '').split(':');
    const username = query.get('username');
    const found = [...users.values()].filter(
      (user) =>
        (username === null || user.username === username) &&
        (value === '' || (user.attributes[name] ?? []).some((each) => each.toLowerCase() === value.toLowerCase())),
    );
    const first = Number(query.get('first') ?? 0);
    return found.slice(first, first + Number(query.get('max') ?? 100));
  };

  const serveUser = (user: ModelUser | undefined, rest: string, method: string): [number, unknown?] => {
    if (user === undefined) return [404, { error: 'User not found' }];
    if (rest === 'sessions') return [200, user.sessions.map((each) => ({ ...each, id: randomUUID() }))];
    if (rest === 'consents')
      return [
        200,
        user.offline.length === 0
          ? []
          : [{ clientId: 'app', additionalGrants: [{ client: 'app-id', key: 'Offline Token' }] }],
      ];
    if (rest === 'offline-sessions/app-id') return [200, user.offline];
    if (rest === 'logout' && method === 'POST') {
      user.sessions = [];
      user.notBefore = Math.floor(Date.now() / 1000);
      return [204];
    }
    return [404, { error: 'HTTP 404 Not Found' }];
  };

  const server = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      const url = new URL(request.url ?? '/', 'http://model');
      if (url.pathname === '/realms/corp/protocol/openid-connect/token') {
        const client = clientOf(request, new URLSearchParams(text));
        if (client === undefined) return json(response, 401, { error: 'unauthorized_client' });
        const token = `token-${randomUUID()}`;
        tokens.set(token, client);
        return json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 60 });
      }
      const client = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
      if (client === undefined) return json(response, 401, { error: 'HTTP 401 Unauthorized' });
      const [, path] = /^\/admin\/realms\/corp\/(.*)$/.exec(url.pathname) ?? [];
      if (path === undefined) return json(response, 404, { error: 'Realm not found.' });
      const method = request.method ?? '';
      if (method !== 'GET' && (client !== 'responder' || !mayManage))
        return json(response, 403, { error: 'HTTP 403 Forbidden' });
      if (path === 'users/profile') return json(response, 200, profile);
      if (path === 'users')
        return json(
          response,
          200,
          search(url.searchParams).map((user) => shown(user, client)),
        );
      const [, id = '', rest = ''] = /^users\/([^/]+)\/?(.*)$/.exec(path) ?? [];
      const user = users.get(id);
      if (rest !== '' || user === undefined) return json(response, ...serveUser(user, rest, method));
      if (method === 'GET') return json(response, 200, shown(user, client));
      update(user, JSON.parse(text) as Fields);
      return json(response, 204);
    });
  });

  return {
    ...server,
    user: (username, change = {}) => {
      const plain = {
        enabled: true,
        email: `${username}@corp.example`,
        firstName: 'A',
        attributes: {},
        requiredActions: [],
      };
      const user = { id: randomUUID(), username, ...plain, notBefore: 0, sessions: [], offline: [], ...change };
      users.set(user.id, user);
      return user;
    },
    named: (username) => [...users.values()].find((user) => user.username === username),
    remove: (id) => void users.delete(id),
    login: (user) => {
      const now = Math.floor(Date.now() / 1000) * 1000;
      if (user.enabled) user.sessions.push({ start: now, lastAccess: now });
      return user.enabled;
    },
    profile: (change) => {
      profile = { ...profile, ...change };
    },
    mayManage: (may) => {
      mayManage = may;
    },
  };
};

/** How the connector talks to it, and to a realm `corp` of the real one. */
export const keycloakParameters = (url: string) => ({
  base_url: url,
  allow_addresses: ['127.0.0.1'],
  realm: 'corp',
  client_id: 'responder',
  client_secret: { secret: 'hand' },
  auth: 'basic',
  account_realms: ['corp', 'corp.example'],
  plain_names: true,
  settle_time_ms: 0,
});
