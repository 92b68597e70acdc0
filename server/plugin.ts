import { traceOf } from '../common/why';
import { DashboardsHost } from './hosts/dashboards/host';
import { hostLog } from './hosts/dashboards/host_log';
import type { CoreSetup, CoreStart, Emitting, InitializerContext } from './hosts/dashboards/host_services';
import type { Settings } from './hosts/settings';
import type { Log } from './runner/ports';
import { wire } from './wiring';

const nowIn = <Value>(values: Emitting<Value>): Value => {
  let now: Value | undefined;
  values
    .subscribe((value) => {
      now = value;
    })
    .unsubscribe();
  if (now === undefined) throw new Error('Dashboards has no settings for Reflex yet');
  return now;
};

/**
 * Reflex inside OpenSearch Dashboards. Nothing of it may take Dashboards down: what goes wrong is logged, and
 * Dashboards goes on without Reflex.
 */
export class ReflexPlugin {
  private readonly context: InitializerContext;
  private readonly log: Log;
  private host: DashboardsHost | undefined;

  constructor(context: InitializerContext) {
    this.context = context;
    this.log = hostLog(context.logger.get());
  }

  setup(core: CoreSetup): void {
    try {
      const { config } = this.context;
      this.host = new DashboardsHost({
        settings: nowIn(config.create<Settings>()),
        dataFolder: nowIn(config.legacy.globalConfig$).path.data,
        log: this.log,
        router: core.http.createRouter(),
      });
    } catch (cause) {
      this.failed('could not be set up', cause);
    }
  }

  start(core: CoreStart): void {
    this.host?.start(core, wire).catch((cause: unknown) => this.failed('could not be started', cause));
  }

  async stop(): Promise<void> {
    try {
      await this.host?.stop();
    } catch (cause) {
      this.failed('did not stop in order', cause);
    }
  }

  private failed(what: string, cause: unknown): void {
    this.log.error(`Reflex ${what}`, { why: traceOf(cause) });
  }
}
