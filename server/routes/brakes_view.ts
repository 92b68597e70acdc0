import { getWould, listAgents, listLimits, listProtected } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { agentsOf } from '../runner/operations/agents';
import { limitGauges } from '../runner/operations/limit_gauges';
import { protectedTargets } from '../runner/operations/protected_targets';
import { wouldHappen } from '../runner/operations/would_happen';
import { serve } from './bind';
import type { Serving } from './route_parts';

const DEFAULT_LIMIT = 50;
const MOST_SENTENCES = 1_000;
const MOST_AGENTS = 500;

/** The brakes and the agents as they are now. Nothing is changed here. */
export const brakesViewRoutes = (parts: Serving<'agent'>): void => {
  const asOf = (): string => iso(parts.ready().agent.parts.clock.utc());
  serve(parts, listLimits, async ({ query: { kind, limit = DEFAULT_LIMIT, offset = 0 } }) => {
    const { gauges, untouched } = await limitGauges(parts.ready().agent);
    const wanted = gauges.filter((gauge) => kind === undefined || gauge.kind === kind);
    return ok({
      as_of: asOf(),
      total: wanted.length,
      gauges: wanted.slice(offset, offset + limit),
      untouched: untouched.slice(0, MOST_SENTENCES),
    });
  });
  serve(parts, listProtected, async ({ query }) => {
    const { things, missing, ...found } = protectedTargets(parts.ready().agent, query);
    return ok({ as_of: asOf(), ...found, things: [...things], missing: missing.slice(0, MOST_SENTENCES) });
  });
  serve(parts, getWould, ({ query, caller }) =>
    wouldHappen(parts.ready().agent, { ...query, by: { name: caller.name, fourEyes: !caller.singleUser } }),
  );
  serve(parts, listAgents, async () => {
    const agents = agentsOf(parts.ready().agent);
    if (!agents.ok) return agents;
    return ok({ as_of: asOf(), total: agents.value.length, agents: agents.value.slice(0, MOST_AGENTS) });
  });
};
