import type { EscalationView } from '../../../common/api/views';
import type { HandOverView } from '../../../common/api/routes/hand_overs';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Feedback, Label } from '../../../common/flow/feedback';
import type { AgentWith, WritingAgent } from '../agent/views';
import { openHandOvers, plannedHandOver, type HandOverContent, type TicketVerdict } from '../keeping/kinds/hand_over';
import { contentOf, find } from '../keeping/state_docs';
import type { OutboxEntry } from '../ports';
import { auditRecord, auditRefusal } from '../record/audit';
import { recordOf } from '../record/records';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

/*
 * What became of acts that were handed over, and the verdict with which a ticket is closed. INVARIANT: a verdict is a
 * label and nothing else. It approves, denies and starts nothing; it says something only of the decision that
 * was handed
 * over on the channel of its token, in the name of that token, and it can be taken back.
 */

const MOST_LISTED = 200;
const MOST_VERDICTS = 32;

export const handOverView = (id: string, content: HandOverContent): HandOverView => {
  const { channel, case_id, act_id, decision_id, round, since, about, verdicts = [], ending } = content;
  const { opened_at, closed_at, lost, ticket } = content;
  return {
    ...{ hand_over_id: id, channel, case_id, act_id, decision_id, round, since },
    action: about.action,
    target: about.target.value.slice(0, 4096),
    verdicts: verdicts.map((each) => ({ ...each })),
    ...present({
      opened_at,
      closed_at,
      lost,
      ticket,
      ending: ending && { how: ending.how, at: ending.at, ...present({ by: ending.by }) },
    }),
  };
};

const MOST_OPEN = 10_000;

/** Escalations with the channels that were told of them. */
export const withHandOvers = async (
  { parts: { store } }: AgentWith<'store'>,
  views: readonly EscalationView[],
): Promise<readonly EscalationView[]> => {
  if (views.length === 0) return views;
  const open = await find(store, 'hand_over', { ...openHandOvers, limit: MOST_OPEN });
  const told = new Map<string, Array<NonNullable<EscalationView['handed_over']>[number]>>();
  for (const { content } of open) {
    const { case_id, act_id, channel, opened_at: at, ticket } = content;
    if (at === undefined) continue;
    const key = `${case_id} ${act_id}`;
    told.set(key, [...(told.get(key) ?? []), { channel, at, ...present({ ticket }) }]);
  }
  return views.map((view) => {
    const handed_over = told.get(`${view.case_id} ${view.act_id}`);
    return handed_over === undefined ? view : { ...view, handed_over };
  });
};

/** Those of one case, else the newest. */
export const listHandOvers = async (
  { parts: { store } }: AgentWith<'store'>,
  caseId: string | undefined,
): Promise<readonly HandOverView[]> => {
  const found = await find(store, 'hand_over', { sort: 'newest', limit: caseId === undefined ? MOST_LISTED : 10_000 });
  return found
    .filter(({ content }) => caseId === undefined || content.case_id === caseId)
    .slice(0, MOST_LISTED)
    .map(({ id, content }) => handOverView(id, content));
};

/** What a token says. */
export interface VerdictSaid {
  readonly handOverId: string;
  readonly verdictId: string;
  readonly by: string;
  /** Channels whose verdicts come with that token. */
  readonly channels: readonly string[];
  readonly saidBy?: string;
  readonly reason?: string;
}

interface VerdictTaken {
  readonly hand_over_id: string;
  readonly verdict_id: string;
  readonly decision_id: string;
  readonly feedback_id: string;
  /** False once it was taken back. */
  readonly standing: boolean;
  readonly repeated?: true;
}

type Agent = WritingAgent & AgentWith<'evidence'>;

const answerOf = (
  { handOverId }: VerdictSaid,
  { decision_id }: HandOverContent,
  { verdict_id, feedback_id, taken_back }: TicketVerdict,
): VerdictTaken => ({
  ...{ hand_over_id: handOverId, verdict_id, decision_id, feedback_id },
  standing: taken_back === undefined,
});

/** Whoever asks for what is not theirs learns nothing of it. */
const handedTo = (content: HandOverContent | undefined, { channels }: VerdictSaid): HandOverContent | undefined =>
  content !== undefined && channels.includes(content.channel) && (content.opened_at ?? content.ticket) !== undefined
    ? content
    : undefined;

const NOT_THERE = refusal('not_found', 'nothing of that name was handed over to a channel of this token');

/** What a change makes of a hand-over, with the records that go with it. */
interface Changed {
  readonly verdicts: readonly TicketVerdict[];
  readonly records: readonly OutboxEntry[];
  readonly answer: VerdictTaken;
}

type Change = (content: HandOverContent, at: string) => Result<Changed | VerdictTaken, Refusal>;

const isChange = (done: Changed | VerdictTaken): done is Changed => 'records' in done;

const changing = async (agent: Agent, said: VerdictSaid, change: Change): Promise<Result<VerdictTaken, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const { handOverId: id } = said;
  shift.parts.commits.forget(id);
  return shift.parts.commits.settle<Result<VerdictTaken, Refusal>>({
    reads: [id],
    build: (view) => {
      const seen = view.get(id);
      const content = seen?.kind === 'hand_over' ? handedTo(contentOf('hand_over', seen), said) : undefined;
      if (content === undefined) return view.isFresh(id) ? { docs: [], answer: err(NOT_THERE) } : 'read_again';
      const done = change(content, iso(parts.clock.utc()));
      if (!done.ok) return { docs: [], answer: done };
      if (!isChange(done.value)) return { docs: [], answer: ok(done.value) };
      const { verdicts, records, answer } = done.value;
      return { docs: [{ ...plannedHandOver(id, { ...content, verdicts }), records }], answer: ok(answer) };
    },
  });
};

type Entry = (feedback: Feedback) => OutboxEntry;

/** A label with the event that it is about, as every label is kept. */
const entryFor = async ({ parts }: Agent, decisionId: string): Promise<Entry | undefined> => {
  const body = await parts.evidence.get('decisions', decisionId);
  if (body === undefined) return undefined;
  const { event } = recordOf('decisions', body);
  return (feedback) => ({ family: 'feedback', id: feedback.feedback_id, at: feedback.at, body: { event, feedback } });
};

const outcomeOf = (label: Label): Feedback['outcome'] =>
  label === 'true_positive' || label === 'insufficient_data' ? 'success' : 'failure';

const viaOf = (content: HandOverContent, { handOverId, saidBy }: VerdictSaid): NonNullable<Feedback['via']> => ({
  channel: content.channel,
  hand_over_id: handOverId,
  ...present({ said_by: saidBy, ticket: content.ticket?.id }),
});

/** A word about a decision, without a label: the earlier one does not count any more. */
const takingBack = (
  content: HandOverContent,
  said: VerdictSaid,
  taken: { readonly verdict: TicketVerdict; readonly at: string; readonly feedbackId: string },
): Feedback => ({
  feedback_id: taken.feedbackId,
  decision_id: content.decision_id,
  case_id: content.case_id,
  outcome: 'overridden',
  at: taken.at,
  by: said.by,
  via: viaOf(content, said),
  takes_back: {
    feedback_id: taken.verdict.feedback_id,
    label: taken.verdict.label,
    at: taken.verdict.at,
    by: taken.verdict.by,
  },
  ...present({ reason: said.reason }),
});

/** The decision of a hand-over, so that its record can be read before the write; undefined: there is none. */
const decisionOf = async ({ parts: { store } }: AgentWith<'store'>, said: VerdictSaid): Promise<string | undefined> => {
  const doc = await store.get(said.handOverId);
  return doc?.kind === 'hand_over' ? handedTo(contentOf('hand_over', doc), said)?.decision_id : undefined;
};

const NO_RECORD = refusal('unavailable', 'the decision is not on record yet; send it again in a minute');
const auditOf = (verb: string, { handOverId, by, reason }: VerdictSaid) => ({
  verb,
  by,
  object: { type: 'hand_over', id: handOverId },
  ...present({ text: reason }),
});

/**
 * Keeps the verdict of a ticket as a label on its decision. The same `verdictId` again changes nothing; another one
 * takes the place of the one that stands.
 *
 * @returns `not_found` for what was not handed over on a channel of this token, `changed` for a `verdictId` that said
 *   something else before
 */
export const takeVerdict = async (
  agent: Agent & AgentWith<'store'>,
  said: VerdictSaid & { readonly label: Label },
): Promise<Result<VerdictTaken, Refusal>> => {
  const { label, verdictId, by, saidBy, reason } = said;
  const decisionId = await decisionOf(agent, said);
  const audited = auditRecord(agent);
  const entry = auditOf('ticket_verdict', said);
  if (decisionId === undefined) return auditRefusal(agent, entry, err(NOT_THERE));
  const filed = await entryFor(agent, decisionId);
  if (filed === undefined) return err(NO_RECORD);
  const [feedbackId, backId] = [agent.parts.chance.uuid(), agent.parts.chance.uuid()];
  const done = await changing(agent, said, (content, at) => {
    if (content.decision_id !== decisionId) return err(refusal('changed', 'it was decided anew; send it again'));
    const { verdicts = [], case_id, act_id } = content;
    const known = verdicts.find(({ verdict_id }) => verdict_id === verdictId);
    if (known !== undefined)
      return known.label === label
        ? ok({ ...answerOf(said, content, known), repeated: true })
        : err(
            refusal(
              'changed',
              `the verdict \`${verdictId}\` said \`${known.label}\` before; send another \`verdict_id\``,
            ),
          );
    if (verdicts.length >= MOST_VERDICTS) return err(refusal('overloaded', 'it was given too many verdicts'));
    const verdict: TicketVerdict = {
      ...{ verdict_id: verdictId, label, by, at, feedback_id: feedbackId },
      ...present({ said_by: saidBy, reason }),
    };
    const feedback: Feedback = {
      ...{ feedback_id: feedbackId, decision_id: decisionId, case_id, outcome: outcomeOf(label), at, by, label },
      analyst_override: 'labelled',
      via: viaOf(content, said),
      ...present({ reason }),
    };
    const standing = verdicts.find(({ taken_back }) => taken_back === undefined);
    const before = standing && filed(takingBack(content, said, { verdict: standing, at, feedbackId: backId }));
    const others = verdicts.map((each) =>
      each === standing ? { ...each, taken_back: { by, at, reason: 'another verdict took its place' } } : each,
    );
    return ok({
      verdicts: [...others, verdict],
      records: [
        ...(before === undefined ? [] : [before]),
        filed(feedback),
        audited({ ...entry, case_id, act_id, outcome: label }),
      ],
      answer: answerOf(said, content, verdict),
    });
  });
  return auditRefusal(agent, entry, done);
};

/**
 * Takes a verdict back. Once more changes nothing.
 *
 * @returns `not_found` for a verdict that there is not
 */
export const takeVerdictBack = async (
  agent: Agent & AgentWith<'store'>,
  said: VerdictSaid,
): Promise<Result<VerdictTaken, Refusal>> => {
  const { verdictId, by, reason } = said;
  const decisionId = await decisionOf(agent, said);
  const audited = auditRecord(agent);
  const entry = auditOf('take_back_ticket_verdict', said);
  if (decisionId === undefined) return auditRefusal(agent, entry, err(NOT_THERE));
  const filed = await entryFor(agent, decisionId);
  if (filed === undefined) return err(NO_RECORD);
  const feedbackId = agent.parts.chance.uuid();
  const done = await changing(agent, said, (content, at) => {
    const { verdicts = [], case_id, act_id } = content;
    const known = verdicts.find(({ verdict_id }) => verdict_id === verdictId);
    if (known === undefined) return err(refusal('not_found', `there is no verdict \`${verdictId}\``));
    if (known.taken_back !== undefined) return ok({ ...answerOf(said, content, known), repeated: true });
    const taken = { ...known, taken_back: { by, at, ...present({ reason }) } };
    return ok({
      verdicts: verdicts.map((each) => (each === known ? taken : each)),
      records: [
        filed(takingBack(content, said, { verdict: known, at, feedbackId })),
        audited({ ...entry, case_id, act_id }),
      ],
      answer: answerOf(said, content, taken),
    });
  });
  return auditRefusal(agent, entry, done);
};
