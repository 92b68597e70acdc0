import { releaseSwitch, throwSwitch } from '../../common/api/routes';
import { ok } from '../../common/result';
import { resume, stopAll } from '../runner/operations/brakes';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** The kill switch. */
export const brakeRoutes = (parts: Serving<'agent' | 'localStop'>): void => {
  serve(parts, throwSwitch, async ({ body, caller }) => {
    const { agent, localStop } = parts.standing();
    const stopped = await stopAll(agent, localStop, {
      scope: body.scope,
      who: caller.name,
      why: body.reason,
    });
    if (!stopped.ok) return stopped;
    const { acknowledged, took_ms, agents, on_the_wire } = stopped.value;
    return ok({
      acknowledged,
      took_ms: Math.round(took_ms),
      agents: agents.map((each) => ({ ...each })),
      on_the_wire: on_the_wire.map((each) => ({ ...each })),
    });
  });
  serve(parts, releaseSwitch, async ({ body, caller }) => {
    const { agent, localStop } = parts.ready();
    const stops = await resume(agent, localStop, { scope: body.scope, who: caller.name, why: body.reason });
    return stops.ok ? ok({ stops: [...stops.value] }) : stops;
  });
};
