import { randomUUID } from 'crypto';
import type { KeycloakServer, Reply } from './keycloak_server';

/* A realm of its own for a test: clients for Reflex, an application that people log in to, and people. */

export const REALM_SECRETS: Readonly<Record<string, string>> = {
  hand: 'secret-of-the-hand',
  eye: 'secret-of-the-eye',
  app: 'secret-of-the-app',
};
export const PASSWORD = 'Correct-Horse-1';

const MARK = { name: 'reflex', permissions: { view: ['admin'], edit: ['admin'] }, multivalued: true };
const DEPARTMENT = { name: 'department', permissions: { view: ['admin'], edit: ['admin'] }, multivalued: false };

/** Tokens of one login. */
export interface Login {
  readonly access: string;
  readonly refresh: string;
}

export interface Realm {
  readonly name: string;
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** As Keycloak shows it to its administrator; undefined: there is no such one. */
  readonly user: (username: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Changes an account as an administrator does it on Keycloak's page, which sends all of it back. */
  readonly change: (username: string, change: object) => Promise<void>;
  /** The application's own login; its answer tells. */
  readonly login: (username: string, scope?: string) => Promise<Reply>;
  readonly loggedIn: (username: string, scope?: string) => Promise<Login>;
  readonly refreshed: (login: Login) => Promise<Reply>;
  /** What Keycloak tells the application about an access token. */
  readonly isActive: (login: Login) => Promise<boolean>;
}

const aUser = (username: string): object => ({
  username,
  enabled: true,
  email: `${username}@corp.example`,
  firstName: 'Ana',
  lastName: 'Test',
  attributes: { department: ['sales'] },
});

const serviceAccount = (client: string, roles: readonly string[]): object => ({
  username: `service-account-${client}`,
  enabled: true,
  serviceAccountClientId: client,
  clientRoles: { 'realm-management': roles },
});

const serviceClient = (clientId: string, secret: string | undefined): object => ({
  clientId,
  secret,
  publicClient: false,
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
});

/** @param keepsMark the user profile has the attribute of the mark */
export const makeRealm = async (
  server: KeycloakServer,
  usernames: readonly string[],
  { keepsMark = true, people = [] as readonly string[] } = {},
): Promise<Realm> => {
  const name = `t-${randomUUID()}`;
  const admin: Realm['admin'] = (method, path, body) => server.admin(method, `/${name}${path}`, body);
  const must = async (reply: Promise<Reply>): Promise<Reply> => {
    const { status, body } = await reply;
    if (status >= 300) throw new Error(`Keycloak answered ${status}: ${JSON.stringify(body)}`);
    return { status, body };
  };
  const byCertificate = {
    ...serviceClient('by-certificate', undefined),
    clientAuthenticatorType: 'client-x509',
    attributes: { 'x509.subjectdn': 'CN=responder', 'x509.allow.regex.pattern.comparison': 'false' },
  };
  const manages = ['manage-users', 'view-users', 'query-users'];
  await must(
    server.admin('POST', '', {
      realm: name,
      enabled: true,
      sslRequired: 'none',
      clients: [
        serviceClient('responder', REALM_SECRETS.hand),
        serviceClient('auditor', REALM_SECRETS.eye),
        byCertificate,
        { clientId: 'app', secret: REALM_SECRETS.app, publicClient: false, directAccessGrantsEnabled: true },
      ],
      users: [
        serviceAccount('responder', manages),
        serviceAccount('by-certificate', manages),
        serviceAccount('auditor', ['view-users', 'query-users']),
      ],
    }),
  );
  const { body: profile } = await must(admin('GET', '/users/profile'));
  const attributes = [...(profile.attributes as object[]), DEPARTMENT, ...(keepsMark ? [MARK] : [])];
  await must(admin('PUT', '/users/profile', { ...profile, attributes }));
  const credentials = [{ type: 'password', value: PASSWORD, temporary: false }];
  for (const username of people) await must(admin('POST', '/users', { ...aUser(username), credentials }));
  if (usernames.length > 0) await must(admin('POST', '/partialImport', { users: usernames.map(aUser) }));

  const user: Realm['user'] = async (username) => {
    const { body } = await must(admin('GET', `/users?username=${encodeURIComponent(username)}&exact=true`));
    const [found] = body as unknown as ReadonlyArray<Readonly<Record<string, unknown>>>;
    return found && (await must(admin('GET', `/users/${String(found.id)}`))).body;
  };
  const app = { client_id: 'app', client_secret: REALM_SECRETS.app ?? '' };
  const login: Realm['login'] = (username, scope = 'openid') =>
    server.form(name, 'token', { ...app, grant_type: 'password', username, password: PASSWORD, scope });
  return {
    name,
    admin,
    user,
    login,
    change: async (username, change) => {
      const now = await user(username);
      if (now === undefined) throw new Error(`no user \`${username}\``);
      await must(admin('PUT', `/users/${String(now.id)}`, { ...now, ...change }));
    },
    loggedIn: async (username, scope) => {
      const { body } = await must(login(username, scope));
      return { access: String(body.access_token), refresh: String(body.refresh_token) };
    },
    refreshed: ({ refresh }) =>
      server.form(name, 'token', { ...app, grant_type: 'refresh_token', refresh_token: refresh }),
    isActive: async ({ access }) =>
      (await must(server.form(name, 'token/introspect', { ...app, token: access }))).body.active === true,
  };
};
