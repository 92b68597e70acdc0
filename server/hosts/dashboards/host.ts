import { mkdirSync } from 'fs';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { lockFolder, type FolderLock } from '../../adapters/system/folder_lock';
import type { OpenSearchTransport } from '../../adapters/opensearch/transport';
import { StoreUnavailable, type Log } from '../../runner/ports';
import type { HostParts, HostProblem } from '../host_parts';
import type { Settings } from '../settings';
import { clusterOf, replicasFor, type DashboardsCluster } from './cluster';
import type { CoreStart, DashboardsRequest, DashboardsRouter } from './host_services';
import { identifyBy } from './identify';
import { dashboardsRouter } from './router';

export interface DashboardsHostOptions {
  readonly settings: Settings;
  /** Dashboards' own, for when the settings name none. */
  readonly dataFolder: string;
  readonly log: Log;
  readonly router: DashboardsRouter;
}

const RETRY_MS = 2_000;

/**
 * The host inside OpenSearch Dashboards. Routes are taken at setup, before there is a client; what needs one waits
 * until `start`.
 */
export class DashboardsHost {
  readonly parts: HostParts;
  private readonly options: DashboardsHostOptions;
  private readonly folder: string;
  private core: CoreStart | undefined;
  private cluster: DashboardsCluster | undefined;
  private lock: FolderLock | undefined;
  private replicas = 1;
  private problem: HostProblem | undefined;
  private stopping = false;

  constructor(options: DashboardsHostOptions) {
    this.options = options;
    this.folder = options.settings.dataFolder ?? join(options.dataFolder, 'reflex');
    const identify = identifyBy(() => this.core);
    const replicas = (): number => this.replicas;
    this.parts = {
      kind: 'dashboards',
      router: dashboardsRouter(options.router),
      transport: this.transport(),
      log: options.log,
      dataFolder: this.folder,
      persistent: true,
      identify: ({ native }) => identify(native as DashboardsRequest),
      demo: false,
      get replicas() {
        return replicas();
      },
      steps: ({ title, state, detail }) =>
        options.log.debug(`${title}: ${state}${detail === undefined ? '' : ` (${detail})`}`),
      settings: options.settings,
      users: () => [],
      problems: () => (this.problem === undefined ? [] : [this.problem]),
      leaveDemo: () => Promise.resolve(),
    };
  }

  /** Resolves once folder and cluster are there, or `false` if it was stopped before. Never throws. */
  async start(core: CoreStart): Promise<boolean> {
    const { log, settings } = this.options;
    this.core = core;
    const { isOwnUser, ...cluster } = clusterOf(core, settings.opensearch);
    this.cluster = cluster;
    if (!isOwnUser)
      log.warn(
        'Reflex works as the user of Dashboards itself; give it one of its own in `opensearch_reflex.opensearch`',
      );
    return (
      (await this.untilDone('data_folder', () => this.takeFolder())) &&
      (await this.untilDone('cluster', () => this.askReplicas(cluster)))
    );
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.cluster?.close();
    await this.lock?.release();
  }

  private transport(): OpenSearchTransport {
    return {
      request: (request, options) => {
        if (this.cluster === undefined) throw new StoreUnavailable('Dashboards is still starting');
        return this.cluster.transport.request(request, options);
      },
    };
  }

  private async takeFolder(): Promise<void> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.lock = await lockFolder(this.folder);
  }

  private async askReplicas({ transport }: DashboardsCluster): Promise<void> {
    this.replicas = await replicasFor(transport);
  }

  /** Tries again until it works: a throw would end Dashboards. What is wrong is told meanwhile, once. */
  private async untilDone(code: string, work: () => Promise<void>): Promise<boolean> {
    while (!this.stopping) {
      try {
        await work();
        this.problem = undefined;
        return true;
      } catch (cause) {
        const text = `Reflex waits: ${(cause as Error).message}`;
        if (this.problem?.text !== text) this.options.log.error(text);
        this.problem = { code, text };
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
    return false;
  }
}
