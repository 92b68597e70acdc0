import type { DecisionBrief } from '../../../common/api/views';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { AgentWith } from '../agent/views';
import type { EvidenceQuery } from '../ports';
import { recordOf } from '../record/records';
import { outcomesOf } from './outcomes';
import { decisionBrief } from './views';

/*
 * No index knows outcomes: they change when time passes. The newest decisions are looked through, within a bound that
 * the answer names.
 */

/** Decisions are looked through for an outcome so many at a time, and so many in all. */
const AT_ONCE = 500;
export const MOST_LOOKED_THROUGH = 5_000;

/** Decisions as lists show them, each with what became of it. */
export const briefsOf = async (
  agent: AgentWith<'evidence' | 'store'>,
  records: readonly DecisionRecord[],
): Promise<readonly DecisionBrief[]> => {
  const outcomes = await outcomesOf(
    agent,
    records.map(({ decision }) => decision),
  );
  return records.flatMap((record, index) => {
    const became = outcomes[index];
    return became === undefined ? [] : [decisionBrief(record, became)];
  });
};

interface LookedThrough {
  readonly briefs: readonly DecisionBrief[];
  /** How many decisions there are. */
  readonly total: number;
  /** Set if there are more: so many of the newest were looked at. */
  readonly looked_through?: number;
}

/** The newest decisions of a query with what became of each. */
export const lookThrough = async (
  agent: AgentWith<'evidence' | 'store'>,
  query: Omit<EvidenceQuery, 'limit' | 'offset'>,
): Promise<LookedThrough> => {
  const briefs: DecisionBrief[] = [];
  for (let first = 0; ; first += AT_ONCE) {
    const { entries, total } = await agent.parts.evidence.find({ ...query, limit: AT_ONCE, offset: first });
    briefs.push(
      ...(await briefsOf(
        agent,
        entries.map(({ body }) => recordOf('decisions', body)),
      )),
    );
    if (first + AT_ONCE >= total) return { briefs, total };
    if (first + AT_ONCE >= MOST_LOOKED_THROUGH) return { briefs, total, looked_through: MOST_LOOKED_THROUGH };
  }
};
