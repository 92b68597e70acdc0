import { getWould, listAgents, listLimits, listProtected } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { err, ok } from '../../common/result';
import { agentsOf } from '../runner/operations/agents';
import { limitGauges } from '../runner/operations/limit_gauges';
import { protectedTargets } from '../runner/operations/protected_targets';
import { wouldHappen } from '../runner/operations/would_happen';
import { refusal } from '../runner/record/refusal';
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
  serve(parts, getWould, async ({ query, caller }) => {
    const { ordered, ttl_ms: ttlMs, extends: effectId, until, ...asked } = query;
    if ((effectId === undefined) !== (until === undefined))
      return err(refusal('invalid', 'an extension takes both: `extends` and `until`'));
    const kept = effectId === undefined || until === undefined ? undefined : { effectId, until };
    return wouldHappen(parts.ready().agent, {
      ...asked,
      by: { name: caller.name, fourEyes: !caller.singleUser },
      ...present({ ordered: ordered === undefined ? undefined : { ttlMs, extends: kept } }),
    });
  });
  serve(parts, listAgents, async () => {
    const agents = agentsOf(parts.ready().agent);
    if (!agents.ok) return agents;
    return ok({ as_of: asOf(), total: agents.value.length, agents: agents.value.slice(0, MOST_AGENTS) });
  });
};
