import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { BreakersView } from '../../../common/api/routes';
import type { Agent } from '../agent/agent';
import type { AgentWith } from '../agent/views';
import { ruleOf, type BreakerRules } from '../agent/breakers/breakers';
import type { HostStop } from '../session/host_stop';
import { stopsOf } from './brakes';

const MOST_CONNECTORS = 64;
const MOST_TEXT = 500;

const rulesView = ({ connector, policy, source, all }: BreakerRules): NonNullable<BreakersView['rules']> => {
  const { error_percent, at_least, window_ms } = connector;
  return {
    ...{ error_percent, at_least, window_ms, ...policy },
    ...present({
      source_percent: source?.overridden_percent,
      source_acts: source?.acts,
      starts: all?.starts,
      starts_ms: all?.window_ms,
    }),
  };
};

/** What Reflex stops by itself: what tripped, and how the connectors fare at this agent. */
export const breakersView = (
  agent: AgentWith<'breakers' | 'clock' | 'connectors' | 'connectorSights'> & Pick<Agent, 'shift'>,
  hostStop: HostStop,
): BreakersView => {
  const { breakers, clock, connectors, connectorSights } = agent.parts;
  const open = stopsOf(agent, hostStop).filter(({ breaker }) => breaker !== undefined);
  const as_of = iso(clock.utc());
  if (breakers === undefined) return { as_of, watching: false, open, connectors: [] };
  const { rules } = breakers;
  const counts = [...connectors.keys()].slice(0, MOST_CONNECTORS).map((name) => {
    const rule = ruleOf(rules, name);
    const { connector, fails, of, since, why } = connectorSights.count(name, rule);
    const { error_percent, at_least, window_ms } = rule;
    const own = rules.connectors?.has(name) === true ? { error_percent, at_least, window_ms } : undefined;
    return { connector, fails, of, ...present({ since, why: why?.slice(0, MOST_TEXT), own }) };
  });
  return { as_of, watching: true, open, connectors: counts, rules: rulesView(rules) };
};
