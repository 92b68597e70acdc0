import { HostStop } from '../../server/runner/session/host_stop';
import type { SessionOptions } from '../../server/runner/session/session_options';
import { FakeDisk } from '../fakes/fake_disk';
import type { Scheduler } from '../fakes/scheduler';
import { chanceOf, clockOf, quietLog, type StorePort } from './store_port';

/** With what the session of one agent works, over a fake store. Agents need numbers of their own. */
export const sessionOptions = (
  { store }: Pick<StorePort, 'store'>,
  scheduler: Scheduler,
  { agent = 1, ...overrides }: Partial<SessionOptions> & { readonly agent?: number } = {},
): SessionOptions => {
  const basics = { clock: clockOf(scheduler), chance: chanceOf(agent), log: quietLog() };
  const { localStop } = new FakeDisk().ports(async () => undefined);
  return {
    store,
    basics,
    name: { agent: `agent-${agent}`, host: 'host', roles: [], engineDigest: 'e' },
    vitals: () => ({ bundle_version: 0, copied_through: 0, counters: {} }),
    generation: undefined,
    clockTrusted: () => true,
    hostStop: new HostStop({ ...basics, localStop }),
    ...overrides,
  };
};
