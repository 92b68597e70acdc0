import { present } from '../../../common/present';
import type { EscalationView } from '../../../common/api/views';
import type { AgentWith } from '../agent/views';
import { limitOfMarked, openByLimits, openMarked } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';
import { escalationViews } from './views';

/*
 * Acts that wait because of a limit. A limit that stays reached refuses every event that follows, and a person has one
 * question to answer, not thousands: they are one escalation with their count, and none of them hides what waits for
 * another cause.
 */

type Agent = AgentWith<'bundles' | 'clock' | 'store'>;

/** So many acts are listed with their escalation, the newest. */
const MOST_LISTED = 200;

/** A limit that is reached, and how many cases wait only because of it. */
interface Breach {
  readonly limit: string;
  readonly count: number;
}

/** Limits and budgets by which cases may wait: those in force, and those of cases that have waited since before. */
const limitsOf = async ({ parts }: Agent): Promise<readonly string[]> => {
  const { limits, budgets = [] } = parts.bundles.brakeRules(parts.clock.utc());
  const some = await parts.store.search({ ...openMarked, sort: 'newest', bare: true });
  const named = [...limits, ...budgets].map(({ name }) => name);
  return [...new Set([...named, ...some.flatMap(({ facets }) => limitOfMarked(facets) ?? [])])];
};

/** Every limit by which cases wait. Costs one count, and one more for each limit in force if there are any. */
export const breaches = async (agent: Agent): Promise<readonly Breach[]> => {
  if ((await agent.parts.store.count(openMarked)) === 0) return [];
  const limits = await limitsOf(agent);
  const counted = limits.map(async (limit) => ({ limit, count: await agent.parts.store.count(openByLimits([limit])) }));
  return (await Promise.all(counted)).filter(({ count }) => count > 0);
};

/** Puts first what is answered first. */
type Order = (a: EscalationView, b: EscalationView) => number;

const asOthers = (views: readonly EscalationView[]): NonNullable<EscalationView['breach']>['others'] =>
  views.map(({ case_id, act_id, seen, act, brief, waiting_since }) => ({
    case_id,
    act_id,
    seen,
    act: { action: act.action, target: act.target },
    brief: { event_id: brief.event_id, claimed: brief.claimed, ...present({ rule: brief.rule }) },
    waiting_since,
  }));

/** One escalation for each limit that is reached: the first of its acts, with the others. */
export const breachEscalations = async (
  agent: Agent & AgentWith<'absences'>,
  order: Order,
): Promise<readonly EscalationView[]> => {
  const views = (await breaches(agent)).map(async ({ limit, count }) => {
    const docs = await agent.parts.store.search({ ...openByLimits([limit]), sort: 'newest', limit: MOST_LISTED });
    const found = docs.flatMap((doc) => {
      const content = contentOf('case', doc);
      return content ? escalationViews(content, agent.parts.clock.utc(), agent.parts.absences) : [];
    });
    const [first, ...others] = [...found].sort(order);
    if (first === undefined) return [];
    const lastAt = found.reduce((last, { waiting_since: at }) => (at > last ? at : last), first.waiting_since);
    // A case may have several acts that wait, and some may have been answered since they were counted.
    const all = Math.max(count, found.length);
    return [{ ...first, breach: { limit, count: all, last_at: lastAt, others: asOthers(others) } }];
  });
  return (await Promise.all(views)).flat();
};
