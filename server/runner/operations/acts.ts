import type { EntityPage } from '../../../common/api/asked';
import type { ActView } from '../../../common/api/routes';
import type { ActProgress } from '../../../common/api/progress';
import type { DecisionRecord } from '../../../common/flow/decision';
import { err, ok, type Result } from '../../../common/result';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import type { EvidenceQuery } from '../ports';
import { recordOf } from '../record/records';
import { refusal, type Refusal } from '../record/refusal';
import { matchingOf } from './ask/about';
import { briefsOf } from './look_through';

/*
 * The history of acts. It is read out of the decisions, so that what was refused or expired is in it, which no command
 * tells of; what became of each says the one projection.
 */

export interface ActFilter {
  readonly about?: string;
  readonly kind?: EntityPage;
  readonly action?: string;
  readonly policy?: string;
  readonly connector?: string;
  readonly outcome?: string;
  readonly by?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

interface FoundActs {
  readonly acts: readonly ActView[];
  readonly looked_through: number;
  readonly decisions: number;
  readonly next?: string;
}

const DEFAULT_LIMIT = 50;
/** Decisions are looked through so many at a time, and so many for one answer. */
const AT_ONCE = 200;
const MOST_LOOKED_THROUGH = 2_000;

/** Never executed, and another decision counts in its place: no act that anybody asks about. */
const LEFT_OUT: readonly ActProgress['status'][] = ['shadow', 'superseded'];

type Place = NonNullable<EvidenceQuery['after']>;

const cursorOf = ({ at, id }: Place): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');

const placeIn = (cursor: string): Place | undefined => {
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return typeof at === 'string' && typeof id === 'string' && !Number.isNaN(Date.parse(at)) ? { at, id } : undefined;
  } catch {
    return undefined;
  }
};

const saidBy = ({ resolution, ended }: ActProgress, by: string): boolean =>
  [resolution?.by, ...(resolution?.others ?? []).map((each) => each.by), ended?.by].some((each) =>
    each?.toLowerCase().includes(by.toLowerCase()),
  );

const isWanted = ({ action, policy, connector, progress }: ActView, filter: ActFilter): boolean =>
  (filter.outcome === undefined
    ? !LEFT_OUT.includes(progress.status)
    : filter.outcome.split(',').includes(progress.status)) &&
  (filter.action === undefined || action === filter.action) &&
  (filter.policy === undefined || policy === filter.policy) &&
  (filter.connector === undefined || connector === filter.connector) &&
  (filter.by === undefined || saidBy(progress, filter.by));

/** The connector that a policy names for each act; null where it leaves that open. */
const connectorsNamed = (records: readonly DecisionRecord[]): ReadonlyMap<string, string | null> =>
  new Map(
    records.flatMap(({ decision: { decision_id, acts } }) =>
      acts.map(({ act_id, connector }) => [`${decision_id} ${act_id}`, connector] as const),
    ),
  );

const actsOf = async (
  agent: AgentWith<'evidence' | 'store'>,
  records: readonly DecisionRecord[],
): Promise<ReadonlyArray<readonly ActView[]>> => {
  const named = connectorsNamed(records);
  return (await briefsOf(agent, records)).map(({ acts, decision_id, case_id, decided_at, brief, demo }) =>
    acts.map(({ act_id, action, target, policy, result, progress }) => ({
      act_id,
      decision_id,
      case_id,
      decided_at,
      action,
      target,
      policy,
      result: result as ActView['result'],
      severity: brief.severity,
      demo,
      progress: progress ?? { act_id, status: 'not_known' },
      ...present({
        rule: brief.rule,
        connector: progress?.connector ?? named.get(`${decision_id} ${act_id}`) ?? undefined,
      }),
    })),
  );
};

const queryOf = (
  agent: AgentWith<'inventory'>,
  { action, policy, from, to, ...filter }: ActFilter,
): Result<Omit<EvidenceQuery, 'limit'>, Refusal> => {
  const matching = matchingOf(agent, filter);
  if (!matching.ok) return matching;
  const where = { effectless: false, ...present({ action, 'policy.id': policy }) };
  // A decision without an act has no result.
  const acted = { is: { result: ['permit', 'escalate', 'deny'] } };
  return ok({
    family: 'decisions',
    order: 'newest',
    where,
    matching: [...matching.value, acted],
    ...present({ from, to }),
  });
};

/** Acts that a filter lets through, newest first; goes on at the cursor. */
export const findActs = async (
  agent: AgentWith<'evidence' | 'inventory' | 'store'>,
  filter: ActFilter,
): Promise<Result<FoundActs, Refusal>> => {
  const { cursor, limit = DEFAULT_LIMIT } = filter;
  let after = cursor === undefined ? undefined : placeIn(cursor);
  if (cursor !== undefined && after === undefined)
    return err(refusal('invalid', '`cursor` is none that an answer of this list gave'));
  const query = queryOf(agent, filter);
  if (!query.ok) return query;
  const acts: ActView[] = [];
  let looked = 0;
  for (;;) {
    const { total, entries } = await agent.parts.evidence.find({
      ...query.value,
      limit: AT_ONCE,
      ...present({ after }),
    });
    const found = await actsOf(
      agent,
      entries.map(({ body }) => recordOf('decisions', body)),
    );
    for (const [index, { at, id }] of entries.entries()) {
      acts.push(...(found[index] ?? []).filter((act) => isWanted(act, filter)));
      looked += 1;
      after = { at, id };
      const isLast = index === entries.length - 1 && entries.length < AT_ONCE;
      if (isLast) return ok({ acts, looked_through: looked, decisions: total });
      if (acts.length >= limit || looked >= MOST_LOOKED_THROUGH)
        return ok({ acts, looked_through: looked, decisions: total, next: cursorOf(after) });
    }
    if (entries.length < AT_ONCE) return ok({ acts, looked_through: looked, decisions: total });
  }
};
