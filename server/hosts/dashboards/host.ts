import { mkdirSync } from 'fs';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { egressOf } from '../../../common/entity/egress';
import { getStatus } from '../../../common/api/routes';
import { lockFolder, type FolderLock } from '../../adapters/system/folder_lock';
import type { HostResponse } from '../../routes/http';
import type { Log } from '../../runner/ports';
import type { HostProblem, Wire, Wired } from '../host_parts';
import { loadingStatus } from '../loading_status';
import { refusal } from '../problem';
import type { Settings } from '../settings';
import { ClusterLogin } from '../cluster_login';
import { clusterOf, type DashboardsCluster } from './cluster';
import type { CapabilityChanges, CoreStart, DashboardsRequest, DashboardsRouter } from './host_services';
import type { Health } from './health';
import { identifyBy } from './identify';
import { menuBy } from './menu';
import { RouteTable } from './route_table';
import { dashboardsRouter } from './router';

interface DashboardsHostOptions {
  readonly settings: Settings;
  /** Dashboards' own, for when the settings name none. */
  readonly dataFolder: string;
  readonly log: Log;
  readonly router: DashboardsRouter;
  readonly health: Health;
  /** Where the process is told to end. */
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'removeListener' | 'listenerCount'>;
}

/** On this machine, past any proxy. A base path that Dashboards itself takes off belongs into `intake.public_url`. */
const ownAddress = ({ http }: CoreStart): string => {
  const { protocol = 'http', port = 5601 } = http.getServerInfo?.() ?? {};
  return `${protocol}://127.0.0.1:${port}`;
};

const ALL_POWERFUL: HostProblem = {
  code: 'single_user',
  text: 'Nobody logs in to this Dashboards, and `opensearch_reflex.single_user` is set: whoever reaches it may do everything here, approve included',
};
const ONLY_LOOKING: HostProblem = {
  code: 'no_login',
  text: 'Nobody logs in to this Dashboards, so Reflex cannot know who calls: everybody may look, and nothing else. Install the security plugin; or, if whoever reaches this Dashboards may do everything, approve included, set `opensearch_reflex.single_user: true` and start it again. Until then orders to stop are given on the machine (docs/guides/stop.md)',
};

const ENDINGS = ['SIGTERM', 'SIGINT'] as const;
const HEALTH_EVERY_MS = 5_000;
const RETRY_MS = 2_000;
const RETRY_S = RETRY_MS / 1_000;

/** The host inside OpenSearch Dashboards. Routes are taken when it is made; everything else waits for `start`. */
export class DashboardsHost {
  private readonly options: DashboardsHostOptions;
  private readonly folder: string;
  private readonly routes: RouteTable;
  private cluster: DashboardsCluster | undefined;
  private lock: FolderLock | undefined;
  private wired: Wired | undefined;
  private problem: HostProblem | undefined;
  /** What it means that Dashboards does not say who calls, once somebody called. */
  private noLogin: HostProblem | undefined;
  private stopping = false;
  private healthTimer: NodeJS.Timeout | undefined;
  private menuOf: ((request: DashboardsRequest) => Promise<CapabilityChanges>) | undefined;
  private readonly letGo = (): void => this.wired?.endStreams();

  constructor(options: DashboardsHostOptions) {
    this.options = options;
    this.folder = options.settings.dataFolder ?? join(options.dataFolder, 'reflex');
    this.routes = new RouteTable(dashboardsRouter(options.router), ({ method, path }) => this.early(method, path));
  }

  /** A folder that nobody named may be a container's own, gone with the next restart. */
  private isPersistent(): boolean {
    const { settings, log } = this.options;
    const isPersistent = settings.dataPersistent ?? settings.dataFolder !== undefined;
    if (!isPersistent)
      log.info(
        'while OpenSearch does not answer, events are refused (503) and not kept: `opensearch_reflex.data_folder` names no folder that outlives a restart',
      );
    return isPersistent;
  }

  /** Resolves once Reflex runs, however long folder and cluster take, or once it was stopped. */
  async start(core: CoreStart, wire: Wire): Promise<void> {
    const { log, settings } = this.options;
    const login = new ClusterLogin(settings.opensearch, { places: settings, env: process.env });
    const egress = egressOf(settings.egressToOpenSearch, 'egress.opensearch');
    const cluster = clusterOf(core, settings.opensearch, { login: () => login.authorization, egress });
    this.cluster = cluster;
    if (!cluster.isOwnUser)
      log.warn('Reflex works as the user of Dashboards; give it one of its own in `opensearch_reflex.opensearch`');
    await this.untilDone('data_folder', () => this.takeFolder());
    if (this.lock === undefined) return;
    const { singleUser, rights } = settings;
    this.menuOf = menuBy(identifyBy(core, { rights, singleUser, noted: () => undefined }));
    const identify = identifyBy(core, { rights, singleUser, noted: () => this.noteNoLogin() });
    this.wired = wire({
      kind: 'dashboards',
      router: this.routes,
      transport: cluster.transport,
      log,
      dataFolder: this.folder,
      persistent: this.isPersistent(),
      identify: ({ native }) => identify(native as DashboardsRequest),
      demo: false,
      ownAddress: ownAddress(core),
      steps: ({ title, state, detail = '' }) => log.debug(`${title}: ${state} ${detail}`),
      settings,
      watchSecrets: (hide) => login.watch(hide),
      users: () => [],
      problems: () => [this.problem, this.noLogin].flatMap((each) => each ?? []),
      leaveDemo: () => Promise.resolve(),
    });
    this.healthTimer = setInterval(() => this.tellHealth(), HEALTH_EVERY_MS).unref();
    this.hearSignals();
    await this.wired.start();
  }

  /** What of Dashboards' menu is otherwise for who sends a request; nothing before the start. */
  menu(request: DashboardsRequest): Promise<CapabilityChanges> {
    return this.menuOf?.(request) ?? Promise.resolve({});
  }

  /** It could not be started: its pages say so from now on, and so does the status of Dashboards. */
  failed(text: string): void {
    clearInterval(this.healthTimer);
    this.problem = { code: 'not_started', text };
    this.options.health.isOff(text);
  }

  private tellHealth(): void {
    const { health } = this.options;
    try {
      if (this.wired !== undefined && this.problem === undefined) health.tell(this.wired.health());
    } catch (cause) {
      // A throw out of a timer would end Dashboards for everybody.
      health.isOff(`Reflex cannot tell how it is: ${(cause as Error).message}`);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.healthTimer);
    for (const name of ENDINGS) this.options.signals.removeListener(name, this.letGo);
    const stopped = await this.wired?.stop();
    if (stopped !== undefined)
      this.options.log.info('Reflex stopped; its containments stay and are undone at the next start', { ...stopped });
    await this.cluster?.close();
    await this.lock?.release();
  }

  /**
   * Dashboards closes its server before it stops its plugins, and waits 5 s there for pages that still listen. Where it
   * does not end by a signal of its own accord, a listener here would keep the process from ending, so there is none.
   */
  private hearSignals(): void {
    const { signals } = this.options;
    for (const name of ENDINGS) if (signals.listenerCount(name) > 0) signals.on(name, this.letGo);
  }

  private early(method: string, path: string): HostResponse {
    if (method !== 'get' || path !== getStatus.path)
      return refusal('unavailable', this.problem?.text ?? 'Reflex is still starting', { retry_after_s: RETRY_S });
    const problems = this.problem === undefined ? [] : [this.problem];
    return { status: 200, body: loadingStatus({ host: 'dashboards', steps: [], problems, now: Date.now() }) };
  }

  /** A page shows it as long as it is open, and the log says it once a start. */
  private noteNoLogin(): void {
    if (this.noLogin !== undefined) return;
    this.noLogin = this.options.settings.singleUser ? ALL_POWERFUL : ONLY_LOOKING;
    this.options.log.warn(this.noLogin.text);
  }

  private async takeFolder(): Promise<void> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.lock = await lockFolder(this.folder);
  }

  /** Tries again until it works: a throw would be of no use to anybody. What is wrong is told meanwhile, once. */
  private async untilDone<Value>(code: string, work: () => Promise<Value>): Promise<Value | undefined> {
    while (!this.stopping) {
      try {
        const value = await work();
        this.problem = undefined;
        return value;
      } catch (cause) {
        const text = `Reflex waits: ${(cause as Error).message}`;
        if (this.problem?.text !== text) this.options.log.error(text);
        this.problem = { code, text };
        this.options.health.isOff(text);
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
    return undefined;
  }
}
