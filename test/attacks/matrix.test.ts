import type * as t from 'io-ts';
import type { Access } from '../../common/api/contract';
import { annotationOf, fieldsOf } from '../../common/codec/codecs';
import { METRICS_PATH, LIVE_PATH, OPENAPI_PATH, postEvaluate, ROUTES } from '../../common/api/routes';
import { identifyBy } from '../../server/hosts/dashboards/identify';
import { rightsSettings } from '../../server/hosts/settings/rights';
import type { CoreStart, DashboardsRequest } from '../../server/hosts/dashboards/host_services';
import { ownRoutes } from '../../server/hosts/standalone/http/own_routes';
import { Sessions } from '../../server/hosts/standalone/http/session';
import { OPEN_PATHS } from '../../server/hosts/standalone/open_door';
import { Users } from '../../server/hosts/standalone/users';
import type { Caller } from '../../server/routes/bind';
import type { HostRequest, HostRoute } from '../../server/routes/http';
import { registerRoutes } from '../../server/routes/register_routes';
import { sha256 } from '../../server/engine/digest/digest';
import { loneBody } from '../../server/runner/keeping/state_docs';
import { CHANNEL_ID } from '../../server/runner/sources/source_documents';
import { routeHost, type RouteHost } from '../builders/route_host';

/*
 * X10: who may call what. Every route that is registered, times everybody who can call it, by the functions with which
 * the hosts tell who calls. A route without an entry fails, and so does one whose right changed without this table.
 */

/** The right that each route takes. `open`: anybody; `own`: it checks its caller by what the request carries. */
const TAKES: Readonly<Record<string, Access | 'own' | readonly Access[]>> = {
  'POST /events': 'intake',
  'POST /webhooks/alerting': 'alerting',
  'POST /webhooks/{name}': 'own',
  'POST /webhooks/{name}/{token}': 'own',
  'GET /lists/{name}': 'own',
  'GET /lists/{name}/{token}': 'own',
  'POST /evaluate': 'ask',
  'POST /access/v1/evaluation': 'ask',
  'POST /access/v1/evaluations': 'ask',
  'POST /access/v1/requests': 'ask',
  'GET /access/v1/requests/{task_id}': 'ask',
  'GET /.well-known/authzen-configuration': 'open',
  'GET /metrics': ['metrics', 'read'],
  'GET /live': 'read',
  'GET /openapi.json': 'open',
  'GET /status': 'open',
  'GET /overview': 'read',
  'GET /decisions': 'read',
  'GET /decisions/{decision_id}': 'read',
  'POST /decisions/{decision_id}/replay': 'read',
  'POST /decisions/{decision_id}/label': 'respond',
  'GET /escalations': 'read',
  'POST /escalations/{case_id}/{act_id}/approve': 'approve',
  'POST /escalations/{case_id}/{act_id}/deny': 'respond',
  'GET /opinions': 'read',
  'POST /opinions/{opinion_id}': 'approve',
  'GET /absences': 'read',
  'POST /absences': 'approve',
  'POST /absences/{absence_id}/end': 'read',
  'GET /beside': 'read',
  'GET /containments': 'read',
  'GET /containments/{effect_id}': 'read',
  'POST /containments/{effect_id}/lift': 'respond',
  'POST /containments/{effect_id}/close': 'respond',
  'POST /containments': 'respond',
  'POST /containments/{effect_id}/extend': 'respond',
  'GET /policies': 'read',
  'POST /policies/check': 'read',
  'POST /policies/try': 'read',
  'PUT /policies/drafts/{policy_id}': 'author',
  'DELETE /policies/drafts/{policy_id}': 'author',
  'POST /policies/candidates': 'author',
  'POST /policies/candidates/{candidate_id}/approve': 'approve',
  'POST /policies/candidates/{candidate_id}/withdraw': 'author',
  'POST /policies/candidates/{candidate_id}/release': 'author',
  'GET /policies/repository': 'read',
  'GET /policies/repository/history/{policy_id}': 'read',
  'POST /policies/repository/fetch': 'author',
  'POST /policies/repository/accept': 'admin',
  'POST /policies/repository/take': 'admin',
  'POST /policies/guards/check': 'read',
  'PUT /policies/guards/drafts/{guard}': 'author',
  'DELETE /policies/guards/drafts/{guard}': 'author',
  'GET /policies/releases': 'read',
  'GET /policies/releases/{version}/changes': 'read',
  'GET /policies/releases/{version}/bundle': 'read',
  'POST /policies/releases/{version}/roll_back': 'author',
  'POST /policies/releases/roll_back_now': 'approve',
  'GET /policies/candidates/{candidate_id}/bundle': 'read',
  'POST /policies/bundles': 'author',
  'GET /policies/trust': 'read',
  'POST /policies/keyring': 'admin',
  'POST /policies/freshness': 'author',
  'POST /backtests': 'read',
  'GET /backtests': 'read',
  'GET /backtests/{digest}': 'read',
  'POST /backtests/{digest}/cancel': 'read',
  'GET /policies/candidates/{candidate_id}/backtest': 'read',
  'POST /policies/candidates/{candidate_id}/backtest/override': 'approve',
  'POST /brakes/stop': 'respond',
  'POST /brakes/stop/reason': 'respond',
  'POST /brakes/resume': 'approve',
  'GET /brakes/held': 'read',
  'POST /brakes/decide_again': 'approve',
  'GET /brakes/breakers': 'read',
  'GET /brakes/undo': 'read',
  'POST /brakes/undo/suspend': 'approve',
  'POST /brakes/undo/resume': 'respond',
  'GET /brakes/never_touched': 'read',
  'GET /brakes/limits': 'read',
  'GET /brakes/protected': 'read',
  'GET /brakes/would': 'read',
  'GET /agents': 'read',
  'GET /inventory': 'read',
  'PUT /inventory': 'admin',
  'POST /inventory/discover': 'admin',
  'GET /quarantine': 'read',
  'POST /quarantine/{entry_id}/requeue': 'respond',
  'POST /quarantine/{entry_id}/discard': 'respond',
  'POST /quarantine/discard': 'respond',
  'GET /intake/health': 'read',
  'GET /intake/outcomes': 'read',
  'GET /hand-overs': 'read',
  'POST /hand-overs/{hand_over_id}/verdicts': 'verdict',
  'POST /hand-overs/{hand_over_id}/verdicts/{verdict_id}/take-back': 'verdict',
  'GET /sources': 'read',
  'POST /sources/{kind}/{id}/plan': 'read',
  'POST /sources/{kind}/{id}/subscribe': 'admin',
  'POST /sources/{kind}/{id}/undo': 'admin',
  'POST /sources/channel/rotate': 'admin',
  'POST /sources/channel/enable': 'admin',
  'GET /sources/{type}/{id}/switch': 'read',
  'PUT /sources/{type}/{id}/switch': 'admin',
  'POST /sources/channel/test': 'admin',
  'GET /sources/{kind}/{id}/mapping': 'read',
  'PUT /sources/{kind}/{id}/mapping': 'admin',
  'POST /sources/{kind}/{id}/mapping/preview': 'read',
  'GET /sources/asks': 'read',
  'GET /sources/presets': 'read',
  'POST /sources/try': 'admin',
  'GET /sources/{type}/{id}/preset': 'read',
  'PUT /sources/{type}/{id}/preset': 'admin',
  'GET /sources/{type}/{id}/documents': 'read',
  'GET /sources/{type}/{id}/left_out': 'read',
  'GET /sources/{type}/{id}/grant': 'read',
  'PUT /sources/{type}/{id}/grant': 'admin',
  'POST /sources/{type}/{id}/grant/preview': 'admin',
  'GET /policies/comparison': 'read',
  'POST /policies/rollouts/{policy_id}/resume': 'approve',
  'GET /policies/rhythm': 'read',
  'POST /policies/reviews/{policy_id}': 'author',
  'POST /demo/end': 'admin',
  'GET /acts': 'read',
  'GET /ask': 'read',
  'GET /entity': 'read',
  'GET /connectors': 'read',
  'POST /connectors/{name}/test': 'admin',
  'GET /connectors/health': 'read',
  'GET /connectors/kinds': 'read',
  'POST /connectors/check': 'admin',
  'GET /setup': 'read',
  'GET /audit': 'read',
  'POST /audit/verify': 'read',
  'POST /setup/check': 'admin',
  'PUT /setup/{line}/aside': 'admin',
  'POST /setup/key/backup': 'admin',
  'GET /shared-signals/{name}/jwks.json': 'open',
  'GET /tokens': 'admin',
  'POST /tokens': 'admin',
  'POST /tokens/{name}/revoke': 'admin',
  // Its proof is looked at once its body is read: `short_tokens.test.ts` tries it without one.
  'POST /tokens/mint': 'open',
  'GET /secrets': 'admin',
  'PUT /secrets/{name}': 'admin',
  'POST /secrets/{name}/remove': 'admin',
  'POST /secrets/rekey': 'admin',
};

/** What the standalone host serves itself; `login`: the host asks for a login before the route hears of it. */
const OWN_ROUTES: Readonly<Record<string, 'open' | 'login'>> = {
  'GET /': 'open',
  'GET /login': 'open',
  'GET /app/reflex': 'open',
  'GET /app/reflex/{rest*}': 'open',
  'GET /assets/{name}': 'open',
  'GET /bundles/plugin/reflex/{name}': 'open',
  'GET /api/reflex/session': 'open',
  'POST /api/reflex/session': 'open',
  'DELETE /api/reflex/session': 'open',
  'DELETE /api/reflex/session/all': 'login',
  'POST /api/reflex/session/user': 'login',
};

/** Routes before which no host asks for a login, nor for the header that keeps other sites' pages from writing. */
const WITHOUT_LOGIN = [
  'GET /.well-known/authzen-configuration',
  'GET /access/v1/requests/{task_id}',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'POST /access/v1/requests',
  'POST /hand-overs/{hand_over_id}/verdicts',
  'POST /hand-overs/{hand_over_id}/verdicts/{verdict_id}/take-back',
  'POST /evaluate',
  'POST /events',
  'POST /webhooks/alerting',
  'POST /webhooks/{name}',
  'POST /webhooks/{name}/{token}',
  'GET /lists/{name}',
  'GET /lists/{name}/{token}',
  'GET /metrics',
  'GET /shared-signals/{name}/jwks.json',
  'POST /tokens/mint',
];

const PEOPLE = ['read', 'respond', 'approve', 'author', 'admin'] as const;
const BASE = '/api/reflex';
const nameOf = ({ method, path }: Pick<HostRoute, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path.startsWith(`${BASE}/`) ? path.slice(BASE.length) : path}`;

const KEY = 'a-key-that-is-long-enough-for-a-test';
const sessions = new Sessions({
  key: KEY,
  port: 5680,
  utc: () => Date.now(),
  store: { read: () => [], write: () => undefined },
});
const loggedIn = (user: string): Record<string, string> => ({ cookie: sessions.login(user).split(';')[0] ?? '' });
const loggedOut = (): Record<string, string> => {
  const headers = loggedIn('approver');
  sessions.logout({ headers });
  return headers;
};

type Identify = (request: Pick<HostRequest, 'headers'>) => Promise<Caller | undefined>;

const standalone = (isDemo: boolean): Identify => {
  const cluster = { whether: async () => 'missing' as const, identify: async () => undefined };
  const users = new Users(
    sessions,
    () => isDemo,
    () => cluster,
  );
  return (request) => users.identify(request);
};

/** A Dashboards whose security plugin says who calls, or that has none. */
const dashboards = (
  user: { name: string; roles: readonly string[] } | 'nobody' | 'no login',
  singleUser = false,
): Identify => {
  const transport = {
    request: async () => ({
      statusCode: 200,
      body: typeof user === 'string' ? {} : { user_name: user.name, roles: user.roles },
    }),
  };
  const client = { transport };
  const status = user === 'no login' ? 'unknown' : user === 'nobody' ? 'unauthenticated' : 'authenticated';
  const core: CoreStart = {
    http: { auth: { get: () => ({ status }) } },
    opensearch: {
      client: { asInternalUser: client, asScoped: () => ({ asCurrentUser: client }) },
      createClient: () => ({ asInternalUser: client, close: () => Promise.resolve() }),
    },
  };
  const identify = identifyBy(core, { rights: rightsSettings(), singleUser, noted: () => undefined });
  return () => identify({} as DashboardsRequest);
};

interface Persona {
  readonly who: string;
  readonly may: readonly Access[];
  readonly identify: Identify;
  readonly headers?: Record<string, string>;
}

const withRoles = (name: string, ...roles: readonly string[]): Identify => dashboards({ name, roles });
const NOBODY: Identify = async () => undefined;
const token = (name: string, ...may: readonly Access[]): Persona => ({
  who: `the token ${name}`,
  may,
  identify: NOBODY,
  headers: { authorization: `Bearer ${name}` },
});

const PERSONAS: readonly Persona[] = [
  { who: 'nobody, standalone', may: [], identify: standalone(false) },
  { who: 'nobody, in the demo', may: [], identify: standalone(true) },
  { who: 'a forged cookie', may: [], identify: standalone(true), headers: { cookie: 'reflex_session_5680=forged' } },
  { who: 'a cookie after its logout', may: [], identify: standalone(true), headers: loggedOut() },
  { who: 'the wrong key', may: [], identify: standalone(false), headers: { authorization: 'Reflex wrong' } },
  { who: 'the key', may: PEOPLE, identify: standalone(false), headers: { authorization: `Reflex ${KEY}` } },
  { who: 'the one user, standalone', may: PEOPLE, identify: standalone(false), headers: loggedIn('ann') },
  {
    who: 'the author of the demo',
    may: ['read', 'respond', 'author', 'admin'],
    identify: standalone(true),
    headers: loggedIn('author'),
  },
  {
    who: 'the approver of the demo',
    may: ['read', 'respond', 'approve', 'admin'],
    identify: standalone(true),
    headers: loggedIn('approver'),
  },
  { who: 'nobody, in Dashboards', may: [], identify: dashboards('nobody') },
  { who: 'anybody, in Dashboards without a login', may: ['read'], identify: dashboards('no login') },
  { who: 'the single user of such a Dashboards', may: PEOPLE, identify: dashboards('no login', true) },
  { who: 'somebody without a role', may: [], identify: withRoles('eve', 'kibana_user') },
  { who: 'reflex_read', may: ['read'], identify: withRoles('ann', 'reflex_read') },
  { who: 'reflex_respond', may: ['read', 'respond'], identify: withRoles('ann', 'reflex_respond') },
  { who: 'reflex_approve', may: ['read', 'approve'], identify: withRoles('ann', 'reflex_approve') },
  { who: 'reflex_author', may: ['read', 'author'], identify: withRoles('ann', 'reflex_author') },
  { who: 'reflex_admin', may: ['read', 'admin'], identify: withRoles('ann', 'reflex_admin') },
  { who: 'all_access', may: PEOPLE, identify: withRoles('ann', 'all_access') },
  { who: 'a user named reflex', may: ['read'], identify: withRoles('Reflex', 'all_access') },
  token('may-intake', 'intake'),
  token('may-alerting', 'alerting'),
  token('may-ask', 'ask'),
  token('may-act', 'act'),
  token('may-metrics', 'metrics'),
  token('may-verdict', 'verdict'),
  token('to-revoke', 'intake', 'ask', 'metrics'),
  token('expired'),
  token('near'),
  token('rfx_of-the-channel', 'alerting'),
  token('rfx_unknown'),
  {
    ...token('unknown'),
    who: 'an unknown token of somebody with all rights',
    may: PEOPLE,
    identify: withRoles('ann', 'all_access'),
  },
  {
    ...token('expired'),
    who: 'an expired token of somebody with all rights',
    identify: withRoles('ann', 'all_access'),
  },
];

const oneOf = (codec: t.Mixed): string | undefined => {
  const [known] = (annotationOf(codec)?.enum ?? []) as readonly string[];
  return known;
};

/** Values for the path that fit, of things that are not there. */
const paramsOf = (route: HostRoute): Record<string, string> => {
  const contract = Object.values(ROUTES).find((each) => each.path === route.path && each.method === route.method);
  return Object.fromEntries(
    [...((contract && fieldsOf(contract.params)) ?? [])].map(([name, { codec }]) => [
      name,
      oneOf(codec) ?? (name === 'version' ? '999' : 'nothing-here'),
    ]),
  );
};

let host: RouteHost;
beforeAll(async () => {
  host = await routeHost();
  const now = new Date(host.agent.parts.clock.utc());
  const ends_at = new Date(now.getTime() + 3_600_000).toISOString();
  const at = now.toISOString();
  const content = {
    channel_id: 'reflex-1',
    open: true,
    url: 'http://127.0.0.1:5601',
    rotated_at: at,
    tokens: [{ sha256: sha256('rfx_of-the-channel'), state: 'current' as const, made_at: at, ends_at }],
  };
  const body = loneBody('channel', content, { write_id: 'w', facets: { state: 'channel' } });
  await host.drive(host.agent.parts.store.bulk([{ id: CHANNEL_ID, expect: 'absent', body }]));
});

const routesFor = (identify: Identify): readonly HostRoute[] => {
  const routes: HostRoute[] = [];
  registerRoutes({ ...host.parts, router: { add: (route) => routes.push(route) }, identify }, '1.0.0');
  return routes;
};

const requestOf = (route: HostRoute, headers: Record<string, string>): HostRequest => ({
  params: paramsOf(route),
  query: {},
  // No route does anything with this, so that whoever gets in changes nothing.
  body: route.raw ? Buffer.from('[1') : { unheard_of: 1 },
  headers,
  address: '192.0.2.1',
  native: undefined,
  whenGone: (told) => told(),
});

/** `in`: whoever called was let in, whatever came of it. */
const callAs = async (route: HostRoute, { identify: _identify, headers = {} }: Persona): Promise<'in' | 'out'> => {
  const { status, body } = await host.drive(route.handle(requestOf(route, headers)));
  // Some standards want an error in words: its code comes first.
  const code = typeof body === 'string' ? body.split(':')[0] : (body as { readonly code?: string } | undefined)?.code;
  if (status === 401 || code === 'forbidden') return 'out';
  // A fault would look like an open door.
  expect([nameOf(route), status]).not.toEqual([nameOf(route), 500]);
  return 'in';
};

describe('the privilege matrix (X10)', () => {
  it('has an entry for every route, and no other', () => {
    const names = routesFor(NOBODY).map(nameOf);
    expect(names.filter((name) => !(name in TAKES))).toEqual([]);
    expect(Object.keys(TAKES).filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect([METRICS_PATH, LIVE_PATH, OPENAPI_PATH].every((path) => path.startsWith(BASE))).toBe(true);
  });

  it.each(PERSONAS)('lets $who call what they may, and nothing else', async (persona) => {
    const expected: Record<string, string> = {};
    const found: Record<string, string> = {};
    for (const route of routesFor(persona.identify)) {
      const name = nameOf(route);
      const takes = TAKES[name] ?? 'open';
      const rights = typeof takes === 'string' ? [takes] : takes;
      // A source of the settings is known by its own token or signature, which nobody here shows.
      const isIn =
        takes !== 'own' && (takes === 'open' || rights.some((right) => persona.may.includes(right as Access)));
      expected[name] = isIn ? 'in' : 'out';
      found[name] = await callAs(route, persona);
    }
    expect(found).toEqual(expected);
  });

  it('lets nothing be executed by who may only ask', async () => {
    const [route] = routesFor(NOBODY).filter(({ path }) => path === postEvaluate.path);
    const body = {
      event: { event_id: 'x', timestamp: '2026-11-22T04:17:10.245Z', confidence: 1, severity: 'low' },
      act: true,
    };
    const request = { ...requestOf(route as HostRoute, { authorization: 'Bearer may-ask' }), body };
    expect(await host.drive((route as HostRoute).handle(request))).toMatchObject({ status: 403 });
  });

  it('asks for no login only where the route asks for a token or a signature', () => {
    const open = routesFor(NOBODY).filter(({ ownAuthentication }) => ownAuthentication);
    expect(open.map(nameOf).sort()).toEqual([...WITHOUT_LOGIN].sort());
  });

  it('covers what the standalone host serves itself', () => {
    const cluster = () => undefined;
    const users = new Users(sessions, () => true, cluster);
    const own = ownRoutes({ sessions, users, cluster, publicFolder: '', frameFolder: '' });
    const found = Object.fromEntries(
      own.map((route) => [
        `${route.method.toUpperCase()} ${route.path}`,
        route.ownAuthentication || OPEN_PATHS.has(route.path) ? 'open' : 'login',
      ]),
    );
    expect(found).toEqual(OWN_ROUTES);
  });
});
