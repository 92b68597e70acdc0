import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { DecisionBrief, DecisionDetail } from '../../../common/api/views';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { Feedback, Label } from '../../../common/flow/feedback';
import type { ActionRecord } from '../../../common/flow/outcome';
import { err, ok, type Result } from '../../../common/result';
import { replay, type Replayed } from '../../engine/replay/replay';
import { contentOf } from '../keeping/state_docs';
import type { EvidenceQuery } from '../ports';
import { refusal, type Refusal } from '../record/refusal';
import { wantedThing } from './sought';
import { decisionBrief, progressOf, saidSince } from './views';

export interface DecisionFilter {
  readonly verdict?: string;
  readonly policy?: string;
  /** In any spelling. */
  readonly target?: string;
  readonly severity?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly case_id?: string;
  readonly limit?: number;
  readonly offset?: number;
}

const several = (text: string): string | readonly string[] => (text.includes(',') ? text.split(',') : text);

const whereOf = (filter: DecisionFilter): NonNullable<EvidenceQuery['where']> => ({
  ...present({
    verdict: filter.verdict === undefined ? undefined : several(filter.verdict),
    severity: filter.severity === undefined ? undefined : several(filter.severity),
    'policy.id': filter.policy,
    case_id: filter.case_id,
  }),
});

interface FoundDecisions {
  readonly total: number;
  readonly decisions: readonly DecisionBrief[];
  /** Other spellings of the target that were looked for. */
  readonly also_as?: string[];
}

/** Decisions that a filter lets through. A target is looked for by its keys, and by its spellings in older records. */
export const findDecisions = async (
  agent: AgentWith<'evidence' | 'inventory'>,
  filter: DecisionFilter,
): Promise<FoundDecisions> => {
  const wanted = wantedThing(agent, filter.target);
  const found = await agent.parts.evidence.find({
    family: 'decisions',
    where: whereOf(filter),
    limit: filter.limit ?? 100,
    offset: filter.offset ?? 0,
    order: 'newest',
    ...present({
      anyOf: wanted && { 'target.value': wanted.sought.texts, 'target.key': wanted.sought.keys },
      text: filter.text,
      from: filter.from,
      to: filter.to,
    }),
  });
  return {
    total: found.total,
    decisions: found.entries.map(({ body }) => decisionBrief(recordOf('decisions', body))),
    ...present({ also_as: wanted?.also_as }),
  };
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
  const [actions, feedback, content] = await Promise.all([
    evidence.find({ family: 'actions', where: of, limit: 1_000, order: 'oldest' }),
    evidence.find({ family: 'feedback', where: of, limit: 200, order: 'oldest' }),
    store.get(record.decision.case_id).then((doc) => contentOf('case', doc)),
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
    ...present({
      progress: current && current.acts.map(progressOf),
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
