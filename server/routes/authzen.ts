import {
  AccessTuple,
  getAccessRequest,
  getAuthzenConfiguration,
  postAccessEvaluation,
  postAccessEvaluations,
  postAccessRequest,
  type AccessDecision,
  type AccessTuples,
} from '../../common/api/routes';
import { BASE, PROBLEM_STATUS } from '../../common/api/contract';
import { text } from '../../common/codec/codecs';
import { decode, type BadField } from '../../common/codec/decode';
import { err, ok, type Result } from '../../common/result';
import { accessTask, requestAccess } from '../runner/operations/asking/access_requests';
import { answerAccess, type Asker } from '../runner/operations/asking/answer_access';
import { refusal, type Refusal } from '../runner/record/refusal';
import { asTheStandardSays, requestIdOf } from './authzen_transport';
import { serve, type Answered, type Caller } from './bind';
import type { HostRequest } from './http';
import type { Serving } from './route_parts';

type Parts = Serving<'agent' | 'asks' | 'address'>;

/** Receivers keep the metadata for so long, s. */
const KEPT_FOR_S = 300;

const WHY_FIELD = 'business_justification';
const WHY = text({ min: 3, max: 2_000 });

/** People are asked nothing of which they are not told why. */
const withoutReason = (faults: readonly BadField[]): Refusal => ({
  ...refusal('invalid', 'say why, for the people who are asked'),
  fields: faults.map(({ message }) => ({ path: `context.${WHY_FIELD}`, message })),
});

const endpointOf = ({ address }: { readonly address: string }): string => `${address}${postAccessRequest.path}`;

const askerOf = ({ name, owners = [] }: Caller, request: HostRequest): Asker => ({
  name,
  owners,
  requestId: requestIdOf(request),
});

const busy = (waitMs: number): { readonly answered: Answered<never> } => {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1_000)));
  const body = { code: 'overloaded', message: `too many questions; ask again in ${seconds} s` } as never;
  return { answered: { status: PROBLEM_STATUS.overloaded, body, headers: { 'retry-after': seconds } } };
};

/** Each question of a request with what it does not say itself, or what is missing. */
const tuplesIn = ({
  evaluations = [],
  options: _options,
  ...defaults
}: AccessTuples): Result<AccessTuple[], Refusal> => {
  const fields: BadField[] = [];
  const items = evaluations.length === 0 ? [{}] : evaluations;
  const tuples = items.flatMap((item, index) => {
    const tuple = decode(AccessTuple, { ...defaults, ...item });
    if (tuple.ok) return [tuple.value];
    const place = evaluations.length === 0 ? '' : `evaluations.${index}.`;
    fields.push(...tuple.error.map(({ path, message }) => ({ path: `${place}${path}`, message })));
    return [];
  });
  return fields.length === 0 ? ok(tuples) : err({ ...refusal('invalid', 'the body is not valid'), fields });
};

type Answer = Result<AccessDecision, Refusal>;

/** Answers in order until one ends it: an error does always. */
const inOrder = async (
  tuples: readonly AccessTuple[],
  ask: (tuple: AccessTuple) => Promise<Answer>,
  ends: (answer: AccessDecision) => boolean,
): Promise<Result<AccessDecision[], Refusal>> => {
  const answers: AccessDecision[] = [];
  for (const tuple of tuples) {
    const answer = await ask(tuple);
    if (!answer.ok) return answer;
    answers.push(answer.value);
    if (ends(answer.value)) break;
  }
  return ok(answers);
};

/** Asking before acting, by the Authorization API of OpenID AuthZEN. */
export const authzenRoutes = (all: Parts): void => {
  const parts = asTheStandardSays(all);
  const asking =
    (asker: Asker) =>
    async (tuple: AccessTuple): Promise<Answer> => {
      const { agent, asks, address } = parts.ready();
      const answer = await answerAccess(agent, asker, { tuple, endpoint: endpointOf({ address }) });
      asks.note(asker.name, !answer.ok ? 'refused' : answer.value.decision ? 'permitted' : 'denied');
      return answer;
    };
  const taken = (asker: string, count: number): number | undefined => {
    const { asks } = parts.ready();
    const waitMs = asks.take(asker, count);
    if (waitMs !== undefined) asks.note(asker, 'refused', count);
    return waitMs;
  };
  serve(parts, postAccessEvaluation, async ({ body, caller, request }) => {
    const waitMs = taken(caller.name, 1);
    return waitMs === undefined ? asking(askerOf(caller, request))(body) : ok(busy(waitMs));
  });
  serve(parts, postAccessEvaluations, async ({ body, caller, request }) => {
    const tuples = tuplesIn(body);
    if (!tuples.ok) return tuples;
    const waitMs = taken(caller.name, tuples.value.length);
    if (waitMs !== undefined) return ok(busy(waitMs));
    const semantic = body.options?.evaluations_semantic ?? 'execute_all';
    const ends = ({ decision }: AccessDecision): boolean =>
      (semantic === 'deny_on_first_deny' && !decision) || (semantic === 'permit_on_first_permit' && decision);
    const answers = await inOrder(tuples.value, asking(askerOf(caller, request)), ends);
    if (!answers.ok) return answers;
    const [only] = answers.value;
    return ok(body.evaluations?.length ? { evaluations: answers.value } : (only ?? { evaluations: [] }));
  });
  serve(parts, postAccessRequest, async ({ body, caller }) => {
    const { agent, asks, address } = parts.ready();
    const waitMs = taken(caller.name, 1);
    if (waitMs !== undefined) return ok(busy(waitMs));
    const { denial, ...tuple } = body;
    const reason = decode(WHY, tuple.context?.[WHY_FIELD]);
    if (!reason.ok) return err(withoutReason(reason.error));
    const asked = { asker: caller.name, tuple, evaluationId: denial.evaluation_id, reason: reason.value };
    const task = await requestAccess(agent, asked, endpointOf({ address }));
    if (!task.ok) return task;
    asks.note(caller.name, 'requested');
    const headers = { location: task.value.task.status_endpoint };
    return ok({ answered: { status: 202, body: task.value, headers } });
  });
  serve(parts, getAccessRequest, async ({ params, caller }) => {
    const { agent, address } = parts.ready();
    return accessTask(agent, { asker: caller.name, id: params.task_id, endpoint: endpointOf({ address }) });
  });
  serve(parts, getAuthzenConfiguration, async () => {
    const { address } = parts.standing();
    const body = {
      policy_decision_point: `${address}${BASE}`,
      access_evaluation_endpoint: `${address}${postAccessEvaluation.path}`,
      access_evaluations_endpoint: `${address}${postAccessEvaluations.path}`,
      access_request_endpoint: endpointOf({ address }),
    };
    return ok({ answered: { status: 200, body, headers: { 'cache-control': `public, max-age=${KEPT_FOR_S}` } } });
  });
};
