import type { OpinionGiven, OpinionView } from '../../../common/api/routes';
import type { QuestionLoad } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { agreementOf, isSampled } from '../../engine/learning/second_opinions';
import { isFactOf } from '../../engine/entity/target_keys';
import type { AgentWith, JoinedWith, WritingAgent } from '../agent/views';
import type { CaseContent, Resolution } from '../keeping/kinds/case';
import {
  asked,
  ASKED_FOR_MS,
  MOST_ASKED_AT_ONCE,
  opinionId,
  plannedOpinion,
  type OpinionContent,
  type OpinionVerb,
} from '../keeping/kinds/opinion';
import { contentOf, find } from '../keeping/state_docs';
import { askedBy } from '../record/asked_by';
import { auditRecord, auditRefusal } from '../record/audit';
import { oneOfThem } from '../record/person';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { eventBrief } from './views';

/*
 * A random part of what people answered is asked of somebody else afterwards. It changes nothing of what was answered,
 * and it is asked without telling what the answer was.
 */

/** The agreement is of the newest so many pairs. */
const MOST_COUNTED = 1_000;
const MOST_FACTS = 16;
const MOST_REASONS = 16;

type Asking = WritingAgent & AgentWith<'secondOpinions' | 'store'> & JoinedWith<'commits' | 'session'>;

const peopleOf = ({ by, stands_for, others = [] }: Resolution): readonly string[] =>
  [{ by, stands_for }, ...others].flatMap((each) => [
    each.by,
    ...[each.stands_for?.name, each.stands_for?.via].filter((name) => name !== undefined),
  ]);

const questionOf = (
  { received, decision, acts }: CaseContent,
  actId: string,
  utc: number,
): OpinionContent | undefined => {
  const act = decision?.acts.find(({ act_id }) => act_id === actId);
  const answered = acts.find(({ act_id }) => act_id === actId);
  // Approved on a host that does not act, it waits for one that does.
  const resolution = answered?.resolution ?? answered?.handed?.resolution;
  if (decision === undefined || act === undefined || resolution === undefined) return undefined;
  const { verb, by, at } = resolution;
  if (verb !== 'approved' && verb !== 'denied') return undefined;
  return {
    case_id: received.case_id,
    decision_id: decision.decision_id,
    shown: {
      act,
      brief: eventBrief(received),
      why: (act.reasons.length > 0 ? act.reasons : decision.reasons).slice(0, MOST_REASONS),
      score: decision.score.value,
      facts: decision.inputs.assets.filter((each) => isFactOf(each, act.target)).slice(0, MOST_FACTS),
    },
    answered: { verb: verb === 'approved' ? 'approve' : 'deny', by, at },
    not_for: [...new Set([...peopleOf(resolution), ...askedBy(received)])],
    asked_at: iso(utc),
    until: iso(utc + ASKED_FOR_MS),
  };
};

/** Whether as many are asked already as people are asked at once. */
const isFull = async ({ parts: { store, clock } }: AgentWith<'clock' | 'store'>): Promise<boolean> => {
  const now = iso(clock.utc());
  const found = await store.search({ ...asked, sort: 'newest', limit: MOST_ASKED_AT_ONCE, bare: true });
  return found.filter(({ facets }) => (facets.due ?? '') > now).length >= MOST_ASKED_AT_ONCE;
};

/**
 * Asks for a second opinion on what was just answered, if it is one of the sample. For the background: the answer is
 * given, whatever comes of this.
 *
 * @param content the case as the answer left it
 */
export const askOpinion = async (agent: Asking, content: CaseContent, actId: string): Promise<void> => {
  const { shift, parts } = agent;
  const { percent = 0 } = parts.secondOpinions ?? {};
  const seed = shift?.parts.session.gate?.generation;
  const question = questionOf(content, actId, parts.clock.utc());
  if (shift === undefined || seed === undefined || question === undefined) return;
  const id = opinionId(question.decision_id, actId);
  if (!isSampled(seed, id, percent) || (await isFull(agent))) return;
  await shift.parts.commits.settle<undefined>({
    reads: [id],
    build: (view) => ({
      docs: contentOf('opinion', view.get(id)) === undefined ? [plannedOpinion(id, question)] : [],
      answer: undefined,
    }),
  });
};

const viewOf = (id: string, { decision_id, shown, asked_at, until }: OpinionContent): OpinionView => {
  const { act, brief, why, score, facts } = shown;
  return { opinion_id: id, decision_id, act, brief, why: [...why], score, facts: [...facts], asked_at, until };
};

interface Asked {
  readonly asked: readonly OpinionView[];
  /** So many more are asked of others: this person had a word in the answer, or asked for the act. */
  readonly of_others: number;
}

/** What one person is asked, the oldest first. */
export const listOpinions = async (
  { parts: { store, clock } }: AgentWith<'clock' | 'store'>,
  person: string,
): Promise<Asked> => {
  const now = iso(clock.utc());
  const found = await find(store, 'opinion', { states: asked.states, sort: 'newest', limit: MOST_ASKED_AT_ONCE });
  const open = found.filter(({ content }) => content.until > now && content.opinion === undefined).reverse();
  const mine = open.filter(({ content }) => oneOfThem(content.not_for, person) === undefined);
  return { asked: mine.map(({ id, content }) => viewOf(id, content)), of_others: open.length - mine.length };
};

interface Opinion {
  readonly by: string;
  readonly verb: OpinionVerb;
  readonly reason: string;
}

const entryOf = (id: string, { by, reason }: Opinion) => ({
  verb: 'second_opinion',
  by,
  object: { type: 'opinion', id },
  text: reason,
});

/** Why an opinion is not taken; undefined if it is. INVARIANT: nobody gives a second opinion on their own answer. */
const whyNot = (content: OpinionContent | undefined, { by }: Opinion, utc: number): Refusal | undefined => {
  if (content === undefined) return refusal('not_found', 'nobody is asked that');
  const own = oneOfThem(content.not_for, by);
  if (own !== undefined)
    return refusal('not_four_eyes', `\`${own}\`, who had a word in the answer or asked for the act, may be \`${by}\``);
  if (content.opinion !== undefined)
    return refusal('not_waiting', `\`${content.opinion.by}\` gave a second opinion already`);
  return Date.parse(content.until) <= utc ? refusal('not_waiting', 'nobody is asked any more') : undefined;
};

const givenView = ({ answered, opinion }: OpinionContent): OpinionGiven => ({
  agrees: answered.verb === opinion?.verb,
  first: { ...answered },
});

/**
 * Somebody says what they would have answered. It changes nothing of what was.
 *
 * @returns what was answered; `not_found`, `not_four_eyes`, `not_waiting`, `unavailable`
 */
export const giveOpinion = async (
  agent: WritingAgent & AgentWith<'evidence'>,
  id: string,
  opinion: Opinion,
): Promise<Result<OpinionGiven, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const record = auditRecord(agent);
  const entry = entryOf(id, opinion);
  const given = await shift.parts.commits.settle<Result<OpinionGiven, Refusal>>({
    reads: [id],
    build: (view) => {
      const utc = parts.clock.utc();
      const before = contentOf('opinion', view.get(id));
      const why = whyNot(before, opinion, utc);
      if (why !== undefined || before === undefined)
        return view.isFresh(id) ? { docs: [], answer: err(why ?? NOT_JOINED) } : 'read_again';
      const content: OpinionContent = { ...before, opinion: { ...opinion, at: iso(utc) } };
      const outcome = content.answered.verb === opinion.verb ? 'agrees' : 'differs';
      const { case_id, shown } = content;
      const filed = record({ ...entry, case_id, act_id: shown.act.act_id, outcome });
      return { docs: [{ ...plannedOpinion(id, content), records: [filed] }], answer: ok(givenView(content)) };
    },
  });
  return auditRefusal(agent, entry, given);
};

/** How often the second opinions agree with what was answered, within the 90 days for which they are kept. */
export const opinionAgreement = async ({
  parts: { store, clock },
}: AgentWith<'clock' | 'store'>): Promise<NonNullable<QuestionLoad['agreement']>> => {
  const now = iso(clock.utc());
  const [given, open] = await Promise.all([
    find(store, 'opinion', { states: ['given'], sort: 'newest', limit: MOST_COUNTED }),
    store.search({ ...asked, sort: 'newest', limit: MOST_ASKED_AT_ONCE, bare: true }),
  ]);
  const agree = given.filter(({ content }) => content.opinion?.verb === content.answered.verb).length;
  const asking = open.filter(({ facets }) => (facets.due ?? '') > now).length;
  return { agree, of: given.length, asked: asking, ...present({ ...agreementOf(agree, given.length) }) };
};
