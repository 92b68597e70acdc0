import { join } from 'path';
import { FileStop } from './adapters/system/file_stop';
import { realClock } from './adapters/system/real_clock';
import { REFLEX_VERSION } from './hosts/build_constants';
import type { HostParts, Wire, Wired } from './hosts/host_parts';
import type { Caller } from './routes/bind';
import { registerRoutes } from './routes/register_routes';
import { HostStop } from './runner/session/host_stop';
import { beginLife } from './wiring/begin_life';
import { bindingTo, partsIn } from './wiring/binding';
import type { Engine } from './wiring/build';
import { ChangeHub } from './wiring/change_hub';
import { USUAL_DEMO, type DemoOptions } from './wiring/demo/demo';
import { HostDemo } from './wiring/demo/host_demo';
import { hidingLog } from './wiring/hiding';
import { SecretBook } from './wiring/secrets';
import { EngineLife } from './wiring/engine_life';
import { Metrics } from './wiring/metrics';
import { StartSteps } from './wiring/start_steps';
import { StatusTeller } from './wiring/status_view';

/*
 * Ties a host to the lives of the engine and to the routes. Hosts take no routes later, so all of them are registered
 * at once, before anything is ready; each asks for its parts in each request.
 */

/** Scrapes see what anybody who may look sees. */
const LOOKING: Caller = { name: 'host', may: ['read'], singleUser: false };

/** @param demoOptions how the demo goes, on the one host that has it */
export const wireWith = (given: HostParts, demoOptions: DemoOptions): Wired => {
  const secrets = new SecretBook(given.settings, process.env);
  for (const own of given.ownSecrets ?? []) secrets.hide(own);
  given.watchSecrets?.((own) => secrets.hide(own));
  const host = { ...given, log: hidingLog(given.log, secrets.shown) };
  const hub = new ChangeHub();
  const demo = new HostDemo(host, demoOptions);
  const steps = new StartSteps(host.steps);
  const localStop = new FileStop(join(host.dataFolder, 'stop.json'));
  const hostStop = new HostStop({ localStop, clock: realClock, log: host.log });
  const life = new EngineLife<Engine>(host.log, {
    begin: (each, turns) => beginLife({ host, secrets, demo, hub, hostStop, steps }, each, turns),
    clearDemo: (each) => demo.clear(each),
  });
  const status = new StatusTeller({ host, demo, steps, hostStop, shown: secrets.shown }, life);
  const metrics = new Metrics(
    () => life.standing,
    () => status.tell(LOOKING),
  );
  const parts = {
    ...bindingTo(host, life),
    ...partsIn(life),
    hostStop,
    status: (caller: Caller) => status.tell(caller),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    onChange: (told: Parameters<ChangeHub['listen']>[0]) => demo.watch(hub.listen(told)),
    endDemo: async () => (demo.runs ? life.endDemo() : undefined),
  };
  const endStreams = registerRoutes(parts, REFLEX_VERSION);
  return {
    health: () => status.known(),
    start: () => life.begin(),
    endStreams,
    stop: async () => {
      endStreams();
      const containments = life.standing?.agent.shift?.effects.size ?? 0;
      await life.end();
      return { containments };
    },
  };
};

export const wire: Wire = (host) => wireWith(host, USUAL_DEMO);
