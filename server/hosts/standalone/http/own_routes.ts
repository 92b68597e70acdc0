import { record, text } from '../../../../common/codec/codecs';
import { decode, sentence } from '../../../../common/codec/decode';
import type { HostResponse, HostRoute } from '../../../routes/http';
import { refusal } from '../../problem';
import type { Users } from '../users';
import { appPage, loginPage } from './pages';
import { staticFile } from './static_files';
import type { Sessions } from './session';

const SMALL = 16 * 1024;
export const SESSION_PATH = '/api/reflex/session';

interface OwnRoutesOptions {
  readonly sessions: Sessions;
  readonly users: Users;
  /** The page as Dashboards would serve it. */
  readonly publicFolder: string;
  /** What stands in for Dashboards around it. */
  readonly frameFolder: string;
}

const Login = record({ key: text({ min: 1, max: 200 }) });
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

const logIn = ({ sessions, users }: OwnRoutesOptions): HostRoute => ({
  method: 'post',
  path: SESSION_PATH,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: ({ body }) => {
    const wanted = decode(Login, body);
    if (!wanted.ok) return Promise.resolve(refusal('invalid', sentence(wanted.error)));
    if (!sessions.isKey(wanted.value.key))
      return Promise.resolve(
        refusal('unauthenticated', 'this is not the key; the terminal where Reflex was started shows it'),
      );
    return Promise.resolve(done(sessions.login(users.first())));
  },
});

const logOut = ({ sessions }: OwnRoutesOptions): HostRoute => ({
  method: 'delete',
  path: SESSION_PATH,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: (request) => Promise.resolve(done(sessions.logout(request))),
});

const logOutEverywhere = ({ sessions }: OwnRoutesOptions): HostRoute => ({
  method: 'delete',
  path: `${SESSION_PATH}/all`,
  raw: false,
  maxBytes: SMALL,
  ownAuthentication: false,
  handle: () => Promise.resolve(done(sessions.logoutAll())),
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
  ({ sessions, frameFolder }: OwnRoutesOptions): HostRoute['handle'] =>
  async (request) => {
    if (sessions.userOf(request) === undefined) return { ...loginPage(), status: 401 };
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
  logIn(options),
  logOut(options),
  logOutEverywhere(options),
  switchUser(options),
];

/** Paths that are served while Reflex is still loading. */
export const isServedEarly = (path: string): boolean =>
  path === '/login' || path === SESSION_PATH || path.startsWith('/assets/');
