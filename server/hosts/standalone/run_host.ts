import { traceOf } from '../../../common/why';
import { egressOf } from '../../../common/entity/egress';
import { ClusterLogin } from '../cluster_login';
import type { HostParts, Wire } from '../host_parts';
import { CannotStart } from './cannot_start';
import { namedCluster } from './cluster';
import { noteDemoEnded } from './demo_mark';
import { endHost } from './end_host';
import { makeHost, problemsOf, type Host } from './host';
import { urlOf } from './http/host_tls';
import { keyIn } from './http/key_file';
import { openDoor } from './open_door';
import type { Options } from './options';
import { clusterUsersOf, decideOnDemo, provideCluster } from './provide_cluster';
import { readConfig } from './read_config';
import { takeFolders } from './take_folders';

const start = async (host: Host, wire: Wire): Promise<void> => {
  const { options, env, folders, log, steps } = host;
  await takeFolders(host);
  const settings = readConfig(options.config, folders.data);
  const named = namedCluster(env, settings.opensearch);
  host.demo = decideOnDemo(host, named === undefined);
  const { http, users } = await openDoor(host, settings);
  const login = new ClusterLogin(named ?? {}, { places: settings, env });
  const egress = egressOf(settings.egressToOpenSearch, 'egress.opensearch');
  const cluster = await provideCluster(host, named, { login: () => login.authorization, egress });
  host.cluster = cluster;
  host.users = clusterUsersOf(host, { named, settings, cluster });
  const parts: HostParts = {
    kind: 'standalone',
    router: http.router,
    transport: cluster.transport,
    log,
    dataFolder: folders.agent,
    clusterHosts: named?.hosts ?? [],
    persistent: settings.dataPersistent ?? true,
    identify: (request, access) => users.identify(request, access),
    demo: host.demo,
    ownAddress: urlOf(options.port, settings.listen),
    steps: steps.report,
    stepsSoFar: () => steps.all(),
    settings,
    ownSecrets: [keyIn(folders.data)],
    watchSecrets: cluster.watchSecrets ?? ((hide) => login.watch(hide)),
    users: () => users.offered(),
    problems: () => problemsOf(host),
    leaveDemo: () => {
      noteDemoEnded(folders.data);
      host.demo = false;
      return Promise.resolve();
    },
  };
  host.wired = wire(parts);
  await host.wired.start();
  if (host.stop.signal.aborted) return;
  host.ready = true;
  host.terminal.line(`Ready: ${urlOf(options.port, settings.listen)}`);
};

/** A page that is open polls for the reason; it gets this long to hear it, ms. */
const LAST_WORDS_MS = 1_200;

const sayWhy = async (host: Host, cause: unknown): Promise<void> => {
  if (host.stop.signal.aborted) return;
  if (cause instanceof CannotStart) {
    host.terminal.line('');
    console.error(`Reflex does not start: ${cause.message}.`);
  } else
    host.log.error('Reflex does not start because of a fault of its own', {
      why: traceOf(cause),
    });
  if (host.http !== undefined) await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
};

/**
 * Runs the standalone host until it is told to stop.
 *
 * @returns the exit code
 */
export const runHost = async (options: Options, env: NodeJS.ProcessEnv, wire: Wire): Promise<number> => {
  const host = makeHost(options, env);
  let failed = false;
  try {
    host.started = start(host, wire);
    await Promise.race([host.started, host.stop.asked]);
    await host.stop.asked;
    host.terminal.line('Stopping …');
  } catch (cause) {
    failed = !host.stop.signal.aborted;
    await sayWhy(host, cause);
  }
  await endHost(host);
  host.stop.forget();
  return failed ? 1 : 0;
};
