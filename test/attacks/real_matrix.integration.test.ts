import type * as t from 'io-ts';
import type { PassThrough } from 'stream';
import { LIVE_PATH, METRICS_PATH, OPENAPI_PATH, ROUTES } from '../../common/api/routes';
import { isByToken, type Access } from '../../common/api/contract';
import { annotationOf, fieldsOf } from '../../common/codec/codecs';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { callerIn } from '../../server/hosts/security_plugin';
import { BELIEVED_MS, ClusterUsers } from '../../server/hosts/standalone/cluster_users';
import { SERVICE_USER, USERS } from '../../server/hosts/standalone/node/secure/accounts';
import { Sessions } from '../../server/hosts/standalone/http/session';
import { ownRoutes } from '../../server/hosts/standalone/http/own_routes';
import { knownSecurity } from '../../server/hosts/standalone/security_memory';
import { Users } from '../../server/hosts/standalone/users';
import { PEOPLE_RIGHTS, rightsSettings } from '../../server/hosts/settings/rights';
import type { HostRequest, HostResponse, HostRoute } from '../../server/routes/http';
import { registerRoutes } from '../../server/routes/register_routes';
import { routeHost, type RouteHost } from '../builders/route_host';
import { securedNode, type SecuredNode } from '../targets/secured_node';

/*
 * X10 and X11 at the real security plugin: each user of a node as `npm start -- --secure` makes them, times every
 * route, with what the contracts say as the expectation; and rights that end while somebody has them.
 */

jest.setTimeout(300_000);

const API = '/_plugins/_security/api';
/** A stream asks who listens so often, ms; see `live.ts`. */
const STREAM_LOOKS_MS = 5_000;
/** A busy machine may take so long for one answer of the plugin, which looks at a password anew, ms. */
const SLOW_MS = 5_000;
const PASSWORD = 'a-Long-enough_passphrase-72';

/** What each right of the generated users is worth, by `docs/guides/roles.md`. */
const MAY: Readonly<Record<string, readonly Access[]>> = {
  reflex_read: ['read'],
  reflex_respond: ['read', 'respond'],
  reflex_approve: ['read', 'approve'],
  reflex_author: ['read', 'author'],
  reflex_admin: ['read', 'admin'],
};

let node: SecuredNode;
let service: OpenSearchTransport;
let host: RouteHost;
let cluster: ClusterUsers;
let users: Users;
let sessions: Sessions;
const clusterUsers = (): ClusterUsers =>
  new ClusterUsers({
    transport: service,
    rights: rightsSettings(),
    memory: knownSecurity('there'),
    ownName: SERVICE_USER,
  });
beforeAll(async () => {
  node = await securedNode();
  service = node.as(SERVICE_USER);
  cluster = clusterUsers();
  sessions = new Sessions({
    key: 'k'.repeat(32),
    port: 5680,
    utc: Date.now,
    store: { read: () => [], write: () => undefined },
  });
  users = new Users(
    sessions,
    () => false,
    () => cluster,
  );
  host = await routeHost();
});
afterAll(() => node?.dispose());

const put = async (what: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
  const { status } = await node.admin.request({ method: 'PUT', path: `${API}/${what}`, body }, { anyAnswer: true });
  expect(status).toBeLessThan(300);
};

const nameOf = ({ method, path }: Pick<HostRoute, 'method' | 'path'>): string => `${method} ${path}`;

const WITHOUT_CONTRACT = new Map<string, readonly Access[]>([
  [METRICS_PATH, ['metrics', 'read']],
  [LIVE_PATH, ['read']],
  [OPENAPI_PATH, ['open']],
]);

/** Rights of which one lets in, by the contract; undefined: it checks its caller by what else the request carries. */
const takes = (route: HostRoute): readonly Access[] | undefined => {
  const contract = Object.values(ROUTES).find((each) => nameOf(each) === nameOf(route));
  if (contract === undefined) return WITHOUT_CONTRACT.get(route.path);
  return contract.access === 'open' && contract.ownAuthentication === true ? undefined : [contract.access];
};

const oneOf = (codec: t.Mixed): string | undefined => {
  const [known] = (annotationOf(codec)?.enum ?? []) as readonly string[];
  return known;
};

const paramsOf = (route: HostRoute): Record<string, string> => {
  const contract = Object.values(ROUTES).find((each) => nameOf(each) === nameOf(route));
  return Object.fromEntries(
    [...((contract && fieldsOf(contract.params)) ?? [])].map(([name, { codec }]) => [
      name,
      oneOf(codec) ?? (name === 'version' ? '999' : 'nothing-here'),
    ]),
  );
};

const requestOf = (route: HostRoute, headers: Record<string, string>): HostRequest => ({
  params: paramsOf(route),
  query: {},
  body: route.raw ? Buffer.from('[1') : { unheard_of: 1 },
  headers,
  address: '192.0.2.1',
  native: undefined,
  whenGone: (told) => told(),
});

/** The routes of an agent, with who calls as the standalone host tells it. */
const routes = (): readonly HostRoute[] => {
  const all: HostRoute[] = [];
  registerRoutes(
    {
      ...host.parts,
      router: { add: (route) => all.push(route) },
      identify: (request, access) => users.identify(request, access),
    },
    '1.0.0',
  );
  return all;
};

const callAs = async (route: HostRoute, headers: Record<string, string>): Promise<'in' | 'out'> => {
  // The world stands still while the plugin is asked, and goes on for what the route does.
  let answer: HostResponse | undefined;
  const asked = route.handle(requestOf(route, headers)).then((each) => (answer = each));
  while (answer === undefined) {
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 5))]);
    if (answer === undefined) await host.wait(20);
  }
  const { code } = (answer.body ?? {}) as { readonly code?: string };
  expect([nameOf(route), answer.status]).not.toEqual([nameOf(route), 500]);
  expect([nameOf(route), answer.status, code]).not.toEqual([nameOf(route), 503, 'unavailable']);
  return answer.status === 401 || code === 'forbidden' ? 'out' : 'in';
};

const whatFor = async (may: readonly Access[], headers: Record<string, string>) => {
  const expected: Record<string, string> = {};
  const found: Record<string, string> = {};
  for (const route of routes()) {
    const rights = takes(route);
    if (rights === undefined) continue;
    const isIn = rights.some((right) => right === 'open' || (!isByToken(right) && may.includes(right)));
    expected[nameOf(route)] = isIn ? 'in' : 'out';
    found[nameOf(route)] = await callAs(route, headers);
  }
  return { expected, found };
};

describe('the privilege matrix at the real plugin (X10)', () => {
  const people = Object.entries(USERS).filter(([user]) => user !== SERVICE_USER);

  it.each(people)('lets %s (%s) call what they may, and nothing else', async (user, role) => {
    const { expected, found } = await whatFor(MAY[role] ?? [], { authorization: node.authorizationOf(user) });
    expect(Object.keys(found).length).toBeGreaterThan(100);
    expect(found).toEqual(expected);
  });

  it('lets nobody else in: no password, a wrong one, a user without a role, our own user', async () => {
    await put('internalusers/roleless', { password: PASSWORD });
    const nobodies = [
      {},
      { authorization: node.authorizationOf('approver', 'wrong') },
      { authorization: node.authorizationOf('roleless', PASSWORD) },
      { authorization: node.authorizationOf(SERVICE_USER) },
      { authorization: `Bearer ${node.passwordOf('approver')}` },
    ];
    for (const headers of nobodies) {
      const { expected, found } = await whatFor([], headers as Record<string, string>);
      expect(found).toEqual(expected);
    }
  });

  it('gives all rights to who may do everything in the cluster', async () => {
    await put('internalusers/boss', { password: PASSWORD });
    await put('rolesmapping/all_access', { users: ['boss'] });
    const { expected, found } = await whatFor(PEOPLE_RIGHTS, { authorization: node.authorizationOf('boss', PASSWORD) });
    expect(found).toEqual(expected);
  });
});

describe('logging in at the standalone host', () => {
  // One of its own: the matrix showed wrong passwords for more than a person may in a minute.
  beforeAll(() => {
    cluster = clusterUsers();
  });

  const login = async (body: unknown): Promise<HostResponse> => {
    const own = ownRoutes({ sessions, users, cluster: () => cluster, publicFolder: '', frameFolder: '' });
    const route = own.find((each) => nameOf(each) === 'post /api/reflex/session') as HostRoute;
    return route.handle({ ...requestOf(route, {}), body });
  };

  it('takes a name and a password, and no key', async () => {
    expect((await login({ key: 'k'.repeat(32) })).status).toBe(401);
    expect((await login({ name: 'approver', password: 'wrong' })).status).toBe(401);
    expect((await login({ name: 'roleless', password: PASSWORD })).status).toBe(403);
    const { status, headers } = await login({ name: 'approver', password: node.passwordOf('approver') });
    const cookie = String(headers?.['set-cookie']).split(';')[0] ?? '';
    expect(status).toBe(200);
    expect(await users.identify({ headers: { cookie } })).toMatchObject({ name: 'approver', may: ['read', 'approve'] });
    sessions.logout({ headers: { cookie } });
    expect(await users.identify({ headers: { cookie } })).toBeUndefined();
  });

  it('makes who guesses wait, and not who is in', async () => {
    const inside = { authorization: node.authorizationOf('author') };
    expect((await users.identify({ headers: inside }))?.name).toBe('author');
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1)
      statuses.push((await login({ name: 'author', password: `guess-${guess}` })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await users.identify({ headers: inside }))?.name).toBe('author');
  });
});

describe('rights that end (X11)', () => {
  const headers = () => ({ authorization: node.authorizationOf('changeling', PASSWORD) });
  const become = async (...names: readonly string[]): Promise<void> => {
    await put('rolesmapping/reflex_approve', { users: ['approver', ...names] });
  };

  it('end at once for whatever changes anything, within two seconds for looking, within seven for a stream', async () => {
    await put('internalusers/changeling', { password: PASSWORD });
    await become('changeling');
    const can = async (access: Access): Promise<boolean> =>
      (await users.identify({ headers: headers() }, access))?.may.includes('approve') === true;
    expect([await can('approve'), await can('read')]).toEqual([true, true]);
    const live = routes().find(({ path }) => path === LIVE_PATH) as HostRoute;
    const { status, body } = await live.handle({ ...requestOf(live, headers()), whenGone: () => undefined });
    expect(status).toBe(200);
    const stream = (body as PassThrough).resume();
    const over = new Promise<number>((resolve) => stream.once('end', () => resolve(performance.now())));

    await become();
    const endedAt = performance.now();
    // The very next one, though the plugin looks at the password anew for it.
    expect(await can('approve')).toBe(false);
    const acts = performance.now() - endedAt;
    while ((await users.identify({ headers: headers() }, 'read'))?.may.includes('read') === true)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const looks = performance.now() - endedAt;
    const streams = (await over) - endedAt;
    console.info(
      `rights ended: acts ${acts.toFixed(0)} ms, looking ${looks.toFixed(0)} ms, stream ${streams.toFixed(0)} ms`,
    );
    expect(looks).toBeLessThan(BELIEVED_MS + SLOW_MS);
    expect(streams).toBeLessThan(STREAM_LOOKS_MS + BELIEVED_MS + SLOW_MS);
  });

  it('end with the user, and with the password', async () => {
    await become('changeling');
    const cookie = sessions.login('changeling', headers().authorization).split(';')[0] ?? '';
    const who = async () => (await users.identify({ headers: { cookie } }))?.name;
    expect(await who()).toBe('changeling');
    await put('internalusers/changeling', { password: `${PASSWORD}-new` });
    expect(await who()).toBeUndefined();
    await node.admin.request({ method: 'DELETE', path: `${API}/internalusers/changeling` });
    expect(
      await users.identify({ headers: { authorization: node.authorizationOf('changeling', `${PASSWORD}-new`) } }),
    ).toBeUndefined();
  });
});

describe('a plugin that is there and does not say who calls', () => {
  const broken: OpenSearchTransport = {
    request: async (request, options) =>
      request.headers === undefined ? service.request(request, options) : { status: 500, body: { status: 'error' } },
  };

  it('lets nobody do anything', async () => {
    const unsure = new ClusterUsers({
      transport: broken,
      rights: rightsSettings(),
      memory: { read: () => undefined, write: () => undefined },
      ownName: undefined,
    });
    const unsureUsers = new Users(
      sessions,
      () => false,
      () => unsure,
    );
    const key = { authorization: `Reflex ${'k'.repeat(32)}` };
    const asAuthor = { authorization: node.authorizationOf('author') };
    expect(await unsureUsers.asks()).toBe('password');
    await expect(unsureUsers.identify({ headers: asAuthor }, 'read')).rejects.toThrow('does not say who calls');
    expect((await unsureUsers.identify({ headers: key }))?.may).toEqual(['read']);
  });

  it('is believed over a name that is not the one that logs in', () => {
    expect(callerIn({ user_name: 'CN=reflex-admin', roles: [] }, rightsSettings())?.name).not.toBe('author');
  });
});
