import type { AccessTask, AccessTuple } from '../../../../common/api/routes';
import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import { err, ok, type Result } from '../../../../common/result';
import { beyondBudget } from '../../../engine/brakes/escalation_budget';
import type { AgentWith, JoinedWith } from '../../agent/views';
import { requestedByAskers, type CaseAct, type CaseContent } from '../../keeping/kinds/case';
import { contentOf, find } from '../../keeping/state_docs';
import { audit } from '../../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { accessQuestion } from './access_question';
import {
  approvedUntil,
  changeAsked,
  isAskedBy,
  permittedBy,
  REQUEST_LASTS_MS,
  stateOf,
  type RequestState,
} from './asked_case';

/*
 * An asker has people asked, and asks what they said. Each question is asked of people once, whoever repeats it, and no
 * asker has many open at once: what a person reads is scarce (docs/decisions/062).
 */

/** So many requests of one asker wait for people at once, and so many of all askers. */
export const MOST_OPEN_OF_ONE = 10;
export const MOST_OPEN = 100;

type Requesting = AgentWith<'asked' | 'bundles' | 'chance' | 'clock' | 'evidence' | 'people' | 'store'> &
  JoinedWith<'clock' | 'commits'>;

export interface AccessRequest {
  readonly asker: string;
  readonly tuple: AccessTuple;
  /** The question that was denied. */
  readonly evaluationId: string;
  /** Why, for people. */
  readonly reason: string;
}

const NOT_BOUND = refusal('invalid', '`denial.evaluation_id` names no question of this asker that was as this one is');
const NOT_REQUESTABLE = refusal('invalid', 'the answer had no `access_request`: nobody can permit it');
const TOO_LATE = refusal('expired', 'the answer is too old to ask people about it: ask the question again');

const read = async ({ parts }: AgentWith<'store'>, id: string): Promise<CaseContent | undefined> => {
  const doc = await parts.store.get(id);
  return doc?.kind === 'case' ? contentOf('case', doc) : undefined;
};

const STATUS: Readonly<Record<RequestState, AccessTask['task']['status']>> = {
  pending: 'pending',
  approved: 'approved',
  // What it was good for is over, and the asker has to ask people anew.
  used: 'expired',
  over: 'expired',
  denied: 'denied',
  expired: 'expired',
};

/** What whoever requested it may know: no names, no reasons of people. */
const taskOf = (
  content: CaseContent,
  { utc, endpoint }: { readonly utc: number; readonly endpoint: string },
): AccessTask => {
  const { case_id: id } = content.received;
  const status = STATUS[stateOf(content, utc)];
  const permitted = status === 'approved' ? permittedBy(content) : undefined;
  const approval = permitted && { id, approved_at: permitted.at, approved_until: iso(approvedUntil(permitted)) };
  const task = {
    ...{ id, status, status_endpoint: `${endpoint}/${encodeURIComponent(id)}` },
    expires_at: content.asked?.request?.until ?? iso(utc),
  };
  return { task, ...present({ result: approval && { mode: 'reevaluate' as const, approval } }) };
};

/** Requests that wait for people, as they are now; search only proposes them. */
const openRequests = async ({ parts }: AgentWith<'clock' | 'store'>): Promise<readonly CaseContent[]> => {
  const utc = parts.clock.utc();
  const found = await find(parts.store, 'case', { ...requestedByAskers, limit: MOST_OPEN + 1, fresh: true });
  return found.map(({ content }) => content).filter((content) => stateOf(content, utc) === 'pending');
};

/** Why people are not asked about one question more; undefined if they are. */
const tooMany = (agent: Requesting, asker: string, open: readonly CaseContent[]): Refusal | undefined => {
  if (open.filter((each) => isAskedBy(each, asker)).length >= MOST_OPEN_OF_ONE)
    return refusal('overloaded', `${MOST_OPEN_OF_ONE} requests of \`${asker}\` wait for people already`);
  if (open.length >= MOST_OPEN) return refusal('overloaded', 'too many requests wait for people already');
  const { asked, bundles, people } = agent.parts;
  const asking = { asked: asked.within, approvers: people.approvers };
  const beyond = beyondBudget(bundles.brakeRules(agent.parts.clock.utc()).budgets ?? [], asking, 0);
  return beyond && refusal('overloaded', `people are asked enough: ${beyond.text}`);
};

const isBound = (content: CaseContent, { asker, tuple }: AccessRequest): boolean => {
  // What the event is called and when it is is no part of the digest.
  const question = accessQuestion(tuple, { id: 'request', at: content.received.received_at });
  return isAskedBy(content, asker) && question.ok && question.value.digest === content.asked?.question;
};

const WAITS = 'an asker wants to do it by itself, and requested that a person permits it';

const waiting = (act: CaseAct): CaseAct => ({ act_id: act.act_id, status: 'waiting', text: WAITS });

/** The case once people are asked. */
const askPeople = async (agent: Requesting, { asker, evaluationId, reason }: AccessRequest) => {
  const { shift, parts } = agent;
  if (shift === undefined) return undefined;
  // A record in the case itself would keep it from shrinking: nobody looks whether entries of the audit were copied.
  await audit(agent, {
    verb: 'request',
    by: asker,
    object: { type: 'escalation', id: evaluationId },
    case_id: evaluationId,
    text: reason,
    outcome: 'asked',
  });
  shift.parts.commits.forget(evaluationId);
  const utc = parts.clock.utc();
  return changeAsked(shift.parts, evaluationId, ({ acts, asked }) => {
    const requestable = asked?.requestable;
    if (asked === undefined || requestable === undefined || asked.request !== undefined) return undefined;
    const request = { reason, at: iso(utc), until: iso(utc + REQUEST_LASTS_MS) };
    return {
      acts: acts.map((act) => (act.act_id === requestable.act_id ? waiting(act) : act)),
      asked: { ...asked, request },
    };
  });
};

/** Asks people to permit what a question was denied for. The same request again is told how it stands. */
export const requestAccess = async (
  agent: Requesting,
  request: AccessRequest,
  endpoint: string,
): Promise<Result<AccessTask, Refusal>> => {
  if (agent.shift === undefined) return err(NOT_JOINED);
  const utc = agent.parts.clock.utc();
  const content = await read(agent, request.evaluationId);
  // Whose it is not is told no more than of one that there is not.
  if (content === undefined || !isBound(content, request)) return err(NOT_BOUND);
  if (content.asked?.request !== undefined) return ok(taskOf(content, { utc, endpoint }));
  const requestable = content.asked?.requestable;
  if (requestable === undefined) return err(NOT_REQUESTABLE);
  if (utc >= Date.parse(requestable.until)) return err(TOO_LATE);
  const open = await openRequests(agent);
  const same = open.find((each) => isBound(each, request));
  if (same !== undefined) return ok(taskOf(same, { utc, endpoint }));
  const refused = tooMany(agent, request.asker, open);
  if (refused !== undefined) return err(refused);
  const asked = await askPeople(agent, request);
  if (asked !== undefined) agent.parts.asked.note(1);
  const now = asked ?? (await read(agent, request.evaluationId));
  return now?.asked?.request === undefined ? err(TOO_LATE) : ok(taskOf(now, { utc, endpoint }));
};

/** How a request stands, for whoever requested it. */
export const accessTask = async (
  agent: AgentWith<'clock' | 'store'>,
  { asker, id, endpoint }: { readonly asker: string; readonly id: string; readonly endpoint: string },
): Promise<Result<AccessTask, Refusal>> => {
  const content = await read(agent, id);
  if (content === undefined || !isAskedBy(content, asker) || content.asked?.request === undefined)
    return err(refusal('not_found', 'there is no such request of this asker'));
  return ok(taskOf(content, { utc: agent.parts.clock.utc(), endpoint }));
};
