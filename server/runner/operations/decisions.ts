import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { EntityPage } from '../../../common/api/asked';
import type { DecisionBrief, DecisionDetail } from '../../../common/api/views';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { Feedback, Label } from '../../../common/flow/feedback';
import type { ActionRecord } from '../../../common/flow/outcome';
import { err, ok, type Result } from '../../../common/result';
import { replay, type Replayed } from '../../engine/replay/replay';
import { contentOf } from '../keeping/state_docs';
import type { EvidenceQuery } from '../ports';
import { matchingOf } from './ask/about';
import { refusal, type Refusal } from '../record/refusal';
import { wantedThing } from './sought';
import { outcomesOf } from './outcomes';
import { decisionBrief, saidSince } from './views';

export interface DecisionFilter {
  readonly verdict?: string;
  readonly policy?: string;
  /** In any spelling. */
  readonly target?: string;
  readonly severity?: string;
  readonly text?: string;
  /** What they are about: with `kind` the whole name of a thing, in any spelling; without it a part of any name. */
  readonly about?: string;
  readonly kind?: EntityPage;
  readonly from?: string;
  readonly to?: string;
  readonly case_id?: string;
  /** What became of them until now; several with commas. */
  readonly outcome?: string;
  readonly limit?: number;
  readonly offset?: number;
}

const several = (text: string): string | readonly string[] => (text.includes(',') ? text.split(',') : text);

const whereOf = (filter: DecisionFilter): NonNullable<EvidenceQuery['where']> => ({
  ...present({
    verdict: filter.verdict === undefined ? undefined : several(filter.verdict),
    severity: filter.severity === undefined ? undefined : several(filter.severity),
    case_id: filter.case_id,
  }),
});

interface FoundDecisions {
  readonly total: number;
  readonly decisions: readonly DecisionBrief[];
  /** Other spellings of the target that were looked for. */
  readonly also_as?: string[];
  /** So many of the newest were looked through for an outcome, and older ones were not. */
  readonly looked_through?: number;
}

/** Decisions are looked through for an outcome so many at a time, and so many in all. */
const AT_ONCE = 500;
const MOST_LOOKED_THROUGH = 5_000;

type Found = Pick<FoundDecisions, 'total' | 'decisions' | 'looked_through'>;

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

/**
 * No index knows outcomes: they change when time passes. The newest decisions are looked through, within a bound that
 * the answer names.
 */
const withOutcome = async (
  agent: AgentWith<'evidence' | 'store'>,
  query: Omit<EvidenceQuery, 'limit' | 'offset'>,
  { outcome, limit = 100, offset = 0 }: DecisionFilter & { readonly outcome: string },
): Promise<Found> => {
  const wanted = new Set(outcome.split(','));
  const matching: DecisionBrief[] = [];
  for (let first = 0; first < MOST_LOOKED_THROUGH; first += AT_ONCE) {
    const { entries, total } = await agent.parts.evidence.find({ ...query, limit: AT_ONCE, offset: first });
    const briefs = await briefsOf(
      agent,
      entries.map(({ body }) => recordOf('decisions', body)),
    );
    matching.push(...briefs.filter((each) => wanted.has(each.outcome)));
    if (first + AT_ONCE >= total) return { total: matching.length, decisions: matching.slice(offset, offset + limit) };
  }
  return {
    total: matching.length,
    decisions: matching.slice(offset, offset + limit),
    looked_through: MOST_LOOKED_THROUGH,
  };
};

/** Decisions that a filter lets through. A target is looked for by its keys, and by its spellings in older records. */
export const findDecisions = async (
  agent: AgentWith<'evidence' | 'inventory' | 'store'>,
  filter: DecisionFilter,
): Promise<Result<FoundDecisions, Refusal>> => {
  const wanted = wantedThing(agent, filter.target);
  const matching = matchingOf(agent, filter);
  if (!matching.ok) return matching;
  const query = {
    family: 'decisions',
    where: whereOf(filter),
    order: 'newest',
    matching: matching.value,
    ...present({
      anyOf: wanted && { 'target.value': wanted.sought.texts, 'target.key': wanted.sought.keys },
      text: filter.text,
      from: filter.from,
      to: filter.to,
    }),
  } as const;
  const also = present({ also_as: wanted?.also_as });
  const { outcome } = filter;
  if (outcome !== undefined) return ok({ ...(await withOutcome(agent, query, { ...filter, outcome })), ...also });
  const found = await agent.parts.evidence.find({ ...query, limit: filter.limit ?? 100, offset: filter.offset ?? 0 });
  const decisions = await briefsOf(
    agent,
    found.entries.map(({ body }) => recordOf('decisions', body)),
  );
  return ok({ total: found.total, decisions, ...also });
};

/** A decision record by its id: from the evidence, or from the case while it was not copied there yet. */
const findDecision = async (agent: AgentWith<'evidence'>, decisionId: string): Promise<DecisionRecord | undefined> => {
  const body = await agent.parts.evidence.get('decisions', decisionId);
  return body && recordOf('decisions', body);
};

export const decisionDetail = async (
  agent: AgentWith<'evidence' | 'store'>,
  decisionId: string,
): Promise<Result<DecisionDetail, Refusal>> => {
  const record = await findDecision(agent, decisionId);
  if (!record) return err(refusal('not_found', `there is no decision \`${decisionId}\``));
  const { evidence, store } = agent.parts;
  const of = { case_id: record.decision.case_id };
  const [actions, feedback, content, [became]] = await Promise.all([
    evidence.find({ family: 'actions', where: of, limit: 1_000, order: 'oldest' }),
    evidence.find({ family: 'feedback', where: of, limit: 200, order: 'oldest' }),
    store.get(record.decision.case_id).then((doc) => contentOf('case', doc)),
    outcomesOf(agent, [record.decision]),
  ]);
  const currentId = content?.decision?.decision_id ?? content?.closed?.decision_id;
  const current = currentId === decisionId ? content : undefined;
  return ok({
    event: record.event,
    decision: record.decision,
    actions: inOrder(
      actions.entries
        .map(({ body }) => recordOf('actions', body))
        .filter(({ command }) => command.decision_id === decisionId),
    ),
    feedback: feedback.entries.map(({ body }) => recordOf('feedback', body).feedback),
    demo: record.event.demo ?? false,
    outcome: became?.outcome ?? 'not_known',
    ...present({
      progress: became && [...became.progress],
      case_state: current?.state,
      since: current && saidSince(record.event, current),
    }),
  });
};

const inOrder = (records: readonly ActionRecord[]): ActionRecord[] =>
  [...records].sort((a, b) => (a.command.command_id === b.command.command_id ? a.n - b.n : a.at < b.at ? -1 : 1));

/** Decides again from the record alone and compares the hashes (INV-7). */
export const replayDecision = async (
  agent: AgentWith<'bundles' | 'engineDigest' | 'evidence' | 'model'>,
  decisionId: string,
): Promise<Result<Replayed, Refusal>> => {
  const record = await findDecision(agent, decisionId);
  if (!record) return err(refusal('not_found', `there is no decision \`${decisionId}\``));
  const model = agent.parts.model();
  const bundle = await agent.parts.bundles.withDigest(record.decision.bundle.digest);
  return ok(replay({ record, bundle, model, engineDigest: agent.parts.engineDigest }));
};

/** Keeps what a person says an event turned out to be, for the history and for learning. */
export const labelDecision = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'history'>,
  decisionId: string,
  { label, reason, by }: { readonly label: Label; readonly reason?: string; readonly by: string },
): Promise<Result<string, Refusal>> => {
  const record = await findDecision(agent, decisionId);
  if (!record) return err(refusal('not_found', `there is no decision \`${decisionId}\``));
  const { evidence, chance, clock, history } = agent.parts;
  const at = iso(clock.utc());
  const feedback: Feedback = {
    feedback_id: chance.uuid(),
    decision_id: decisionId,
    case_id: record.decision.case_id,
    outcome: label === 'true_positive' ? 'success' : label === 'insufficient_data' ? 'success' : 'failure',
    at,
    by,
    label,
    analyst_override: 'labelled',
    ...present({ reason }),
  };
  await evidence.append([
    { family: 'feedback', id: feedback.feedback_id, at, body: { event: record.event, feedback } },
  ]);
  history.noteLabel(record.event, { label, by, at: Date.parse(at) });
  return ok(feedback.feedback_id);
};
