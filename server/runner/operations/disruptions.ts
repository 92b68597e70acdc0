import type { DisruptionView } from '../../../common/api/many_as_one';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import { milderThan } from '../../../common/policy/actions';
import { present } from '../../../common/present';
import { disruptionOf, type Disruption } from '../../engine/decision/disruption';
import type { AgentWith } from '../agent/views';

/* What acts take away, by what the connectors of this agent state and by the inventory of now. */

type Knowing = AgentWith<'connectors' | 'inventory'>;

interface Aimed {
  readonly action: string;
  readonly target: Target;
  /** Null: whichever connector can. */
  readonly connector: string | null;
}

/** What the inventory says of a target; of a file or a process what it says of the host that it is on. */
const factsOf = ({ parts: { inventory } }: Knowing, { type, value, host }: Target): readonly AssetFacts[] => {
  if (value === '') return [];
  return [host === undefined ? inventory.asset(type, value) : inventory.asset('host', host)];
};

const at = (agent: Knowing, { action, target, connector }: Aimed): Disruption | undefined => {
  const all = [...agent.parts.connectors.values()].flatMap(({ name, capabilities: { promises } }) => {
    const stated = (connector ?? name) === name ? promises[action] : undefined;
    return stated === undefined ? [] : [disruptionOf(stated.disruption, factsOf(agent, target))];
  });
  // Where several could do it, nobody knows yet which: the one that takes most.
  return all.reduce<Disruption | undefined>(
    (most, each) => (most && most.share >= each.share ? most : each),
    undefined,
  );
};

/**
 * What an act takes away from its target, and what milder acts would against the same danger.
 *
 * @returns undefined where no connector of this agent states it
 */
export const disruptionAt = (agent: Knowing, aimed: Aimed): DisruptionView | undefined => {
  const own = at(agent, aimed);
  if (own === undefined) return undefined;
  const milder = milderThan(aimed.action).flatMap((action) => {
    const stated = at(agent, { ...aimed, action, connector: null });
    return stated === undefined ? [] : [{ action, share: stated.share }];
  });
  return { share: own.share, milder, ...present({ tag: own.tag, unlisted: own.unlisted }) };
};
