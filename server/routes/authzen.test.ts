import {
  approveEscalation,
  denyEscalation,
  getAccessRequest,
  getAuthzenConfiguration,
  getDecision,
  listDecisions,
  listEscalations,
  postAccessEvaluation,
  postAccessEvaluations,
  postAccessRequest,
  postEvents,
  throwSwitch,
  type AccessContext,
} from '../../common/api/routes';
import type { DecisionBrief, EscalationView } from '../../common/api/views';
import { decode } from '../../common/codec/decode';
import { iso } from '../../common/iso';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { AUTHZEN_VECTORS, bytesOfVector } from '../../test/samples/authzen_vectors';
import { MOST_ASKED_A_MINUTE } from '../runner/operations/asking/ask_book';
import { APPROVED_FOR_MS, REQUESTABLE_MS } from '../runner/operations/asking/asked_case';
import type { Caller } from './bind';
import type { HostResponse } from './http';

const JSON_TYPE = { 'content-type': 'application/json', authorization: 'Bearer good' };
const soar = callerWith('soar', 'ask');
const ann = callerWith('ann', 'read', 'respond', 'approve');

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
});

interface Answer {
  readonly decision: boolean;
  readonly context: AccessContext;
}

const post = (
  contract: typeof postAccessEvaluation | typeof postAccessEvaluations | typeof postAccessRequest,
  body: object,
  { as = soar, headers = {} }: { readonly as?: Caller; readonly headers?: Record<string, string> } = {},
): Promise<HostResponse> =>
  host.call(contract, { body: Buffer.from(JSON.stringify(body)), headers: { ...JSON_TYPE, ...headers }, as });

const about = (type: string, id: string, name: string, context: object = {}) => ({
  subject: { type: 'agent', id: 'triage-bot' },
  action: { name },
  resource: { type, id },
  context,
});
const blocking = (ip: string, context: object = { rule: { origin: 'known_ioc' } }) =>
  about('ip', ip, 'block_ip', { confidence: 0.95, severity: 'high', ...context });
const ASK = { tags: ['ask'] };

const asked = async (body: object, as: Caller = soar): Promise<Answer> => {
  const response = await post(postAccessEvaluation, body, { as });
  expect(response.status).toBe(200);
  expect(decode(postAccessEvaluation.answer, response.body)).toMatchObject({ ok: true });
  return response.body as Answer;
};

interface Task {
  readonly task: { readonly id: string; readonly status: string; readonly status_endpoint: string };
  readonly result?: { readonly approval: { readonly id: string } };
}

const WHY = { business_justification: 'beaconing from ws-7' };
const request = (body: { readonly context: object }, { context }: Answer, as = soar): Promise<HostResponse> =>
  post(
    postAccessRequest,
    { ...body, context: { ...WHY, ...body.context }, denial: { evaluation_id: context.evaluation_id } },
    { as },
  );
const poll = (id: string, as = soar): Promise<HostResponse> =>
  host.call(getAccessRequest, { params: { task_id: id }, headers: JSON_TYPE, as });

/** Asks, is denied, and has people asked. */
const requested = async (body: { readonly context: object }): Promise<Task> => {
  const response = await request(body, await asked(body));
  expect(response.status).toBe(202);
  expect(decode(postAccessRequest.answer, response.body)).toMatchObject({ ok: true });
  return response.body as Task;
};

const escalations = async (): Promise<readonly EscalationView[]> => {
  await host.wait(1_500);
  const { body } = await host.call(listEscalations, { as: ann });
  return (body as { readonly escalations: readonly EscalationView[] }).escalations;
};

const say = async (contract: typeof approveEscalation | typeof denyEscalation, as = ann): Promise<HostResponse> => {
  const [found] = await escalations();
  if (!found) throw new Error('nothing waits');
  const { case_id, act_id, seen } = found;
  return host.call(contract, { params: { case_id, act_id }, body: { reason: 'it is right', seen }, as });
};

const withApproval = (body: { readonly context: object }, id: string) => ({
  ...body,
  context: { ...body.context, approval: { id } },
});

describe('the transport of the standard', () => {
  it.each(AUTHZEN_VECTORS.map((vector) => [vector.note, vector] as const))('is kept: %s', async (_, vector) => {
    const contract = vector.path === 'evaluation' ? postAccessEvaluation : postAccessEvaluations;
    const headers = { ...JSON_TYPE, 'x-request-id': 'bfe9eb29', ...vector.headers };
    const response = await host.call(contract, { body: bytesOfVector(vector), headers, as: soar });
    expect([response.status, response.headers?.['x-request-id'] ?? 'bfe9eb29']).toEqual([vector.status, 'bfe9eb29']);
    if (vector.names !== undefined) {
      expect(response.headers?.['content-type']).toBe('text/plain; charset=utf-8');
      expect(response.body).toContain(vector.names);
      return;
    }
    const body = response.body as Answer & { readonly evaluations?: readonly Answer[] };
    const decisions = body.evaluations?.map(({ decision }) => decision) ?? body.decision;
    expect(decisions).toEqual(vector.decisions);
    expect('decision' in body).toBe(body.evaluations === undefined);
  });

  it('sends the id of a request back with every answer, and takes none that no header may hold', async () => {
    const id = ['x-request-id', 'ä/ 1'] as const;
    const withId = async (as: Caller, value: string = id[1]) => {
      const { status, headers } = await post(postAccessEvaluation, blocking('203.0.113.7'), {
        as,
        headers: { 'x-request-id': value },
      });
      return [status, headers?.[id[0]]];
    };
    expect(await withId(soar)).toEqual([200, id[1]]);
    expect(await withId(callerWith('siem', 'intake'))).toEqual([403, id[1]]);
    expect(await withId(soar, 'x'.repeat(1_025))).toEqual([400, undefined]);
    expect(await withId(soar, 'one\r\nset-cookie: two')).toEqual([400, undefined]);
    host.caller = undefined;
    const { status, headers, body } = await host.call(postAccessEvaluation, {
      body: Buffer.from('{}'),
      headers: { 'content-type': 'application/json', 'x-request-id': '7' },
    });
    expect([status, headers?.['x-request-id'], body]).toEqual([401, '7', 'unauthenticated: send a valid bearer token']);
  });

  it('tells where it is', async () => {
    const { status, body, headers } = await host.call(getAuthzenConfiguration);
    expect([status, headers?.['cache-control']]).toEqual([200, 'public, max-age=300']);
    expect(body).toEqual({
      policy_decision_point: 'https://reflex.example/api/reflex',
      access_evaluation_endpoint: 'https://reflex.example/api/reflex/access/v1/evaluation',
      access_evaluations_endpoint: 'https://reflex.example/api/reflex/access/v1/evaluations',
      access_request_endpoint: 'https://reflex.example/api/reflex/access/v1/requests',
    });
  });
});

describe('an answer', () => {
  it('is true where the policies permit and no brake refuses, until soon, and nothing is sent', async () => {
    const { decision, context } = await asked(blocking('203.0.113.7'));
    expect(decision).toBe(true);
    expect(context).toMatchObject({
      reason: 'permitted',
      policy: { id: 'block-ioc', bundle_version: 1 },
      brakes: { would: 'permit' },
    });
    expect(Date.parse(context.valid_until ?? '') - host.agent.parts.clock.utc()).toBeLessThanOrEqual(30_000);
    await host.wait(5_000);
    expect(host.world.sendings).toEqual([]);
  });

  it.each<[what: string, body: object, reason: string]>([
    ['what no policy allows', blocking('203.0.113.7', {}), 'no_policy'],
    ['what is only observed', blocking('203.0.113.7', { tags: ['quiet'] }), 'no_policy'],
    ['what is not confirmed yet', blocking('203.0.113.7', { tags: ['twice'] }), 'not_confirmed'],
    ['this machine', blocking('127.0.0.1'), 'protected_target'],
    ['this machine in another spelling', blocking('::ffff:127.0.0.1'), 'protected_target'],
    ['what the policies leave to a person', blocking('203.0.113.7', ASK), 'approval_required'],
    ['an unknown action', about('ip', '203.0.113.7', 'nuke_host'), 'unknown_action'],
    ['an unknown type', about('toaster', '1', 'block_ip'), 'unknown_resource_type'],
    ['an action on another kind of thing', about('host', 'h1', 'block_ip'), 'resource_type_mismatch'],
    ['no address', about('ip', 'gateway', 'block_ip'), 'invalid_resource'],
    ['a process without its host', about('process', 'sh', 'kill_process'), 'invalid_resource'],
    ['a confidence that is none', blocking('203.0.113.7', { confidence: 7 }), 'invalid_context'],
  ])('is false for %s', async (_what, body, reason) => {
    const { decision, context } = await asked(body);
    expect([decision, context.reason]).toEqual([false, reason]);
    expect(context.valid_until).toBeUndefined();
    expect(context.access_request === undefined).toBe(reason !== 'approval_required');
  });

  it('is about the resource, whatever the context says of the event', async () => {
    const elsewhere = { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.99' } };
    expect((await asked(blocking('127.0.0.1', elsewhere))).context.reason).toBe('protected_target');
    expect((await asked(blocking('203.0.113.7:443'))).context.reason).toBe('permitted');
  });

  it('says what holds where several acts answer: a limit that is full is no permit', async () => {
    const isolating = (id: string) => about('host', id, 'isolate_host', { tags: ['ransomware'], confidence: 0.9 });
    expect((await asked(isolating('h3'))).decision).toBe(true);
    for (const n of [1, 2]) {
      const event = {
        ...{ event_id: `fill-${n}`, timestamp: iso(host.agent.parts.clock.utc()), confidence: 0.9, severity: 'high' },
        ...{ tags: ['ransomware'], src_host: `h${n}` },
      };
      const body = Buffer.from(JSON.stringify(event));
      await host.call(postEvents, { body, headers: JSON_TYPE, as: callerWith('siem', 'intake') });
    }
    await host.wait(2_000);
    const { decision, context } = await asked(isolating('h3'));
    expect([decision, context.brakes?.limit]).toEqual([false, 'few-isolations']);
  });

  it('is false while everything is stopped, and asks nobody', async () => {
    await host.call(throwSwitch, { body: { scope: 'all', reason: 'stop it' }, as: ann });
    const { decision, context } = await asked(blocking('203.0.113.7'));
    expect([decision, context.reason, context.access_request]).toEqual([false, 'kill_switch', undefined]);
    const left = await asked(blocking('203.0.113.8', ASK));
    expect([left.decision, left.context.reason, left.context.access_request]).toEqual([
      false,
      'kill_switch',
      undefined,
    ]);
  });

  it('is none while OpenSearch is away', async () => {
    host.world.storeIsDown = true;
    const { status, body } = await post(postAccessEvaluation, blocking('203.0.113.7'));
    expect([status, body]).toEqual([503, expect.stringMatching(/^unavailable: OpenSearch does not answer right now/)]);
  });

  it('is on record with who asked, for whom, and what was said, and is found by who asked', async () => {
    const { context } = await asked(blocking('203.0.113.7'));
    await asked(blocking('203.0.113.8'), callerWith('other', 'ask'));
    await host.wait(3_000);
    const { body } = await host.call(getDecision, { params: { decision_id: context.decision_id ?? '' }, as: ann });
    const told = { subject: { type: 'agent', id: 'triage-bot' }, decision: true, reason: 'permitted' };
    expect(body).toMatchObject({ asked: told, event: { intake: { type: 'asker', id: 'soar' } } });
    const list = async (asker: string) => {
      const found = await host.call(listDecisions, { query: { asker }, as: ann });
      return (found.body as { readonly decisions: readonly DecisionBrief[] }).decisions;
    };
    expect((await list('soar')).map((each) => [each.decision_id, each.asked])).toEqual([[context.decision_id, told]]);
    expect(await list('nobody')).toEqual([]);
  });

  it('is given to so many questions a minute, of each asker', async () => {
    const many = { ...blocking('203.0.113.7', {}), evaluations: Array.from({ length: 50 }, () => ({})) };
    for (let n = 0; n < MOST_ASKED_A_MINUTE / 50; n += 1)
      expect((await post(postAccessEvaluations, many)).status).toBe(200);
    const { status, headers, body } = await post(postAccessEvaluation, blocking('203.0.113.7'));
    expect([status, body]).toEqual([
      429,
      expect.stringMatching(/^overloaded: too many questions; ask again in \d+ s$/),
    ]);
    expect(Number(headers?.['retry-after'])).toBeGreaterThan(0);
    expect((await post(postAccessEvaluation, blocking('203.0.113.7'), { as: callerWith('other', 'ask') })).status).toBe(
      200,
    );
    await host.wait(60_000);
    expect((await post(postAccessEvaluation, blocking('203.0.113.7'))).status).toBe(200);
  });
});

describe('a request', () => {
  it('is asked of people with who wants it, for whom and why, and tells the asker no more than how it stands', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    expect([task.status, task.status_endpoint]).toEqual([
      'pending',
      `https://reflex.example/api/reflex/access/v1/requests/${encodeURIComponent(task.id)}`,
    ]);
    const [card] = await escalations();
    expect(card).toMatchObject({
      act: { action: 'block_ip', target: { value: '203.0.113.7' } },
      requested: { by: 'soar', subject: { id: 'triage-bot' }, reason: 'beaconing from ws-7' },
    });
    expect(await say(approveEscalation)).toMatchObject({ status: 200, body: { state: 'decided' } });
    const { body: told } = await poll(task.id);
    expect(told).toMatchObject({
      task: { status: 'approved' },
      result: { mode: 'reevaluate', approval: { id: task.id } },
    });
    expect(JSON.stringify(told)).not.toMatch(/ann|it is right/);
    expect(await escalations()).toEqual([]);
    await host.wait(10_000);
    expect(host.world.sendings).toEqual([]);
  });

  it('once approved is good for the same question, once', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    await say(approveEscalation);
    expect((await asked(body)).context.reason).toBe('approval_required');
    const used = await asked(withApproval(body, task.id));
    expect([used.decision, used.context.reason, used.context.policy?.id]).toEqual([true, 'permitted', 'ask-block']);
    const again = await asked(withApproval(body, task.id));
    expect([again.decision, again.context.reason, again.context.next_action]).toEqual([
      false,
      'approval_used',
      'request',
    ]);
    expect((await poll(task.id)).body).toMatchObject({ task: { status: 'expired' } });
  });

  it('is good for one of two questions that come at once', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    await say(approveEscalation);
    const both = await Promise.all([1, 2].map(() => asked(withApproval(body, task.id))));
    expect(both.map(({ decision }) => decision).sort()).toEqual([false, true]);
  });

  it('is evaluated again before use: what a brake refuses by then is denied, and the approval is left', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    await say(approveEscalation);
    await host.call(throwSwitch, { body: { scope: 'all', reason: 'stop it' }, as: ann });
    const { decision, context } = await asked(withApproval(body, task.id));
    expect([decision, context.reason]).toEqual([false, 'kill_switch']);
    expect((await poll(task.id)).body).toMatchObject({ task: { status: 'approved' } });
  });

  it('is good for a short time', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    await say(approveEscalation);
    await host.wait(APPROVED_FOR_MS);
    const { decision, context } = await asked(withApproval(body, task.id));
    expect([decision, context.reason, context.next_action]).toEqual([false, 'approval_expired', 'request']);
  });

  it('is told when it is denied, and that says nothing about what Reflex may do itself', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    await say(denyEscalation);
    expect((await poll(task.id)).body).toMatchObject({ task: { status: 'denied' } });
    expect((await asked(withApproval(body, task.id))).context.reason).toBe('approval_unverifiable');
    expect((await asked(blocking('203.0.113.7'))).decision).toBe(true);
  });

  it('expires, is taken from people then, and is never permitted', async () => {
    const body = blocking('203.0.113.7', ASK);
    const { task } = await requested(body);
    const [card] = await escalations();
    await host.wait(30 * 60_000);
    expect(await escalations()).toEqual([]);
    const { case_id = '', act_id = '', seen = '' } = card ?? {};
    const late = await host.call(approveEscalation, {
      params: { case_id, act_id },
      body: { reason: 'late', seen },
      as: ann,
    });
    expect(late.status).toBe(409);
    expect((await poll(task.id)).body).toMatchObject({ task: { status: 'expired' } });
  });

  it('is the same request, whoever repeats it', async () => {
    const body = blocking('203.0.113.7', ASK);
    const first = await asked(body);
    const ids = [];
    for (const answer of [first, first, await asked(body)])
      ids.push(((await request(body, answer)).body as Task).task.id);
    expect(new Set(ids).size).toBe(1);
    expect(await escalations()).toHaveLength(1);
  });

  it('is for what can be permitted, soon', async () => {
    const open = blocking('203.0.113.7', ASK);
    const answer = await asked(open);
    const permitted = blocking('203.0.113.8');
    expect((await request(permitted, await asked(permitted))).status).toBe(400);
    await host.wait(REQUESTABLE_MS);
    const { status, body } = await request(open, answer);
    expect([status, body]).toMatchObject([410, { code: 'expired' }]);
  });
});
