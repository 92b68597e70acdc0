import { BECAME, becameOf, type Became } from '../../../common/api/became';
import type { OverviewView } from '../../../common/api/routes';
import type { DecisionBrief } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { lookThrough } from './look_through';

/* What became of events: a decision that decides an event again is no event of its own. */

type Agent = AgentWith<'clock' | 'evidence' | 'store'>;

const groupOf = ({ outcome, acts }: DecisionBrief): Became =>
  becameOf(
    outcome,
    acts.flatMap(({ progress }) => (progress === undefined ? [] : [progress])),
  );

/** An event as the decision that tells what became of it. */
export interface DecidedEvent {
  readonly brief: DecisionBrief;
  readonly became: Became;
  readonly decisions: readonly string[];
}

/** Of the decisions of one event, the one that tells most of what became of it; newest first they come in. */
const telling = (decisions: readonly DecisionBrief[]): DecidedEvent | undefined => {
  const counting = decisions.filter(({ outcome }) => outcome !== 'superseded');
  const graded = (counting.length > 0 ? counting : decisions).map((brief) => ({ brief, became: groupOf(brief) }));
  const [first] = BECAME.flatMap((group) => graded.filter(({ became }) => became === group));
  return first && { ...first, decisions: decisions.map(({ decision_id }) => decision_id) };
};

/**
 * The events that were first decided among these decisions, newest first. What was only asked is no event; what was
 * first decided before them is none of theirs.
 *
 * @param decisions newest first
 */
export const eventsOf = (decisions: readonly DecisionBrief[]): readonly DecidedEvent[] => {
  const byCase = new Map<string, DecisionBrief[]>();
  for (const brief of decisions.filter(({ effectless }) => effectless !== true)) {
    const known = byCase.get(brief.case_id);
    if (known) known.push(brief);
    else byCase.set(brief.case_id, [brief]);
  }
  return [...byCase.values()]
    .filter((each) => each.some(({ predecessor }) => predecessor === undefined))
    .flatMap((each) => telling(each) ?? []);
};

type BecameView = OverviewView['became_24h'];

const count = async (agent: Agent, from: string): Promise<BecameView> => {
  const at = iso(agent.parts.clock.utc());
  const { briefs, total, looked_through } = await lookThrough(agent, { family: 'decisions', order: 'newest', from });
  const events = eventsOf(briefs);
  const counts = BECAME.map((group) => [group, events.filter(({ became }) => became === group).length] as const);
  return {
    at,
    from,
    events: events.length,
    decisions: total,
    ...(Object.fromEntries(counts) as Record<Became, number>),
    ...present({ looked_through }),
  };
};

/** Counting takes at most one part in so many of the time. */
const SHARE = 20;

interface Kept {
  readonly from: string;
  readonly startedAt: number;
  readonly counted: Promise<BecameView>;
  tookMs: number | undefined;
}

const kept = new WeakMap<object, Kept>();

/**
 * How many events became what since a moment (UTC). Whoever asks again soon hears the last count, with its time: many
 * open pages cost no more than one.
 *
 * @throws StoreUnavailable, EvidenceUnavailable
 */
export const becameSince = (agent: Agent, from: string): Promise<BecameView> => {
  const { clock, evidence } = agent.parts;
  const now = clock.monotonic();
  const last = kept.get(evidence);
  const isFresh = last?.tookMs === undefined || now - last.startedAt < last.tookMs * SHARE;
  if (last?.from === from && isFresh) return last.counted;
  const next: Kept = { from, startedAt: now, counted: count(agent, from), tookMs: undefined };
  kept.set(evidence, next);
  const done = (): void => {
    next.tookMs = clock.monotonic() - now;
  };
  next.counted.then(done, () => {
    if (kept.get(evidence) === next) kept.delete(evidence);
  });
  return next.counted;
};
