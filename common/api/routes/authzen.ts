import * as t from 'io-ts';
import { described, instant, list, number, oneOf, openRecord, record, text } from '../../codec/codecs';
import { StopReason } from '../../flow/clearance';
import { BASE, idText, MIB, nothing, route } from '../contract';

/*
 * The Authorization API 1.0 of OpenID AuthZEN: whoever acts by themselves asks before they act. Its receivers ignore
 * what they do not know. What is requested and polled follows the working group's draft of a profile for access
 * requests (ARAP), as far as it goes; see docs/decisions/095.
 */

const name = text({ min: 1, max: 512 });
const anObject = t.record(t.string, t.unknown);
const properties = described(anObject, 'Claims of whoever asks; nothing is believed because of them');

const Subject = openRecord({ type: name, id: name }, { properties });
const Action = openRecord({ name }, { properties: anObject });
const Resource = openRecord({ type: name, id: text({ min: 1, max: 4096 }) }, { properties: anObject });
const Context = described(
  anObject,
  'Fields of the event that the act answers, by their names on the wire: `confidence`, `severity`, `tags`, `rule`, `src_host` … `approval.id`: the approval of an earlier question',
);

export const AccessTuple = openRecord({ subject: Subject, action: Action, resource: Resource }, { context: Context });
export type AccessTuple = t.TypeOf<typeof AccessTuple>;

/** How several questions of one request hang together. */
export const EVALUATIONS_SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;

/** Most questions of one request. */
export const MOST_EVALUATIONS = 50;

const someOf = { subject: Subject, action: Action, resource: Resource, context: Context };

export const AccessTuples = openRecord(
  {},
  {
    ...someOf,
    evaluations: list(openRecord({}, someOf), MOST_EVALUATIONS),
    options: openRecord({}, { evaluations_semantic: oneOf(EVALUATIONS_SEMANTICS) }),
  },
);
export type AccessTuples = t.TypeOf<typeof AccessTuples>;

const Said = record({ 200: text({ max: 8192 }) });
const Refused = record({ 403: text({ max: 8192 }) });

const AccessContext = record(
  {
    reason: described(idText, 'Why, as a code'),
    evaluated_at: instant,
  },
  {
    reason_admin: t.union([Said, Refused]),
    reason_user: t.union([Said, Refused]),
    error: described(record({ status: number(), message: text({ max: 8192 }) }), 'The question itself cannot be asked'),
    evaluation_id: described(idText, 'The question on record'),
    decision_id: described(idText, 'The decision on record'),
    valid_until: described(instant, 'A permit is to be used by then; nothing is reserved for it'),
    policy: described(
      record({ id: idText, hash: idText, bundle_version: number() }),
      'The policy that proposes the act, and the release that decided',
    ),
    brakes: described(
      record(
        { would: oneOf(['permit', 'hold', 'escalate', 'deny']) },
        { stop_reason: StopReason, limit: idText, text: text({ max: 4096 }) },
      ),
      'What the brakes say of it now',
    ),
    access_request: described(
      record({ endpoint: idText, expires_at: instant }),
      'A person may permit it: POST the same question there, with `denial.evaluation_id`',
    ),
    next_action: oneOf(['request', 'retry', 'none']),
    retry_after: described(number(), 'Seconds'),
  },
);
export type AccessContext = t.TypeOf<typeof AccessContext>;

export const AccessDecision = record({ decision: t.boolean, context: AccessContext });
export type AccessDecision = t.TypeOf<typeof AccessDecision>;

const ACCESS = `${BASE}/access/v1`;
const asked = { method: 'post', access: 'ask', strict: true, params: nothing, query: nothing, maxBytes: MIB } as const;

export const postAccessEvaluation = route({
  ...asked,
  path: `${ACCESS}/evaluation`,
  errorsInWords: true,
  summary:
    'May this subject do this to that thing (AuthZEN)? An answer is no act: nothing is begun, nothing is reserved',
  body: AccessTuple,
  answer: AccessDecision,
});

export const postAccessEvaluations = route({
  ...asked,
  path: `${ACCESS}/evaluations`,
  errorsInWords: true,
  summary: 'Several such questions, answered in their order (AuthZEN)',
  body: AccessTuples,
  answer: t.union([AccessDecision, record({ evaluations: list(AccessDecision, MOST_EVALUATIONS) })]),
});

export const TASK_STATUSES = ['pending', 'approved', 'denied', 'expired'] as const;

/** What becomes of a request, as far as whoever asked may know it. */
export const AccessTask = record(
  {
    task: record({
      id: idText,
      status: oneOf(TASK_STATUSES),
      status_endpoint: idText,
      expires_at: described(instant, 'Nobody is asked after that'),
    }),
  },
  {
    result: described(
      record({
        mode: oneOf(['reevaluate']),
        approval: record({ id: idText, approved_at: instant, approved_until: instant }),
      }),
      'It is good for one question more: the same one, with this `approval` in its `context`',
    ),
  },
);
export type AccessTask = t.TypeOf<typeof AccessTask>;

export const postAccessRequest = route({
  ...asked,
  path: `${ACCESS}/requests`,
  summary: 'Ask people to permit what a question was denied for. The same again is the same request',
  body: openRecord(
    {
      subject: Subject,
      action: Action,
      resource: Resource,
      denial: openRecord({ evaluation_id: idText }),
    },
    {
      context: described(
        anObject,
        'The context of the question, with `business_justification`: why, for the people who are asked',
      ),
    },
  ),
  answer: AccessTask,
});

export const getAccessRequest = route({
  method: 'get',
  path: `${ACCESS}/requests/{task_id}`,
  summary: 'What people said to a request. Only whoever requested it is told',
  access: 'ask',
  params: record({ task_id: idText }),
  query: nothing,
  body: nothing,
  answer: AccessTask,
});

export const getAuthzenConfiguration = route({
  method: 'get',
  path: `${BASE}/.well-known/authzen-configuration`,
  summary: 'Where this policy decision point answers (AuthZEN)',
  access: 'open',
  isPublic: true,
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({
    policy_decision_point: idText,
    access_evaluation_endpoint: idText,
    access_evaluations_endpoint: idText,
    access_request_endpoint: idText,
  }),
});

export const AUTHZEN_ROUTES = {
  postAccessEvaluation,
  postAccessEvaluations,
  postAccessRequest,
  getAccessRequest,
  getAuthzenConfiguration,
} as const;
