import {
  decideAgain,
  explainSwitch,
  getHeldByStop,
  getNeverTouched,
  releaseSwitch,
  throwSwitch,
} from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { explain, resume, stopAll, stopWhileStarting } from '../runner/operations/brakes';
import { countHeld, decideHeldAgain } from '../runner/operations/held_by_stop';
import { serve } from './bind';
import type { RouteParts, Serving } from './route_parts';

const MOST_SENTENCES = 1_000;

/** The kill switch. An order to stop is taken from the first moment on; letting go waits until everything is ready. */
export const brakeRoutes = (parts: Serving<'agent'> & Pick<RouteParts, 'hostStop'>): void => {
  const { hostStop } = parts;
  serve(parts, throwSwitch, async ({ body, caller }) => {
    const order = { scope: body.scope, who: caller.name, why: body.reason ?? '' };
    const isReady = parts.loading(false) === undefined;
    const stopped = await (isReady
      ? stopAll(parts.ready().agent, hostStop, order)
      : stopWhileStarting(hostStop, order));
    const { acknowledged, took_ms, epoch, agents, on_the_wire, wire_known } = stopped;
    return ok({
      acknowledged,
      took_ms: Math.round(took_ms),
      in_gate: epoch !== null,
      agents: agents.map((each) => ({ ...each })),
      on_the_wire: on_the_wire.map((each) => ({ ...each })),
      wire_known,
    });
  });
  serve(parts, explainSwitch, async ({ body, caller }) => {
    const order = { scope: body.scope, who: caller.name, why: body.reason, at: body.at };
    const stops = await explain(parts.ready().agent, hostStop, order);
    return stops.ok ? ok({ stops: [...stops.value] }) : stops;
  });
  serve(parts, releaseSwitch, async ({ body, caller }) => {
    const order = { scope: body.scope, who: caller.name, why: body.reason, seenAt: body.at };
    const stops = await resume(parts.ready().agent, hostStop, order);
    return stops.ok ? ok({ stops: [...stops.value] }) : stops;
  });
  serve(parts, getHeldByStop, async ({ query }) => {
    const { agent } = parts.ready();
    const scope = query.scope ?? 'all';
    return ok({ as_of: iso(agent.parts.clock.utc()), scope, ...(await countHeld(agent, scope)) });
  });
  serve(parts, decideAgain, ({ body, caller }) =>
    decideHeldAgain(parts.ready().agent, { scope: body.scope, by: caller.name, reason: body.reason }),
  );
  serve(parts, getNeverTouched, async () => {
    const { own, clock } = parts.ready().agent.parts;
    const { things, missing } = own.list;
    const told = { things: things.map((each) => ({ ...each })), missing: missing.slice(0, MOST_SENTENCES) };
    return ok({ as_of: iso(clock.utc()), settled: own.settled(), ...told });
  });
};
