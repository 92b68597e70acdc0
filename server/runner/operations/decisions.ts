import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { EntityPage } from '../../../common/api/asked';
import { MOST_PAGED } from '../../../common/api/routes';
import type { DecisionBrief, DecisionDetail } from '../../../common/api/views';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { Feedback, Label } from '../../../common/flow/feedback';
import type { ActionRecord } from '../../../common/flow/outcome';
import { err, ok, type Result } from '../../../common/result';
import { replay, type Replayed } from '../../engine/replay/replay';
import type { EvidenceQuery } from '../ports';
import { matchingOf } from './ask/about';
import { refusal, type Refusal } from '../record/refusal';
import { wantedThing } from './sought';
import { eventsOf } from './became';
import { briefsOf, lookThrough } from './look_through';
import { outcomeWithCase } from './outcomes';
import { saidSince } from './views';

export interface DecisionFilter {
  readonly verdict?: string;
  readonly policy?: string;
  /** In any spelling. */
  readonly target?: string;
  readonly severity?: string;
  /** Only answers to who asked before acting, with the token of this name. */
  readonly asker?: string;
  readonly text?: string;
  /** What they are about: with `kind` the whole name of a thing, in any spelling; without it a part of any name. */
  readonly about?: string;
  readonly kind?: EntityPage;
  readonly from?: string;
  readonly to?: string;
  readonly case_id?: string;
  /** What became of them until now; several with commas. */
  readonly outcome?: string;
  /** Events by what became of them, one line each; several with commas. */
  readonly became?: string;
  readonly limit?: number;
  readonly offset?: number;
}

const several = (text: string): string | readonly string[] => (text.includes(',') ? text.split(',') : text);

const whereOf = (filter: DecisionFilter): NonNullable<EvidenceQuery['where']> => ({
  ...present({
    verdict: filter.verdict === undefined ? undefined : several(filter.verdict),
    severity: filter.severity === undefined ? undefined : several(filter.severity),
    'intake.type': filter.asker === undefined ? undefined : 'asker',
    'intake.id': filter.asker,
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

type Found = Pick<FoundDecisions, 'total' | 'decisions' | 'looked_through'>;

const pageOf = (
  matching: readonly DecisionBrief[],
  { limit = 100, offset = 0 }: DecisionFilter,
  lookedThrough: number | undefined,
): Found => ({
  total: matching.length,
  decisions: matching.slice(offset, offset + limit),
  ...present({ looked_through: lookedThrough }),
});

type Query = Omit<EvidenceQuery, 'limit' | 'offset'>;

const withOutcome = async (
  agent: AgentWith<'evidence' | 'store'>,
  query: Query,
  filter: DecisionFilter & { readonly outcome: string },
): Promise<Found> => {
  const wanted = new Set(filter.outcome.split(','));
  const { briefs, looked_through } = await lookThrough(agent, query);
  return pageOf(
    briefs.filter(({ outcome }) => wanted.has(outcome)),
    filter,
    looked_through,
  );
};

const isNarrowed = ({ where = {}, anyOf, text, matching = [] }: Query): boolean =>
  Object.keys(where).length > 0 || anyOf !== undefined || text !== undefined || matching.length > 0;

/**
 * One line an event. The other filters are asked of all its decisions: what became of it may stand in a decision that
 * they do not let through.
 */
const withBecame = async (
  agent: AgentWith<'clock' | 'evidence' | 'store'>,
  query: Query,
  filter: DecisionFilter & { readonly became: string },
): Promise<Found> => {
  const wanted = new Set(filter.became.split(','));
  const outcomes = filter.outcome === undefined ? undefined : new Set(filter.outcome.split(','));
  const { family, order, from, to } = query;
  const whole = await lookThrough(agent, { family, ...present({ order, from, to }) });
  const narrowed = isNarrowed(query) ? await lookThrough(agent, query) : undefined;
  const matching = narrowed && new Set(narrowed.briefs.map(({ decision_id }) => decision_id));
  const events = eventsOf(whole.briefs)
    .filter(({ became }) => wanted.has(became))
    .filter(({ brief }) => outcomes?.has(brief.outcome) ?? true)
    .filter(({ decisions }) => matching === undefined || decisions.some((each) => matching.has(each)));
  return pageOf(
    events.map(({ brief }) => brief),
    filter,
    whole.looked_through ?? narrowed?.looked_through,
  );
};

const TOO_DEEP: Refusal = {
  ...refusal('invalid', `pages reach the newest ${MOST_PAGED} decisions: give \`to\` for older ones`),
  fields: [{ path: 'offset', message: `with \`limit\` at most ${MOST_PAGED} together` }],
};

/** Decisions that a filter lets through. A target is looked for by its keys, and by its spellings in older records. */
export const findDecisions = async (
  agent: AgentWith<'clock' | 'evidence' | 'inventory' | 'store'>,
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
  const { outcome, became } = filter;
  if (became !== undefined) return ok({ ...(await withBecame(agent, query, { ...filter, became })), ...also });
  if (outcome !== undefined) return ok({ ...(await withOutcome(agent, query, { ...filter, outcome })), ...also });
  const { limit = 100, offset = 0 } = filter;
  // A page that would be cut must not look like the end of the list.
  if (offset + limit > MOST_PAGED) return err(TOO_DEEP);
  const found = await agent.parts.evidence.find({ ...query, limit, offset });
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
  const { evidence } = agent.parts;
  const of = { case_id: record.decision.case_id };
  const [actions, feedback, { became, content }] = await Promise.all([
    evidence.find({ family: 'actions', where: of, limit: 1_000, order: 'oldest' }),
    evidence.find({ family: 'feedback', where: of, limit: 200, order: 'oldest' }),
    outcomeWithCase(agent, record.decision),
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
      asked: record.asked,
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

/** With what a person said it: by itself, or with a word on an act of the decision. */
export type LabelledBy = 'labelled' | 'approved' | 'denied' | 'lifted';

/** Keeps what a person says an event turned out to be, for the history and for learning. */
export const labelDecision = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'history'>,
  decisionId: string,
  word: { readonly label: Label; readonly reason?: string; readonly by: string; readonly as?: LabelledBy },
): Promise<Result<string, Refusal>> => {
  const record = await findDecision(agent, decisionId);
  if (!record) return err(refusal('not_found', `there is no decision \`${decisionId}\``));
  const { label, reason, by, as = 'labelled' } = word;
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
    analyst_override: as,
    ...present({ reason }),
  };
  await evidence.append([
    { family: 'feedback', id: feedback.feedback_id, at, body: { event: record.event, feedback } },
  ]);
  history.noteLabel(record.event, { label, by, at: Date.parse(at) });
  return ok(feedback.feedback_id);
};
