import { join } from 'path';
import { ROUTES } from '../../../common/api/routes';
import { REFLEX_VERSION } from '../build_constants';
import type { Settings } from '../settings';
import { CannotStart } from './cannot_start';
import type { ListenSettings } from '../settings/listen';
import { problemsOf, type Host } from './host';
import { openHttpHost, type HttpHost } from './http/http_host';
import { hostTls, urlOf } from './http/host_tls';
import { keyIn } from './http/key_file';
import { ownRoutes, SESSION_PATH } from './http/own_routes';
import { notFoundPage } from './http/pages';
import { Sessions } from './http/session';
import { sessionFile } from './http/session_file';
import { openBrowser } from './open_browser';
import { Users } from './users';
import { whileLoading } from './while_loading';

/** What anybody may ask who reaches the port; each of these routes answers for itself. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  SESSION_PATH,
  ...Object.values(ROUTES).flatMap(({ access, path }) => (access === 'open' ? [path] : [])),
]);

/** What Reflex' own routes and the wiring need to know of the open door. */
interface Door {
  readonly http: HttpHost;
  readonly users: Users;
}

const listen = async (host: Host, users: Users, place: ListenSettings | undefined): Promise<HttpHost> => {
  const { options, log, steps, tls } = host;
  const early = whileLoading(steps, () => problemsOf(host), Date.now);
  try {
    return await openHttpHost({
      port: options.port,
      ...place,
      tls: tls?.listening,
      log,
      isLoggedIn: (request) => users.mayBeSomebody(request),
      open: OPEN_PATHS,
      // Programs reach the routes as soon as there are any: those that need no OpenSearch answer before the rest is up.
      whileLoading: (request) =>
        host.ready || (host.wired !== undefined && request.path.startsWith('/api/')) ? undefined : early(request),
      notFound: notFoundPage,
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${message})`;
    throw new CannotStart(`port ${options.port} ${why}; choose another with --port PORT`, { cause });
  }
};

/** Opens the port of the page, before anything else is there, and prints the address. */
export const openDoor = async (host: Host, settings: Pick<Settings, 'listen' | 'intake'>): Promise<Door> => {
  const { options, folders, terminal } = host;
  const key = keyIn(folders.data);
  host.tls = hostTls(settings, { dataFolder: folders.data, utc: Date.now });
  const sessions = new Sessions({
    key,
    port: options.port,
    secure: host.tls !== undefined,
    utc: Date.now,
    store: sessionFile(join(folders.data, 'sessions.json')),
  });
  const users = new Users(
    sessions,
    () => host.demo,
    () => host.users,
  );
  const http = await listen(host, users, settings.listen);
  host.http = http;
  const target = join(__dirname, '..');
  const own = ownRoutes({
    sessions,
    users,
    cluster: () => host.users,
    publicFolder: join(target, 'public'),
    frameFolder: join(target, 'standalone'),
  });
  for (const route of own) http.router.add(route);
  const place = `${urlOf(options.port, settings.listen)}/login`;
  const address = options.secure ? place : `${place}#key=${key}`;
  const about = options.secure ? 'Users log in there' : 'This address lets its owner in';
  terminal.line(`Reflex ${REFLEX_VERSION}\n\n  ${address}\n\n${about}; the page opens at once. Ctrl-C stops Reflex.`);
  if (host.tls !== undefined) terminal.line(host.tls.about);
  if (options.open) openBrowser(address);
  return { http, users };
};
