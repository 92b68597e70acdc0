import { record, text } from '../../../../common/codec/codecs';
import { decode, sentence } from '../../../../common/codec/decode';
import type { HostResponse, HostRoute } from '../../../routes/http';
import { refusal } from '../../problem';
import type { ClusterUsers } from '../cluster_users';
import type { Users } from '../users';
import { passwordLogin } from './password_login';
import { appPage, loginPage } from './pages';
import { staticFile } from './static_files';
import type { Sessions } from './session';

const SMALL = 16 * 1024;
export const SESSION_PATH = '/api/reflex/session';

interface OwnRoutesOptions {
  readonly sessions: Sessions;
  readonly users: Users;
  /** The users of the cluster; undefined as long as it is not known where they are. */
  readonly cluster: () => Pick<ClusterUsers, 'identify' | 'waitOf'> | undefined;
  /** The page as Dashboards would serve it. */
  readonly publicFolder: string;
  /** What stands in for Dashboards around it. */
  readonly frameFolder: string;
}

const Login = record(
  {},
  { key: text({ min: 1, max: 200 }), name: text({ min: 1, max: 256 }), password: text({ min: 1, max: 1_024 }) },
);
const Switch = record({ name: text({ min: 1, max: 200 }) });

const done = (cookie: string): HostResponse => ({ status: 200, headers: { 'set-cookie': cookie }, body: {} });

const get = (path: string, handle: HostRoute['handle']): HostRoute => ({
  method: 'get',
  path,
  raw: false,
  maxBytes: 0,
  ownAuthentication: true,
  handle,
});

const WRONG_KEY = refusal('unauthenticated', 'this is not the key; the terminal where Reflex was started shows it');
const NOT_BY_KEY = refusal('unauthenticated', 'this Reflex has users: log in with your name and password');
const UNKNOWN = refusal('unavailable', 'OpenSearch did not say yet whether it has users; try again', {
  retry_after_s: 5,
});

const logIn = ({ sessions, users, cluster }: OwnRoutesOptions): HostRoute => ({
  method: 'post',
  path: SESSION_PATH,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: async ({ body }) => {
    const wanted = decode(Login, body);
    if (!wanted.ok) return refusal('invalid', sentence(wanted.error));
    const { key, name, password } = wanted.value;
    const asks = await users.asks();
    if (asks === 'unknown') return UNKNOWN;
    if (asks === 'password') {
      if (name === undefined || password === undefined) return NOT_BY_KEY;
      const found = await passwordLogin({ name, password }, { cluster });
      return found.ok ? done(sessions.login(name, found.value)) : found.error;
    }
    return key !== undefined && sessions.isKey(key) ? done(sessions.login(users.first())) : WRONG_KEY;
  },
});

/** How one logs in here, for the page that asks for it. */
const howToLogIn = ({ users }: OwnRoutesOptions): HostRoute =>
  get(SESSION_PATH, async () => ({
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { asks: await users.asks() },
  }));

const logOut = ({ sessions }: OwnRoutesOptions): HostRoute => ({
  method: 'delete',
  path: SESSION_PATH,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: (request) => Promise.resolve(done(sessions.logout(request))),
});

const logOutEverywhere = ({ sessions, users }: OwnRoutesOptions): HostRoute => ({
  method: 'delete',
  path: `${SESSION_PATH}/all`,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: async (request) => {
    const isOwner = sessions.userOf(request) === '';
    const caller = isOwner ? undefined : await users.identify(request).catch(() => undefined);
    return isOwner || caller?.may.includes('admin') === true
      ? done(sessions.logoutAll())
      : refusal('forbidden', 'this takes the right to `admin`, or the key of this host');
  },
});

const switchUser = ({ sessions, users }: OwnRoutesOptions): HostRoute => ({
  method: 'post',
  path: `${SESSION_PATH}/user`,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: (request) => {
    const wanted = decode(Switch, request.body);
    if (!wanted.ok) return Promise.resolve(refusal('invalid', sentence(wanted.error)));
    const { name } = wanted.value;
    if (!users.offered().some((user) => user.name === name))
      return Promise.resolve(refusal('not_found', `there is no embedded user \`${name}\``));
    return Promise.resolve(done(sessions.change(request, name)));
  },
});

const fileFrom =
  (folder: string): HostRoute['handle'] =>
  async ({ params }) => {
    const found = await staticFile(folder, params.name ?? '');
    if (found === undefined) return refusal('not_found', `there is no file \`${params.name ?? ''}\``);
    return { status: 200, headers: found.headers, body: found.content };
  };

const page =
  ({ sessions, users, frameFolder }: OwnRoutesOptions): HostRoute['handle'] =>
  async (request) => {
    const isIn = sessions.userOf(request) !== undefined;
    // A login of before the cluster had users, or of before a restart, is none any more.
    const isWithout = isIn && sessions.credentialOf(request) === undefined && (await users.asks()) === 'password';
    if (!isIn || isWithout) return { ...loginPage(), status: 401 };
    const names = await staticFile(frameFolder, 'names.json');
    if (names === undefined) return refusal('internal', 'the page was not built; run `node scripts/build.js`');
    return appPage(JSON.parse(names.content.toString('utf8')) as Parameters<typeof appPage>[0]);
  };

const toThePage: HostRoute['handle'] = () =>
  Promise.resolve({ status: 302, headers: { location: '/app/reflex' }, body: '' });

/** What this host serves besides Reflex' own routes. */
export const ownRoutes = (options: OwnRoutesOptions): readonly HostRoute[] => [
  get('/', toThePage),
  get('/login', () => Promise.resolve(loginPage())),
  get('/app/reflex', page(options)),
  get('/app/reflex/{rest*}', page(options)),
  get('/assets/{name}', fileFrom(options.frameFolder)),
  get('/bundles/plugin/reflex/{name}', fileFrom(options.publicFolder)),
  howToLogIn(options),
  logIn(options),
  logOut(options),
  logOutEverywhere(options),
  switchUser(options),
];

/** Paths that are served while Reflex is still loading. */
export const isServedEarly = (path: string): boolean =>
  path === '/login' || path === SESSION_PATH || path.startsWith('/assets/');
