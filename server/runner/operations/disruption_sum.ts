import type { DisruptionSumView } from '../../../common/api/routes';
import type { Target } from '../../../common/flow/decision';
import { countedAs } from '../../engine/entity/target_keys';
import type { Effect } from '../../engine/execution/effect';
import type { AgentWith } from '../agent/views';
import { contentOf, findAll } from '../keeping/state_docs';
import { disruptionAt } from './disruptions';

/*
 * How much of what we protect is out of use because of Reflex, now. Each thing counts once, by the act that takes most
 * from it: a host that is isolated loses nothing more by a file that is in quarantine.
 */

/** So many effects are read for one answer. */
const MOST_READ = 10_000;

type Agent = AgentWith<'connectors' | 'inventory' | 'store'>;

/** What an effect takes something away from: of a file or a process the host that it is on. */
const sufferer = ({ type, value, host }: Target): Target =>
  host === undefined ? { type, value } : { type: 'host', value: host };

/** Whether it takes anything away now, as far as anybody knows. */
const isThere = ({ state, gone }: Pick<Effect, 'state' | 'gone'>): boolean => state !== 'absent' && gone === undefined;

/** @throws StoreUnavailable */
export const disruptionSum = async (agent: Agent): Promise<DisruptionSumView> => {
  const { store, inventory } = agent.parts;
  const most = new Map<string, { readonly type: Target['type']; readonly share: number }>();
  let [read, unstated] = [0, 0];
  for await (const doc of findAll(store, { kinds: ['effect'], notStates: ['absent'] })) {
    if (read >= MOST_READ) break;
    read += 1;
    const effect = contentOf('effect', doc);
    if (effect === undefined || !isThere(effect)) continue;
    const stated = disruptionAt(agent, effect);
    if (stated === undefined) {
      unstated += 1;
      continue;
    }
    const thing = sufferer(effect.target);
    const key = `${thing.type} ${countedAs(thing, inventory)}`;
    const before = most.get(key);
    if (before === undefined || before.share < stated.share) most.set(key, { type: thing.type, share: stated.share });
  }
  const kinds = new Map<Target['type'], { targets: number; sum: number }>();
  for (const { type, share } of most.values()) {
    const { targets, sum } = kinds.get(type) ?? { targets: 0, sum: 0 };
    kinds.set(type, { targets: targets + 1, sum: sum + share });
  }
  return {
    kinds: [...kinds]
      .map(([type, { targets, sum }]) => ({ type, targets, sum: Math.round(sum * 1_000) / 1_000 }))
      .sort((one, other) => other.sum - one.sum),
    unstated,
    ...(read >= MOST_READ ? { at_least: true as const } : {}),
  };
};
