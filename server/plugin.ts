import { traceOf, whyOf } from '../common/why';
import type { DashboardsSettings } from './hosts/dashboards/config_schema';
import { Health } from './hosts/dashboards/health';
import { answerOff, whyOff } from './hosts/dashboards/off';
import { DashboardsHost } from './hosts/dashboards/host';
import { hostLog } from './hosts/dashboards/host_log';
import type {
  CoreSetup,
  CoreStart,
  DashboardsRouter,
  Emitting,
  InitializerContext,
} from './hosts/dashboards/host_services';
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
  private readonly health = new Health();
  private host: DashboardsHost | undefined;

  constructor(context: InitializerContext) {
    this.context = context;
    this.log = hostLog(context.logger.get());
  }

  setup(core: CoreSetup): void {
    try {
      const { config } = this.context;
      const settings = nowIn(config.create<DashboardsSettings>());
      const router = core.http.createRouter();
      core.status?.set(this.health.status$);
      if (settings.unusable !== undefined) return this.turnOff(router, whyOff(settings.unusable));
      this.host = new DashboardsHost({
        settings,
        dataFolder: nowIn(config.legacy.globalConfig$).path.data,
        log: this.log,
        router,
        health: this.health,
        signals: process,
      });
      core.capabilities?.registerSwitcher((request) => this.host?.menu(request) ?? Promise.resolve({}));
    } catch (cause) {
      this.failed('could not be set up', cause);
    }
  }

  start(core: CoreStart): void {
    this.host?.start(core, wire).catch((cause: unknown) => {
      this.failed('could not be started', cause);
      this.host?.failed(`Reflex could not be started: ${whyOf(cause)}`);
    });
  }

  async stop(): Promise<void> {
    try {
      await this.host?.stop();
    } catch (cause) {
      this.failed('did not stop in order', cause);
    }
  }

  private turnOff(router: DashboardsRouter, text: string): void {
    this.log.error(text);
    this.health.isOff(text);
    answerOff(router, text);
  }

  private failed(what: string, cause: unknown): void {
    this.log.error(`Reflex ${what}`, { why: traceOf(cause) });
  }
}
