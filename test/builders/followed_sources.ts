import { realClock } from '../../server/adapters/system/real_clock';
import type { Agent } from '../../server/runner/agent/agent';
import type { Log } from '../../server/runner/ports';
import { SourceHealth } from '../../server/runner/sources/source_health';
import { hidingLog } from '../../server/wiring/hiding';
import { configuredSources } from '../../server/wiring/intake_sources';
import { OneLife } from '../../server/wiring/life';
import { SecretBook } from '../../server/wiring/secrets';
import { BareHost } from '../demo/bare_host';

/** The sources of some settings, followed as the wiring does it, by an agent that takes nothing in. */
export const followedSources = (settings: object, told: Log) => {
  const transport = { request: () => Promise.reject(new Error('nobody is asked')) };
  const { parts } = new BareHost({ transport, dataFolder: '', demo: false, settings });
  const secrets = new SecretBook(parts.settings, {});
  const log = hidingLog(told, secrets.shown);
  const switches = { off: () => undefined };
  const agent = { parts: { clock: realClock, log, switches }, shift: undefined } as unknown as Agent;
  const health = new SourceHealth({ monotonic: () => 0, utc: () => 0 });
  const readings = { of: () => ({ by: 'settings' as const }) };
  const sources = configuredSources({ ...parts, log }, { agent, health, secrets, readings });
  const life = new OneLife(log);
  sources.start(life);
  return {
    health: (): string => JSON.stringify(health.list()),
    stop: async (): Promise<void> => {
      life.end();
      await sources.ended();
    },
  };
};
