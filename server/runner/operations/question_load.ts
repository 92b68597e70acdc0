import type { QuestionLoad } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { mostOf } from '../../engine/brakes/escalation_budget';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { opinionAgreement } from './second_opinions';

/*
 * How much people are asked, and whether they read it. From the records alone: a person had no longer for an answer
 * than since it waited, and than since their answer before. So one answer to fifty acts counts as fifty that nobody
 * read.
 */

/** What is told of answers goes by those of so long, ms, and by the newest so many. */
const LOOKED_BACK_MS = 86_400_000;
const MOST_LOOKED_AT = 1_000;
/** Faster than this nobody has read a card, ms. */
const HASTY_MS = 5_000;

/** Outcomes of words that were taken. */
export const TAKEN = { done: 'done', left: 'left to an agent that acts', waits: 'waits for others' } as const;

interface Answer {
  readonly by: string;
  readonly at: number;
  /** ms */
  readonly waited: number;
}

/** How long each answer can have taken, ms. */
const timesOf = (answers: readonly Answer[]): readonly number[] => {
  const last = new Map<string, number>();
  return [...answers]
    .sort((one, other) => one.at - other.at)
    .map(({ by, at, waited }) => {
      const before = last.get(by) ?? -Infinity;
      last.set(by, at);
      return Math.max(0, Math.min(waited, at - before));
    })
    .filter(Number.isFinite);
};

const medianOf = (times: readonly number[]): number | undefined =>
  [...times].sort((one, other) => one - other)[Math.floor((times.length - 1) / 2)];

/** How fast people answered within the last 24 hours. */
export const answerPace = async ({ parts }: AgentWith<'clock' | 'evidence'>): Promise<QuestionLoad['pace']> => {
  const found = await parts.evidence.find({
    family: 'audit',
    where: { verb: ['approve', 'deny'], 'object.type': 'escalation', outcome: Object.values(TAKEN) },
    from: iso(parts.clock.utc() - LOOKED_BACK_MS),
    limit: MOST_LOOKED_AT,
    order: 'newest',
  });
  const answers = found.entries.map(({ at, body }): Answer => {
    const { by, waited_ms: waited = Infinity } = recordOf('audit', body);
    return { by, at: Date.parse(at), waited };
  });
  const times = timesOf(answers);
  const counts = [...new Set(answers.map(({ by }) => by))].map((by) => answers.filter((each) => each.by === by).length);
  return {
    answers: found.total,
    people: counts.length,
    ...present({ most_by_one: counts.length === 0 ? undefined : Math.max(...counts) }),
    timed: times.length,
    hasty: times.filter((each) => each < HASTY_MS).length,
    ...present({ median_ms: medianOf(times) }),
  };
};

/** What this agent used of each budget of questions. */
export const budgetUse = ({
  parts: { asked, bundles, clock, people },
}: AgentWith<'asked' | 'bundles' | 'clock' | 'people'>): QuestionLoad['budgets'] =>
  (bundles.brakeRules(clock.utc()).budgets ?? []).map((budget) => ({
    policy: budget.name,
    asked: asked.within(budget.withinMs),
    most: mostOf(budget, people.approvers),
    within_ms: budget.withinMs,
    beyond: budget.beyond,
    ...present({ per_approver: budget.perApprover }),
  }));

/** How many questions people are asked of those that policies allow, and how fast they answer. */
export const questionLoad = async (
  agent: AgentWith<'asked' | 'bundles' | 'clock' | 'evidence' | 'people' | 'store'>,
): Promise<QuestionLoad> => {
  const [pace, agreement] = await Promise.all([answerPace(agent), opinionAgreement(agent)]);
  return {
    pace,
    agreement,
    approvers: agent.parts.people.approvers(),
    budgets: budgetUse(agent),
  };
};
