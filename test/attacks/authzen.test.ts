import {
  approveEscalation,
  getAccessRequest,
  listEscalations,
  postAccessEvaluation,
  postAccessRequest,
} from '../../common/api/routes';
import type { EscalationView } from '../../common/api/views';
import { processApproval } from '../../server/runner/executing/process_event';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { MOST_OPEN_OF_ONE } from '../../server/runner/operations/asking/access_requests';
import type { Caller } from '../../server/routes/bind';
import type { HostResponse } from '../../server/routes/http';
import { callerWith, routeHost, type RouteHost } from '../builders/route_host';

/* X38: an asker that lies, or an attacker who holds its token: about who it is, what was approved, and for what. */

const soar = callerWith('soar', 'ask');
const other = callerWith('other', 'ask');
const ann = callerWith('ann', 'read', 'respond', 'approve');
const HEADERS = { authorization: 'Bearer good', 'content-type': 'application/json' };

interface Body {
  readonly subject: { readonly type: string; readonly id: string };
  readonly action: { readonly name: string };
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: object;
}

const body = (ip: string, more: Partial<Body> = {}): Body => ({
  subject: { type: 'agent', id: 'triage-bot' },
  action: { name: 'block_ip' },
  resource: { type: 'ip', id: ip },
  context: { tags: ['ask'], confidence: 0.9, severity: 'high', business_justification: 'beaconing' },
  ...more,
});

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
});

const send = (contract: typeof postAccessEvaluation | typeof postAccessRequest, what: object, as: Caller) =>
  host.call(contract, { body: Buffer.from(JSON.stringify(what)), headers: HEADERS, as });

interface Answer {
  readonly decision: boolean;
  readonly context: { readonly reason: string; readonly evaluation_id?: string };
}
const ask = async (what: Body, as = soar): Promise<Answer> =>
  (await send(postAccessEvaluation, what, as)).body as Answer;
const request = (what: Body, evaluation_id: string | undefined, as = soar): Promise<HostResponse> =>
  send(postAccessRequest, { ...what, denial: { evaluation_id } }, as);
const poll = (task_id: string, as = soar): Promise<HostResponse> =>
  host.call(getAccessRequest, { params: { task_id }, headers: HEADERS, as });
const waiting = async (): Promise<readonly EscalationView[]> => {
  await host.wait(1_500);
  return ((await host.call(listEscalations, { as: ann })).body as { escalations: readonly EscalationView[] })
    .escalations;
};
const approve = async (as = ann): Promise<HostResponse> => {
  const [card] = await waiting();
  if (!card) throw new Error('nothing waits');
  const { case_id, act_id, seen } = card;
  return host.call(approveEscalation, { params: { case_id, act_id }, body: { reason: 'it is right', seen }, as });
};

/** A request of `soar` that ann approved. */
const approved = async (what = body('203.0.113.7')): Promise<string> => {
  const { context } = await ask(what);
  const { body: task } = await request(what, context.evaluation_id);
  expect((await approve()).status).toBe(200);
  return (task as { task: { id: string } }).task.id;
};

const shown = (what: Body, id: unknown): Body => ({ ...what, context: { ...what.context, approval: { id } } });

describe('an approval of somebody else, or for something else', () => {
  it.each<[what: string, use: (id: string) => Promise<Answer>, reason: string]>([
    ['another asker', (id) => ask(shown(body('203.0.113.7'), id), other), 'approval_unverifiable'],
    ['another resource', (id) => ask(shown(body('203.0.113.8'), id)), 'out_of_scope'],
    [
      'another subject',
      (id) => ask(shown(body('203.0.113.7', { subject: { type: 'agent', id: 'root' } }), id)),
      'out_of_scope',
    ],
    [
      'another story',
      (id) => ask(shown(body('203.0.113.7', { context: { tags: ['ask'], confidence: 0.1 } }), id)),
      'out_of_scope',
    ],
    ['an id that is made up', () => ask(shown(body('203.0.113.7'), 'case:made-up')), 'approval_unverifiable'],
    ['the id of another document', () => ask(shown(body('203.0.113.7'), 'gate')), 'approval_unverifiable'],
  ])('is good for nothing: %s', async (_what, use, reason) => {
    const id = await approved();
    const { decision, context } = await use(id);
    expect([decision, context.reason]).toEqual([false, reason]);
    expect((await ask(shown(body('203.0.113.7'), id))).decision).toBe(true);
  });

  it('is the same thing in another spelling, and no more', async () => {
    const id = await approved();
    expect((await ask(shown(body('203.0.113.70'), id))).decision).toBe(false);
    expect((await ask(shown(body('::ffff:203.0.113.7'), id))).decision).toBe(true);
  });

  it('is good for nothing once what is known of the target is something else', async () => {
    const id = await approved(body('10.1.0.9'));
    const item = { type: 'host', value: 'h77', addresses: ['10.1.0.9'], criticality: 'critical', tags: ['crown'] };
    const facts = { ...item, known: true } as const;
    jest.spyOn(host.agent.parts.inventory, 'asset').mockReturnValue(facts as never);
    const { decision, context } = await ask(shown(body('10.1.0.9'), id));
    expect([decision, context.reason]).toEqual([false, 'out_of_scope']);
  });

  it('is not looked at through what is no text', async () => {
    for (const id of [{ $ne: '' }, 7, '', 'x'.repeat(600), null])
      expect((await ask(shown(body('203.0.113.7'), id))).context.reason).toBe('approval_required');
  });
});

describe('policies that may be outdated', () => {
  it('permit nothing, and no approval helps', async () => {
    const id = await approved();
    const { bundles } = host.agent.parts;
    const rules = bundles.brakeRules(host.agent.parts.clock.utc());
    jest.spyOn(bundles, 'brakeRules').mockReturnValue({ ...rules, doubt: 'it may not be the newest' });
    const known = body('203.0.113.7', {
      context: { rule: { origin: 'known_ioc' }, confidence: 0.95, severity: 'high' },
    });
    const { decision, context } = await ask(known);
    expect([decision, context.reason]).toEqual([false, 'approval_required']);
    jest.spyOn(bundles, 'brakeRules').mockReturnValue({ ...rules, bundleVersion: rules.bundleVersion + 1 });
    expect((await ask(known)).context.reason).toBe('policy_not_active');
    expect((await ask(shown(body('203.0.113.7'), id))).decision).toBe(false);
  });
});

describe('a request of somebody else', () => {
  it('can neither be polled nor made, and nobody learns that it is there', async () => {
    const what = body('203.0.113.7');
    const { context } = await ask(what);
    expect((await request(what, context.evaluation_id, other)).status).toBe(400);
    const { body: task } = await request(what, context.evaluation_id);
    const { id } = (task as { task: { id: string } }).task;
    const found = await poll(id, other);
    const missing = await poll('case:made-up', other);
    expect([found.status, found.body]).toEqual([404, missing.body]);
    expect((await poll(id)).status).toBe(200);
  });

  it('is not made of a question about another thing', async () => {
    const { context } = await ask(body('203.0.113.7'));
    expect((await request(body('203.0.113.8'), context.evaluation_id)).status).toBe(400);
    expect(await waiting()).toEqual([]);
  });
});

describe('four eyes', () => {
  const asks = async (as: Caller, what = body('203.0.113.7')): Promise<void> => {
    const { context } = await ask(what, as);
    expect((await request(what, context.evaluation_id, as)).status).toBe(202);
  };

  it.each<[who: string, asker: Caller, subject: string]>([
    ['whose name the token has', callerWith('ann', 'ask'), 'bot'],
    ['who holds the token', { ...soar, owners: ['CORP\\Ann'] }, 'bot'],
    ['in whose name it is asked', soar, 'ann'],
  ])('nobody approves for themselves: %s', async (_who, asker, subject) => {
    await asks(asker, body('203.0.113.7', { subject: { type: 'user', id: subject } }));
    expect(await approve()).toMatchObject({ status: 403, body: { code: 'not_four_eyes' } });
    expect((await approve(callerWith('bob', 'read', 'approve'))).status).toBe(200);
  });
});

describe('a flood of requests', () => {
  it('of one asker asks people about some, and leaves room for others', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < MOST_OPEN_OF_ONE + 3; n += 1) {
      const what = body(`203.0.113.${n + 1}`);
      statuses.push((await request(what, (await ask(what)).context.evaluation_id)).status);
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(MOST_OPEN_OF_ONE);
    expect(new Set(statuses.slice(MOST_OPEN_OF_ONE))).toEqual(new Set([429]));
    expect(await waiting()).toHaveLength(MOST_OPEN_OF_ONE);
    const what = body('203.0.113.99');
    expect((await request(what, (await ask(what, other)).context.evaluation_id, other)).status).toBe(202);
  });
});

describe('what a person permitted to an asker', () => {
  it('is never executed, by whatever way it comes to those who act', async () => {
    const what = body('203.0.113.7');
    const { context } = await ask(what);
    await request(what, context.evaluation_id);
    const { shift } = host.agent;
    const previous = contentOf('case', host.world.store.get(context.evaluation_id ?? ''));
    if (!shift || !previous) throw new Error('not joined');
    const { processing, hooks } = shift.work;
    const [act] = previous.acts;
    expect(act?.status).toBe('waiting');
    const at = '2026-11-22T10:00:00.000Z';
    const resolution = { verb: 'approved', by: 'ann', at, reason: 'it is right', four_eyes: true } as const;
    // As an agent of an earlier version would, that knows nothing of askers' requests.
    await host.drive(processApproval(processing, previous, { actId: act?.act_id ?? '', resolution }, hooks));
    await host.wait(10_000);
    expect(host.world.sendings).toEqual([]);
  });

  it('is not decided again by the keepers of cases, however long it waits', async () => {
    const what = body('203.0.113.7');
    const { context } = await ask(what);
    await request(what, context.evaluation_id);
    const id = context.evaluation_id ?? '';
    const before = contentOf('case', host.world.store.get(id))?.decision?.decision_id;
    await host.wait(3_600_000);
    const after = contentOf('case', host.world.store.get(id));
    expect(before).toBeDefined();
    // Its time is over, and it has shrunk.
    expect([after?.acts[0]?.status, after?.closed?.decision_id]).toEqual(['expired', before]);
    expect(host.world.sendings).toEqual([]);
  });
});
