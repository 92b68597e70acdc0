import { iso } from '../../common/iso';
import type * as t from 'io-ts';
import { ACCESS, isByToken, PROBLEM_STATUS, type RouteContract } from '../../common/api/contract';
import {
  approveCandidate,
  approveEscalation,
  denyEscalation,
  getContainment,
  getDecision,
  getInventory,
  getStatus,
  labelDecision,
  liftContainment,
  listDecisions,
  listEscalations,
  listPolicies,
  listQuarantine,
  postAlertingWebhook,
  postEvaluate,
  postEvents,
  proposeCandidate,
  postWebhook,
  putInventory,
  releaseCandidate,
  explainSwitch,
  releaseSwitch,
  replayDecision,
  ROUTES,
  saveDraft,
  throwSwitch,
  tryPolicy,
  checkPolicy,
  withdrawCandidate,
  discardDraft,
} from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { annotationOf, fieldsOf } from '../../common/codec/codecs';
import type { DetectionEvent } from '../../common/flow/event';
import type { Feedback } from '../../common/flow/feedback';
import { anEvent } from '../../test/builders/events';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';
import { SessionLost } from '../runner/keeping/session_lost';
import { StoreUnavailable } from '../runner/ports';
import type { Caller } from './bind';
import type { HostResponse } from './http';

type Contract = RouteContract<unknown, unknown, unknown, unknown>;
const contracts = Object.entries(ROUTES).map(([name, contract]) => ({
  name,
  contract: contract as unknown as Contract,
}));
const guarded = contracts.filter(({ contract }) => contract.access !== 'open');
/** What a route must be asked for before its body is looked at. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  getWould: { action: 'block_ip', target: '203.0.113.7' },
};
const ann = callerWith('ann', ...ACCESS);
const bob = callerWith('bob', ...ACCESS);
const token = { authorization: 'Bearer good', 'content-type': 'application/json' };
const headersFor = ({ access }: Contract) => (isByToken(access) ? token : {});

const answerOf = ({ answer }: { readonly answer: t.Mixed }): t.Mixed => answer;

interface Body {
  readonly code?: string;
  readonly message?: string;
  readonly fields?: ReadonlyArray<{ path: string; message: string }>;
  readonly [key: string]: unknown;
}
/** Some standards want an error in words: its code comes first. */
const bodyOf = ({ body }: HostResponse): Body => {
  if (typeof body !== 'string') return body as Body;
  const [, code = '', message = ''] = /^(\w+): (.*)$/su.exec(body) ?? [];
  const fields = [...message.matchAll(/`([^`]+)` (must|is)/gu)].map(([, path = '']) => ({ path, message }));
  return { code, message, fields };
};
/** Values for the path that fit, of things that are not there. */
const paramsOf = (contract: Contract): Record<string, string> =>
  Object.fromEntries(
    [...(fieldsOf(contract.params) ?? [])].map(([name, { codec }]) => {
      const [known] = (annotationOf(codec)?.enum ?? ['nothing-here']) as readonly string[];
      return [name, known ?? 'nothing-here'];
    }),
  );

let host: RouteHost;
beforeAll(async () => {
  host = await routeHost();
});
beforeEach(() => {
  host.caller = EVERYTHING;
  host.loading = undefined;
  host.gone = false;
  host.servesPeople = true;
  host.without.clear();
  host.errors.length = 0;
});
const event = (id: string, overrides: Partial<DetectionEvent> = {}): DetectionEvent =>
  anEvent({ event_id: id, timestamp: iso(EPOCH + host.world.now), ...overrides });
const send = (value: unknown, as = EVERYTHING): Promise<HostResponse> =>
  host.call(postEvents, {
    body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: token,
    as,
  });

describe('every route', () => {
  it('is served, once, as its contract says', () => {
    for (const { contract } of contracts) {
      const found = host.routes.filter(({ method, path }) => method === contract.method && path === contract.path);
      expect(found.map(({ raw, maxBytes, ownAuthentication }) => ({ raw, maxBytes, ownAuthentication }))).toEqual([
        {
          raw: contract.raw ?? contract.strict ?? false,
          maxBytes: contract.maxBytes ?? 1024 * 1024,
          ownAuthentication:
            isByToken(contract.access) || contract.ownAuthentication === true || contract.isPublic === true,
        },
      ]);
    }
    expect(host.routes).toHaveLength(contracts.length);
  });

  it.each(guarded)('$name answers nobody who is not logged in', async ({ contract }) => {
    host.caller = undefined;
    const response = await host.call(contract, { params: paramsOf(contract) });
    expect([response.status, bodyOf(response).code]).toEqual([401, 'unauthenticated']);
  });

  it.each(guarded)('$name answers nobody with an unknown token', async ({ contract }) => {
    host.caller = undefined;
    const response = await host.call(contract, {
      params: paramsOf(contract),
      headers: { authorization: 'Bearer bad' },
    });
    expect(response.status).toBe(401);
  });

  it.each(guarded.filter(({ contract }) => !isByToken(contract.access)))(
    '$name asks the host who calls with a bearer that is none of ours',
    async ({ contract }) => {
      const headers = { authorization: 'Bearer of-a-proxy' };
      const as = callerWith('ann', contract.access);
      expect((await host.call(contract, { params: paramsOf(contract), headers, as })).status).not.toBe(401);
    },
  );

  it.each(guarded)('$name takes the right that its contract names, and no other', async ({ contract }) => {
    const others = ACCESS.filter((access) => access !== contract.access);
    const response = await host.call(contract, {
      params: paramsOf(contract),
      headers: headersFor(contract),
      as: callerWith('eve', ...others),
    });
    expect([response.status, bodyOf(response).code]).toEqual([403, 'forbidden']);
    expect(bodyOf(response).message).toContain(contract.access);
  });

  it.each(guarded.filter(({ contract }) => isByToken(contract.access)))(
    '$name wants a token even of somebody who is logged in',
    async ({ contract }) => {
      expect((await host.call(contract, { as: EVERYTHING })).status).toBe(401);
    },
  );

  it.each(guarded.filter(({ contract }) => contract.whileStarting !== 'host'))(
    '$name waits until everything is ready',
    async ({ contract }) => {
      host.loading = 'starting OpenSearch';
      const response = await host.call(contract, { params: paramsOf(contract), headers: headersFor(contract) });
      expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
      expect(bodyOf(response)).toMatchObject({ code: 'unavailable', message: 'starting OpenSearch' });
    },
  );

  it.each(guarded)(
    '$name answers on an agent without the role `ui` only what is not for people',
    async ({ contract }) => {
      host.servesPeople = false;
      const response = await host.call(contract, { params: paramsOf(contract), headers: headersFor(contract) });
      const isForAll = contract === throwSwitch || isByToken(contract.access);
      if (isForAll) expect(bodyOf(response).code).not.toBe('not_here');
      else expect([response.status, bodyOf(response).code]).toEqual([404, 'not_here']);
    },
  );

  it.each([postEvents, postAlertingWebhook, postWebhook])(
    'refuses an event on an agent without the role `intake`: $path',
    async (contract) => {
      host.without.add('intake');
      const headers = { authorization: 'Bearer good' };
      const response = await host.call(contract, {
        params: contract.path.includes('{name}') ? { name: 'siem' } : {},
        headers,
        body: Buffer.from('{}'),
      });
      expect([response.status, bodyOf(response).code]).toEqual([404, 'not_here']);
    },
  );

  it('says that it is unavailable when the engine ends under it', async () => {
    host.gone = true;
    expect(await host.call(listDecisions)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(host.errors).toEqual([]);
  });

  it('that is open answers while everything else waits', async () => {
    host.loading = 'starting OpenSearch';
    host.caller = undefined;
    for (const { contract } of contracts.filter((each) => each.contract.access === 'open')) {
      const expected =
        contract.isPublic === true && contract.path.includes('{')
          ? 404
          : contract.ownAuthentication === true
            ? 503
            : 200;
      expect((await host.call(contract, { params: paramsOf(contract) })).status).toBe(expected);
    }
  });

  it('tells how Reflex is to nobody who may not look, but that it is up', async () => {
    host.caller = undefined;
    expect(await host.call(getStatus)).toMatchObject({ status: 200, body: { up: true, loading: false } });
    host.loading = 'starting OpenSearch';
    const { body } = await host.call(getStatus, { as: callerWith('eve', ...ACCESS.filter((each) => each !== 'read')) });
    expect(body).toEqual({ up: true, loading: true });
    expect((await host.call(getStatus, { as: callerWith('ann', 'read') })).body).not.toHaveProperty('up');
  });

  it.each(guarded.filter(({ contract }) => (fieldsOf(contract.params)?.size ?? 0) > 0))(
    '$name checks its path',
    async ({ contract }) => {
      const long = Object.fromEntries(Object.keys(paramsOf(contract)).map((name) => [name, 'x'.repeat(5_000)]));
      const response = await host.call(contract, { params: long, headers: headersFor(contract) });
      expect([
        response.status,
        bodyOf(response)
          .fields?.map(({ path }) => path)
          .sort(),
      ]).toEqual([400, Object.keys(long).sort()]);
    },
  );

  it.each(guarded.filter(({ contract }) => fieldsOf(contract.query) !== undefined))(
    '$name refuses a query that it does not know',
    async ({ contract }) => {
      const response = await host.call(contract, {
        params: paramsOf(contract),
        headers: headersFor(contract),
        query: { unheard_of: '1', other: '2' },
      });
      expect([
        response.status,
        bodyOf(response)
          .fields?.filter(({ message }) => !message.includes('missing'))
          .map(({ path }) => path)
          .sort(),
      ]).toEqual([400, ['other', 'unheard_of']]);
    },
  );

  it.each(guarded.filter(({ contract }) => fieldsOf(contract.body) !== undefined))(
    '$name names every bad field of its body at once',
    async ({ name, contract }) => {
      const fields = [...(fieldsOf(contract.body) ?? [])];
      const bad = Object.fromEntries([...fields.map(([name]) => [name, Symbol.iterator]), ['unheard_of', 1]]);
      const response = await host.call(contract, {
        params: paramsOf(contract),
        headers: headersFor(contract),
        query: NEEDED[name] ?? {},
        body: bad,
      });
      expect(response.status).toBe(400);
      const paths = new Set(bodyOf(response).fields?.map(({ path }) => path.split('.')[0]));
      // What a standard's receivers have to ignore is no fault.
      const ignores = annotationOf(contract.body)?.['additionalProperties'] === true;
      const unknown = ignores ? [] : ['unheard_of'];
      expect([...paths].sort()).toEqual([...fields.map(([name]) => name), ...unknown].sort());
      for (const body of [[], 'text', 5])
        expect(
          (await host.call(contract, { params: paramsOf(contract), headers: headersFor(contract), body })).status,
        ).toBe(400);
    },
  );

  it.each(guarded.filter(({ contract }) => fieldsOf(contract.body) !== undefined))(
    '$name lets nobody reach a prototype',
    async ({ contract }) => {
      const body: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
      expect(
        (await host.call(contract, { params: paramsOf(contract), headers: headersFor(contract), body })).status,
      ).toBe(400);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it('has no answer outside the list of codes', () => {
    expect(Object.values(PROBLEM_STATUS).every((status) => status >= 400 && status < 600)).toBe(true);
  });

  it('that fails says so without telling why, and says why in the log', async () => {
    const broken = jest.spyOn(host.agent.parts.evidence, 'find').mockRejectedValue(new Error('secret detail'));
    const response = await host.call(listQuarantine);
    expect([response.status, bodyOf(response).code]).toEqual([500, 'internal']);
    expect(JSON.stringify(response)).not.toContain('secret');
    expect(host.errors.join()).toContain('secret detail');
    broken.mockRejectedValue(new StoreUnavailable('gone'));
    expect(await host.call(listQuarantine)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    broken.mockRejectedValue(new SessionLost());
    expect(await host.call(listQuarantine)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    broken.mockRestore();
  });
});

describe('what is not there', () => {
  const word = { reason: 'because', seen: 'x' };
  it.each([
    ['a decision', getDecision, {}],
    ['a decision to replay', replayDecision, {}],
    ['a decision to label', labelDecision, { label: 'benign' }],
    ['an escalation to approve', approveEscalation, word],
    ['an escalation to deny', denyEscalation, word],
    ['a containment', getContainment, {}],
    ['a containment to lift', liftContainment, { reason: 'because' }],
    ['a candidate to approve', approveCandidate, { reason: 'because', digest: 'x' }],
    ['a candidate to withdraw', withdrawCandidate, { reason: 'because' }],
    ['a candidate to release', releaseCandidate, {}],
    ['a draft to discard', discardDraft, {}],
    ['a stop to release', releaseSwitch, { scope: 'all', reason: 'because' }],
  ] as const)('%s is 404', async (_, contract, body) => {
    const response = await host.call(contract, { params: paramsOf(contract as unknown as Contract), body });
    expect([response.status, bodyOf(response).code]).toEqual([404, 'not_found']);
  });
});

describe('intake', () => {
  const resultsOf = (response: HostResponse) => bodyOf(response).results as ReadonlyArray<Record<string, unknown>>;

  it('answers 202 when an event is durable, and 200 when all were there', async () => {
    const one = event('in-1', { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.21' } });
    const first = await send(one);
    expect([first.status, resultsOf(first)]).toEqual([
      202,
      [expect.objectContaining({ status: 'accepted', verdict: 'permit' })],
    ]);
    expect(decode(postEvents.answer, first.body)).toMatchObject({ ok: true });
    const again = await send([one, one]);
    expect([again.status, resultsOf(again).map(({ status }) => status)]).toEqual([200, ['duplicate', 'duplicate']]);
    expect(resultsOf(again)[0]?.case_id).toBe(resultsOf(first)[0]?.case_id);
  });
  it('does not let one source take the identity of another', async () => {
    const one = event('in-2');
    await send(one, ann);
    expect(resultsOf(await send({ ...one, confidence: 0.1 }, bob))[0]).toMatchObject({ status: 'accepted' });
    const conflict = await send({ ...one, confidence: 0.1 }, ann);
    expect([conflict.status, resultsOf(conflict)]).toEqual([
      400,
      [expect.objectContaining({ status: 'quarantined', reason: 'conflicting_duplicate' })],
    ]);
  });
  it('takes the good ones of a batch, and names every bad field of the others', async () => {
    const response = await send([
      event('in-3'),
      { ...event('in-4'), severity: 'urgent', confidence: 2, extra: 1 },
      'text',
      null,
    ]);
    expect(response.status).toBe(400);
    expect(resultsOf(response).map(({ status }) => status)).toEqual([
      'accepted',
      'quarantined',
      'quarantined',
      'quarantined',
    ]);
    expect((resultsOf(response)[1]?.fields as Body['fields'])?.map(({ path }) => path).sort()).toEqual([
      'confidence',
      'extra',
      'severity',
    ]);
  });
  it.each(['', 'hello', '{"event_id":', '\u0000', '['.repeat(1_000)])(
    'keeps what is no JSON in the quarantine: %j',
    async (text) => {
      const response = await send(text);
      expect([response.status, bodyOf(response).code]).toEqual([400, 'invalid']);
    },
  );
  it.each([
    ['nested without end', `{"event_id":"deep","raw":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'nested deeper'],
    ['two events in one', '{"event_id":"one","confidence":0.1,"confidence":0.9}', 'names a field twice'],
  ])('keeps in the quarantine what is %s', async (_, text, why) => {
    const response = await send(text);
    expect([response.status, bodyOf(response).code]).toEqual([400, 'invalid']);
    expect(bodyOf(response).message).toContain(why);
    expect(bodyOf(await host.call(listQuarantine)).entries).toContainEqual(
      expect.objectContaining({ reason: 'unreadable', original: text.slice(0, 60_000) }),
    );
  });
  it('refuses more events than fit', async () => {
    expect(bodyOf(await send(Array.from({ length: 501 }, () => 5))).code).toBe('too_large');
    expect((await send([])).status).toBe(200);
  });
  it('puts what is too old and what is of the future aside', async () => {
    const moved = (days: number): string => iso(EPOCH + host.world.now + days * 86_400_000);
    const response = await send([event('in-5', { timestamp: moved(-91) }), event('in-6', { timestamp: moved(2) })]);
    expect(resultsOf(response).map(({ reason }) => reason)).toEqual(['too_old', 'future']);
  });
  it('answers 429 with a time when there is too much, and takes critical events still', async () => {
    const door = host.agent.door as unknown as { pending: number };
    door.pending += 4_000;
    const full = await send(event('in-7'));
    expect(full).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect((await send(event('in-8', { severity: 'critical' }))).status).toBe(202);
    door.pending -= 4_000;
    expect((await send(event('in-7'))).status).toBe(202);
  });
  it('counts everything that came in', () => {
    const { received, duplicates, quarantined, accepted } = host.agent.door.counters;
    expect(received).toBe(duplicates + quarantined + accepted);
    expect(quarantined).toBeGreaterThan(5);
  });

  const webhook = (body: string): Promise<HostResponse> =>
    host.call(postAlertingWebhook, { body: Buffer.from(body), headers: token });
  it('takes a message of a channel', async () => {
    expect(bodyOf(await webhook('Test message content body for config id x'))).toEqual({
      results: [],
      note: 'the test message arrived',
    });
    const bucket = {
      monitor_id: 'm',
      trigger_id: 't',
      severity: '1',
      new: [{ id: 'a1', bucket_keys: 'cart', state: 'ACTIVE', start_time: EPOCH }],
      deduped: [],
      completed: [],
    };
    expect(await webhook(JSON.stringify(bucket))).toMatchObject({
      status: 202,
      body: { results: [{ status: 'accepted' }] },
    });
    // Nobody can be asked about its monitor here: it rings, and what Alerting stored is looked for.
    expect(await webhook(JSON.stringify(bucket))).toMatchObject({
      status: 202,
      body: { note: expect.stringContaining('looked up') as string },
    });
    expect(await webhook(JSON.stringify({ ...bucket, new: [] }))).toMatchObject({
      status: 200,
      body: { note: 'nothing in it is a reason to act' },
    });
    expect(await webhook('hello')).toMatchObject({
      status: 400,
      body: { results: [{ status: 'quarantined', reason: 'unreadable' }] },
    });
  });
});

describe('evaluate', () => {
  const ask = (body: object): Promise<HostResponse> => host.call(postEvaluate, { body, headers: token });
  it('answers no where nothing permits it, and executes nothing', async () => {
    const ioc = event('ask-1', { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.31' } });
    expect(bodyOf(await ask({ event: ioc, wanted: { action: 'block_ip', target: '203.0.113.31' } })).answer).toBe(
      'permit',
    );
    expect(
      bodyOf(await ask({ event: ioc, wanted: { action: 'block_ip', target: '::ffff:203.0.113.31' } })).answer,
    ).toBe('permit');
    expect(bodyOf(await ask({ event: ioc, wanted: { action: 'block_ip', target: '203.0.113.32' } })).answer).toBe(
      'deny',
    );
    expect(bodyOf(await ask({ event: ioc, wanted: { action: 'isolate_host' } })).answer).toBe('deny');
    expect(bodyOf(await ask({ event: ioc })).answer).toBe('permit');
    await host.wait(5_000);
    const targets = host.world.sendings.map(({ command }) => command.target.value);
    expect(targets).not.toContain('203.0.113.31');
  });
  it('asks the brakes as well: what they would refuse is no permit, and nothing is reserved by asking', async () => {
    const isolating = (id: string, src_host: string) => event(id, { tags: ['ransomware'], src_host });
    const about = async (id: string, target: string) => {
      const { answer, brakes } = bodyOf(
        await ask({ event: isolating(id, target), wanted: { action: 'isolate_host', target } }),
      );
      return [answer, brakes];
    };
    const free = ['permit', [{ act_id: expect.any(String), would: 'permit' }]];
    for (const n of [1, 2, 3, 4]) expect(await about(`ask-limit-${n}`, `h${n}`)).toEqual(free);
    for (const n of [1, 2]) await send(isolating(`act-limit-${n}`, `h${n}`));
    await host.wait(2_000);
    // What is in effect already needs no further place.
    expect((await about('ask-limit-5', 'h1'))[0]).toBe('permit');
    expect(await about('ask-limit-6', 'h3')).toEqual([
      'escalate',
      [expect.objectContaining({ would: 'escalate', limit: 'few-isolations', stop_reason: 'blast_radius' })],
    ]);
    expect(await about('ask-limit-7', 'nobody-knows')).toEqual([
      'escalate',
      [expect.objectContaining({ would: 'escalate', stop_reason: 'unknown_population' })],
    ]);
  });
  it('refuses a text that is two questions, as every other way in does', async () => {
    const text = JSON.stringify({ event: event('twice') });
    const twice = text.replace('"confidence":', '"confidence":0.1,"confidence":');
    const answer = await host.call(postEvaluate, { body: Buffer.from(twice), headers: token });
    expect([answer.status, bodyOf(answer).fields]).toEqual([
      400,
      [{ path: '', message: 'names a field twice in one object' }],
    ]);
    const deep = `{"event":${'['.repeat(70)}${']'.repeat(70)}}`;
    expect((await host.call(postEvaluate, { body: Buffer.from(deep), headers: token })).status).toBe(400);
    expect((await host.call(postEvaluate, { body: Buffer.from(text), headers: token })).status).toBe(200);
  });
  it('calls no permit what the brakes stopped when it was to be executed', async () => {
    const block = (id: string, ip: string) => ({
      event: event(id, { rule: { origin: 'known_ioc' }, source: { ip } }),
      act: true,
    });
    expect(bodyOf(await ask(block('do-1', '203.0.113.61')))).toMatchObject({ answer: 'permit' });
    expect(bodyOf(await ask(block('do-2', '127.0.0.1')))).toMatchObject({
      answer: 'deny',
      decision: { verdict: 'permit' },
      progress: [{ status: 'denied' }],
    });
  });
  it('refuses what is no action or no target, and a wanted act to be executed', async () => {
    const one = event('ask-2');
    for (const body of [
      { event: one, wanted: { action: 'nuke' } },
      { event: one, wanted: { action: 'block_ip', target: 'gateway' } },
      { event: one, wanted: { action: 'block_ip' }, act: true },
    ])
      expect(bodyOf(await ask(body)).code).toBe('invalid');
  });
});

interface Shown {
  readonly case_id: string;
  readonly act_id: string;
  readonly seen: string;
}

describe('four eyes (INV-10)', () => {
  const waiting = async (id: string, ip: string, as = bob): Promise<Shown> => {
    const caseId = (
      bodyOf(await send(event(id, { tags: ['ask'], source: { ip } }), as)).results as ReadonlyArray<{ case_id: string }>
    )[0]?.case_id;
    await host.wait(1_500);
    const shown = bodyOf(await host.call(listEscalations, { as: ann })).escalations as readonly Shown[];
    const found = shown.find(({ case_id }) => case_id === caseId);
    if (!found) throw new Error(`no escalation of ${id}`);
    return found;
  };
  const say = (
    contract: typeof approveEscalation | typeof denyEscalation,
    { case_id, act_id, reason = 'because' }: { case_id: string; act_id: string; reason?: string },
    seen: string,
    as = ann,
  ): Promise<HostResponse> => host.call(contract, { params: { case_id, act_id }, body: { reason, seen }, as });

  it('lets another person permit an act, once, and executes it', async () => {
    const found = await waiting('esc-1', '203.0.113.41');
    const [one, two] = await Promise.all([
      say(approveEscalation, found, found.seen),
      say(denyEscalation, found, found.seen),
    ]);
    expect([one.status, two.status].sort()).toEqual([200, 409]);
    expect((await say(approveEscalation, found, found.seen)).status).toBe(409);
  });
  it('is asked for at an agent that acts, where this one does not', async () => {
    const found = await waiting('esc-3', '203.0.113.43');
    const session = host.agent.shift?.session;
    const has = jest.spyOn(session ?? fail('not joined'), 'has').mockImplementation((role) => role !== 'act');
    const refused = await say(approveEscalation, found, found.seen);
    expect([refused.status, bodyOf(refused).code]).toEqual([404, 'not_here']);
    has.mockRestore();
    expect((await say(approveEscalation, found, found.seen)).status).toBe(200);
  });
  it('does not take a word on something else than what was seen', async () => {
    const found = await waiting('esc-2', '203.0.113.42');
    expect(bodyOf(await say(approveEscalation, found, 'another digest')).code).toBe('changed');
    const sent = () => host.world.sendings.filter(({ command }) => command.target.value === '203.0.113.42').length;
    expect(sent()).toBe(0);
    expect((await say(approveEscalation, found, found.seen)).status).toBe(200);
    await host.wait(3_000);
    expect(sent()).toBe(1);
  });
  it('lets nobody permit what they asked for themselves, only deny it', async () => {
    const found = await waiting('esc-3', '203.0.113.43', ann);
    expect(bodyOf(await say(approveEscalation, found, found.seen, ann)).code).toBe('not_four_eyes');
    expect((await say(denyEscalation, found, found.seen, ann)).status).toBe(200);
  });
  it.each([
    ['esc-5', 'Ann', [], 'ann'],
    ['esc-6', 'ann', [], 'CORP\\Ann'],
    ['esc-7', 'siem', ['ann@corp.example'], 'ann'],
  ])('counts a name that may be of who asked as theirs: %s', async (id, tokenName, owners, name) => {
    const found = await waiting(id, `203.0.113.5${id.slice(-1)}`, { ...callerWith(tokenName, ...ACCESS), owners });
    const refused = await say(approveEscalation, found, found.seen, callerWith(name, ...ACCESS));
    expect([refused.status, bodyOf(refused).code]).toEqual([403, 'not_four_eyes']);
    expect((await say(approveEscalation, found, found.seen, callerWith('zoe', ...ACCESS))).status).toBe(200);
  });
  it.each([
    ['esc-8', 'false positive', 1, ['false_positive', 'denied', 'ann']],
    ['esc-9', 'no false positive, but handled', undefined, undefined],
  ])('keeps the label that a denial is: %s', async (id, reason, labelled, label) => {
    const found = await waiting(id, `203.0.113.5${id.slice(-1)}`);
    const denied = bodyOf(await say(denyEscalation, { ...found, reason }, found.seen, ann));
    expect(denied.labelled).toBe(labelled);
    const listed = await host.call(listDecisions, { query: { case_id: found.case_id } });
    const [{ decision_id }] = bodyOf(listed).decisions as [{ decision_id: string }];
    const [feedback] = bodyOf(await host.call(getDecision, { params: { decision_id } })).feedback as Feedback[];
    expect(feedback && [feedback.label, feedback.analyst_override, feedback.by]).toEqual(label);
  });
  it('keeps no label of whoever may approve and not label', async () => {
    const found = await waiting('esc-10', '203.0.113.66');
    const approver = callerWith('zoe', 'read', 'approve');
    const approved = bodyOf(
      await say(approveEscalation, { ...found, reason: 'confirmed attack' }, found.seen, approver),
    );
    expect([approved.state, approved.labelled]).toEqual([expect.any(String), undefined]);
  });
  it('records that there was only one pair of eyes where there is only one user', async () => {
    const only = { ...ann, singleUser: true };
    const found = await waiting('esc-4', '203.0.113.44', only);
    expect((await say(approveEscalation, found, found.seen, only)).status).toBe(200);
    const audits = [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audits.filter(({ case_id }) => case_id === found.case_id)).toMatchObject([
      { verb: 'approve', by: 'ann', four_eyes: false, outcome: 'asked', digest: found.seen },
      { verb: 'approve', by: 'ann', four_eyes: false, outcome: 'done' },
    ]);
  });

  const NEW = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-more, title: Block more, owner: soc }
spec:
  layer: action
  mode: shadow
  when: event.confidence > 0.99
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;
  const propose = async (as: typeof ann): Promise<{ id: string; digest: string }> => {
    await host.wait(1_500);
    const response = await host.call(proposeCandidate, { body: { changelog: 'block more' }, as });
    if (response.status !== 200) throw new Error(JSON.stringify(response.body));
    return response.body as { id: string; digest: string };
  };
  const approve = (id: string, digest: string, as: typeof ann): Promise<HostResponse> =>
    host.call(approveCandidate, { params: { candidate_id: id }, body: { reason: 'looks right', digest }, as });

  it('lets nobody approve a candidate that they proposed or wrote', async () => {
    const carol = callerWith('carol', ...ACCESS);
    expect(
      (await host.call(saveDraft, { params: { policy_id: 'block-more' }, body: { source: NEW }, as: ann })).status,
    ).toBe(200);
    const { id, digest } = await propose(bob);
    expect(bodyOf(await approve(id, digest, bob)).code).toBe('not_four_eyes');
    expect(bodyOf(await approve(id, digest, ann)).code).toBe('not_four_eyes');
    expect(bodyOf(await approve(id, 'another digest', carol)).code).toBe('changed');
    expect((await host.call(releaseCandidate, { params: { candidate_id: id }, as: bob })).status).toBe(409);
    const approved = await approve(id, digest, carol);
    expect(approved).toMatchObject({
      status: 200,
      body: { state: 'approved', approvals: [{ user: 'carol', four_eyes: true, digest }] },
    });
    expect(decode(answerOf(approveCandidate), approved.body)).toMatchObject({ ok: true });
    expect((await approve(id, digest, carol)).status).toBe(409);
  });
  it('lets a single user approve in a step of its own, and says so', async () => {
    const only = { ...ann, singleUser: true };
    const { id, digest } = await propose(only);
    expect(await approve(id, digest, only)).toMatchObject({
      status: 200,
      body: { approvals: [{ user: 'ann', four_eyes: false }] },
    });
  });
  it('proposes nothing that has faults', async () => {
    await host.call(saveDraft, {
      params: { policy_id: 'block-bad' },
      body: { source: NEW.replace('block-more', 'block-bad').replace('0.99', '"x"') },
      as: ann,
    });
    await host.wait(1_500);
    expect(
      await host.call(proposeCandidate, { body: { changelog: 'bad', policies: ['block-bad'] }, as: bob }),
    ).toMatchObject({ status: 422, body: { code: 'policy_invalid' } });
    expect(
      bodyOf(await host.call(proposeCandidate, { body: { changelog: 'nothing', policies: ['not-there'] }, as: bob }))
        .code,
    ).toBe('invalid');
  });
});

describe('reading', () => {
  it.each([
    ['decisions', listDecisions],
    ['policies', listPolicies],
    ['escalations', listEscalations],
    ['the inventory', getInventory],
    ['the quarantine', listQuarantine],
  ] as const)('gives %s in the shape of its contract', async (_, contract) => {
    const response = await host.call(contract);
    const decoded = decode(answerOf(contract), JSON.parse(JSON.stringify(response.body)));
    expect([response.status, decoded.ok ? [] : decoded.error]).toEqual([200, []]);
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
  });
  it('replays and labels a decision', async () => {
    const { decision_id } = (
      bodyOf(await send(event('read-1', { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.51' } })))
        .results as ReadonlyArray<{ decision_id: string }>
    )[0] ?? { decision_id: '' };
    await host.wait(2_000);
    expect(bodyOf(await host.call(replayDecision, { params: { decision_id } })).status).toBe('same');
    expect(
      (await host.call(labelDecision, { params: { decision_id }, body: { label: 'false_positive' } })).status,
    ).toBe(200);
    const detail = await host.call(getDecision, { params: { decision_id } });
    const decoded = decode(answerOf(getDecision), JSON.parse(JSON.stringify(detail.body)));
    expect(decoded.ok ? [] : decoded.error).toEqual([]);
  });
  it('finds decisions by their target, however it is spelt', async () => {
    await send(event('read-2', { source: {}, src_host: 'H17', tags: ['ransomware'], severity: 'critical' }));
    await host.wait(2_000);
    const found = async (target: string) => bodyOf(await host.call(listDecisions, { query: { target } }));
    // The inventory of this world lists the host `h17` with this address.
    for (const target of ['h17', 'H17', 'h17.', '10.0.0.18', '::ffff:10.0.0.18', '10.0.0.18:22'])
      expect([target, await found(target)]).toMatchObject([
        target,
        { total: 1, decisions: [{ brief: { event_id: 'read-2' } }] },
      ]);
    expect((await found('h17')).also_as).toContain('10.0.0.18');
    for (const target of ['h177', 'h', '10.0.0.180', 'corp\\h17'])
      expect([target, await found(target)]).toMatchObject([target, { total: 0 }]);
    expect(bodyOf(await host.call(listDecisions)).also_as).toBeUndefined();
  });
  it('checks and tries a policy without keeping it', async () => {
    const source = `apiVersion: reflex/v1
kind: Policy
metadata: { id: ours-stay, title: Ours stay, owner: soc }
spec: { layer: global, mode: enforce, protect: { hosts: [nobody-lists-it] } }
`;
    expect(bodyOf(await host.call(checkPolicy, { body: { source } }))).toMatchObject({
      faults: [],
      warnings: [{ code: 'unlisted_protection', line: 4 }],
    });
    expect(bodyOf(await host.call(checkPolicy, { body: { source: 'a: [1' } })).faults).toMatchObject([
      { code: 'yaml_syntax' },
    ]);
    expect(await host.call(tryPolicy, { body: { event: event('try-1') } })).toMatchObject({
      status: 200,
      body: { decision: { verdict: 'learn' } },
    });
  });
  it('changes nothing of the inventory when the file is not right', async () => {
    const before = host.replaced.length;
    expect((await host.call(putInventory, { body: Buffer.from('hosts: [') })).status).toBe(400);
    const bad = [
      '',
      '\u0000',
      'hello',
      'hosts,users\na,b',
      'type,value\nhost',
      'type,value\nnonsense,x',
      '{}',
      '[5]',
      '[{"type":"subnet","value":"10.0.0.0/99"}]',
      '[{"type":"host","value":"h","addresses":["h.example"]}]',
    ];
    for (const text of bad)
      expect([text, (await host.call(putInventory, { body: Buffer.from(text) })).status]).toEqual([text, 400]);
    expect(host.replaced).toHaveLength(before);
    expect(
      (await host.call(putInventory, { body: Buffer.from('type,value,addresses\nhost,web-01,"10.0.0.1;10.0.0.2"\n') }))
        .status,
    ).toBe(200);
    expect(host.replaced[before]).toEqual([
      { type: 'host', value: 'web-01', addresses: ['10.0.0.1', '10.0.0.2'], origin: 'file' },
    ]);
  });
});

// Last: it stops everything.
describe('the kill switch', () => {
  it('stops what it says, in every scope that there is, and goes on when released by somebody with the right', async () => {
    const sent = host.world.sendings.length;
    expect(
      await host.call(throwSwitch, {
        body: { scope: 'action:block_ip', reason: 'too much' },
        as: callerWith('eve', 'respond'),
      }),
    ).toMatchObject({ status: 200, body: { acknowledged: true } });
    const ioc = event('ask-stopped', { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.62' } });
    const wanted = { action: 'block_ip', target: '203.0.113.62' };
    expect(
      bodyOf(await host.call(postEvaluate, { body: { event: ioc, wanted }, headers: token, as: EVERYTHING })),
    ).toMatchObject({
      answer: 'escalate',
      brakes: [{ would: 'escalate', stop_reason: 'kill_switch' }],
    });
    const stopped = await send(event('stop-1', { rule: { origin: 'known_ioc' }, source: { ip: '203.0.113.61' } }));
    expect(stopped.status).toBe(202);
    await host.wait(3_000);
    expect(host.world.sendings.length).toBe(sent);
    expect(
      (
        await host.call(releaseSwitch, {
          body: { scope: 'action:block_ip', reason: 'is well' },
          as: callerWith('eve', 'respond'),
        })
      ).status,
    ).toBe(403);
    const letGo = (at: string | undefined) =>
      host.call(releaseSwitch, { body: { scope: 'action:block_ip', reason: 'is well', at }, as: ann });
    // Somebody looked at another order than the one that is in force.
    expect(await letGo('2026-01-01T00:00:00.000Z')).toMatchObject({
      status: 409,
      body: { code: 'changed', message: expect.stringContaining('from eve') },
    });
    const [order] = host.agent.shift?.session.stops ?? [];
    expect(await letGo(order?.at)).toMatchObject({ status: 200, body: { stops: [] } });
    const audits = [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(
      audits.filter(({ scope }) => scope === 'action:block_ip').map(({ verb, by, outcome }) => [verb, by, outcome]),
    ).toEqual([
      ['stop', 'eve', 'asked'],
      ['stop', 'eve', 'done'],
      ['resume', 'ann', 'asked'],
      ['resume', 'ann', 'done'],
    ]);
    expect(host.errors).toEqual([]);
  });

  it('takes its reason afterwards, once, and records who gave it', async () => {
    const scope = 'action:block_domain';
    await host.call(throwSwitch, { body: { scope }, as: callerWith('eve', 'respond') });
    const at = host.agent.shift?.session.stops.find((stop) => stop.scope === scope)?.at;
    const explain = (as: Caller, when: string | undefined, reason = 'wrong domains') =>
      host.call(explainSwitch, { body: { scope, reason, at: when }, as });
    expect((await explain(callerWith('eve', 'read'), at)).status).toBe(403);
    expect((await explain(callerWith('ann', 'respond'), '2026-01-01T00:00:00.000Z')).status).toBe(404);
    expect(await explain(callerWith('ann', 'respond'), at)).toMatchObject({
      status: 200,
      body: { stops: [{ scope, who: 'eve', at, why: 'wrong domains', why_by: 'ann' }] },
    });
    expect(await explain(callerWith('eve', 'respond'), at, 'another')).toMatchObject({
      status: 409,
      body: { code: 'changed', message: 'it has a reason already: wrong domains' },
    });
    const audits = [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audits.filter((each) => each.scope === scope).map(({ verb, by, text }) => [verb, by, text])).toEqual([
      ['stop', 'eve', undefined],
      ['stop', 'eve', undefined],
      ['explain_stop', 'ann', 'wrong domains'],
      ['explain_stop', 'ann', 'wrong domains'],
    ]);
    expect((await host.call(releaseSwitch, { body: { scope, reason: 'is well', at }, as: ann })).status).toBe(200);
  });

  it('takes an order while everything is still starting, and gives it as soon as it can', async () => {
    host.loading = 'starting OpenSearch';
    host.gone = true;
    const body = { scope: 'connector:edge', reason: 'before anything is ready' };
    expect(await host.call(throwSwitch, { body, as: callerWith('eve', 'respond') })).toMatchObject({
      status: 200,
      body: { acknowledged: false, in_gate: false, wire_known: false, agents: [] },
    });
    expect((await host.call(throwSwitch, { body, as: callerWith('eve', 'read') })).status).toBe(403);
    const stops = () => host.agent.shift?.session.gate?.stops;
    await host.wait(1_000);
    expect(stops()).toMatchObject([{ scope: 'connector:edge', who: 'eve' }]);
    await host.wait(5_000);
    expect(stops()?.[0]?.acknowledged_ms).toBeGreaterThan(0);
    host.loading = undefined;
    host.gone = false;
    expect((await host.call(releaseSwitch, { body, as: ann })).status).toBe(200);
  });

  it('knows no other scopes', async () => {
    for (const scope of ['', 'everything', 'action:', 'connector:../x y', 'all '])
      expect((await host.call(throwSwitch, { body: { scope, reason: 'because' } })).status).toBe(400);
    expect(host.errors).toEqual([]);
  });
});
