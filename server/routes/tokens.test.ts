import { TOKEN_RIGHTS } from '../../common/api/contract';
import {
  getMapping,
  listTokens,
  makeToken,
  postAlertingWebhook,
  postEvaluate,
  postEvents,
  revokeToken,
} from '../../common/api/routes';
import { iso } from '../../common/iso';
import { anEvent } from '../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';
import { StoreUnavailable, type LocalMemory } from '../runner/ports';
import { aMemory } from '../../test/builders/trust_desk';
import { IntakeTokens } from '../runner/sources/intake_tokens';
import { FOLLOW_MS, MadeList } from '../runner/sources/made_tokens';
import { RevokedList } from '../runner/sources/revoked_tokens';
import { sha256 } from '../engine/digest/digest';
import type { HostResponse } from './http';

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
  host.caller = undefined;
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
let count = 0;
const anOwnEvent = () => {
  count += 1;
  return anEvent({ event_id: `token-${count}`, timestamp: iso(EPOCH + host.world.now) });
};
const sendEvent = (token: string, address?: string): Promise<HostResponse> =>
  host.call(postEvents, { body: Buffer.from(JSON.stringify(anOwnEvent())), headers: bearer(token), address });
const messageOf = ({ body }: HostResponse): string => (body as { message?: string }).message ?? '';
const TOKEN = [{ name: 'to-revoke', sha256: sha256('to-revoke') }];
const admin = callerWith('ada', 'read', 'admin');

describe('a token', () => {
  it.each(TOKEN_RIGHTS)('that may %s may nothing else', async (right) => {
    const headers = bearer(`may-${right}`);
    const calls = {
      intake: () => sendEvent(`may-${right}`),
      alerting: () =>
        host.call(postAlertingWebhook, { body: Buffer.from('Test message content body for config id x'), headers }),
      ask: () => host.call(postEvaluate, { body: { event: anOwnEvent() }, headers }),
    };
    for (const [needs, call] of Object.entries(calls))
      expect([right, needs, (await call()).status === 403]).toEqual([right, needs, right !== needs]);
  });

  it('lets nothing be executed that may only ask', async () => {
    const body = { event: anOwnEvent(), act: true };
    const refused = await host.call(postEvaluate, { body, headers: bearer('may-ask') });
    expect([refused.status, messageOf(refused)]).toEqual([403, expect.stringContaining('`act`')]);
    const both = callerWith('agent', 'ask', 'act');
    expect((await host.call(postEvaluate, { body, headers: bearer('good'), as: both })).status).toBe(200);
  });

  it('of which the settings say nothing hands in and asks, and neither acts nor rings', async () => {
    expect((await sendEvent('to-revoke')).status).toBe(202);
    const headers = bearer('to-revoke');
    expect((await host.call(postEvaluate, { body: { event: anOwnEvent() }, headers })).status).toBe(200);
    expect((await host.call(postEvaluate, { body: { event: anOwnEvent(), act: true }, headers })).status).toBe(403);
    expect((await host.call(postAlertingWebhook, { body: Buffer.from('x'), headers })).status).toBe(403);
  });

  it.each([
    ['10.1.200.3', 202],
    ['::ffff:10.1.200.3', 202],
    ['2001:db8::7', 202],
    ['2001:db8::8', 401],
    ['10.2.0.1', 401],
    [undefined, 401],
  ])('of a network is taken from %s as the settings say', async (address, status) => {
    expect((await sendEvent('near', address)).status).toBe(status);
  });

  it('ends when it expires, and does not turn into a login of the host', async () => {
    const refused = await sendEvent('expired');
    expect([refused.status, messageOf(refused)]).toEqual([401, 'the token `expired` is expired']);
    const people = await host.call(listTokens, { headers: bearer('expired'), as: admin });
    expect(people.status).toBe(401);
  });

  it('is no right of a person', async () => {
    for (const right of TOKEN_RIGHTS)
      expect((await host.call(getMapping, { headers: bearer(`may-${right}`), as: admin })).status).toBe(403);
  });
});

describe('revoking a token', () => {
  const revoke = (name: string, as = admin): Promise<HostResponse> =>
    host.call(revokeToken, { params: { name }, body: { reason: 'it leaked' }, as });

  it('ends it at once, on record, and says so in the list', async () => {
    expect((await sendEvent('to-revoke')).status).toBe(202);
    const revoked = await revoke('to-revoke');
    expect(revoked).toMatchObject({
      status: 200,
      body: { name: 'to-revoke', state: 'revoked', by_default: true, revoked: { by: 'ada', reason: 'it leaked' } },
    });
    const refused = await sendEvent('to-revoke');
    expect([refused.status, messageOf(refused)]).toEqual([401, 'the token `to-revoke` is revoked']);
    expect((await sendEvent('may-intake')).status).toBe(202);
    const listed = (await host.call(listTokens, { as: admin })).body as { tokens: ReadonlyArray<{ name: string }> };
    expect(listed.tokens.find(({ name }) => name === 'to-revoke')).toMatchObject({ state: 'revoked' });
    expect(listed.tokens.find(({ name }) => name === 'may-intake')).toMatchObject({
      state: 'valid',
      last_used: expect.anything() as string,
    });
    expect(JSON.stringify(listed)).not.toMatch(/[0-9a-f]{64}/);
    await host.wait(2_000);
    const audits = [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audits).toContainEqual(
      expect.objectContaining({ verb: 'revoke', by: 'ada', object: { type: 'token', id: 'to-revoke' } }),
    );
  });

  it('keeps the word that came first, and knows only tokens of the settings', async () => {
    await revoke('to-revoke');
    expect((await revoke('to-revoke', callerWith('ben', 'read', 'admin'))).body).toMatchObject({
      revoked: { by: 'ada' },
    });
    expect((await revoke('nobody')).status).toBe(404);
  });

  it('reaches every agent, and outlives its restart while OpenSearch is away', async () => {
    await revoke('to-revoke');
    const { store, clock, log } = host.agent.parts;
    const other = aMemory();
    const listOn = (memory: LocalMemory, from = store) => {
      const list = new RevokedList({ store: from, memory, clock, log });
      const tokens = new IntakeTokens({ known: TOKEN, revoked: list, clock });
      return { list, find: () => tokens.find('to-revoke', undefined) };
    };
    const first = listOn(other);
    expect(first.find).toThrow(StoreUnavailable);
    await host.drive(first.list.load());
    expect(first.find()).toEqual({ refused: 'the token `to-revoke` is revoked' });
    const away = { get: () => Promise.reject(new StoreUnavailable('away')) };
    expect(listOn(other, away as unknown as typeof store).find()).toEqual({
      refused: 'the token `to-revoke` is revoked',
    });
    // A state that was restored from before knows nothing of it.
    const empty = listOn(other, { get: async () => undefined } as unknown as typeof store);
    await empty.list.load();
    expect(empty.find()).toMatchObject({ refused: expect.anything() as string });
  });
});

describe('a token that is made', () => {
  const HOUR_MS = 3_600_000;
  const wish = (some: object = {}) => ({
    name: 'asker',
    may: ['intake'],
    expires: iso(EPOCH + host.world.now + HOUR_MS),
    reason: 'for the assistant',
    ...some,
  });
  const make = (some: object = {}, as = admin): Promise<HostResponse> => host.call(makeToken, { as, body: wish(some) });
  const tokenIn = ({ body }: HostResponse): string => (body as { token: string }).token;
  const asNobody = (token: string, address?: string): Promise<HostResponse> => {
    host.caller = undefined;
    return sendEvent(token, address);
  };

  it('is told once, taken at once, on record without itself, and lists who made it', async () => {
    const made = await make({ owners: ['bob'], rate_per_minute: 5 });
    expect(made.status).toBe(200);
    const token = tokenIn(made);
    expect(token).toMatch(/^rft_[0-9a-f]{64}$/);
    expect((await asNobody(token)).status).toBe(202);
    const listed = await host.call(listTokens, { as: admin });
    const { tokens } = listed.body as { tokens: ReadonlyArray<{ name: string }> };
    expect(tokens.find(({ name }) => name === 'asker')).toMatchObject({
      may: ['intake'],
      state: 'valid',
      owners: ['ada', 'bob'],
      rate_per_minute: 5,
      made: { by: 'ada' },
      last_used: expect.any(String) as string,
    });
    const kept = JSON.stringify([
      [...host.world.evidence.records.values()].map((each) => [...each.values()]),
      [...(await host.drive(host.agent.parts.store.getMany(['token:made', 'token:revoked']))).values()],
    ]);
    expect(kept).toContain('make_token');
    expect(kept).not.toContain(token);
  });

  it('may nothing that it was not given, from nowhere else, and not after its end', async () => {
    const token = tokenIn(await make({ may: ['ask'], networks: ['10.1.0.0/16'] }));
    expect((await asNobody(token, '10.1.2.3')).status).toBe(403);
    expect((await asNobody(token, '10.2.0.1')).status).toBe(401);
    const other = tokenIn(await make({ name: 'other' }));
    expect((await asNobody(other)).status).toBe(202);
    await host.wait(HOUR_MS + 60_000);
    expect(await asNobody(other)).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('expired') as string },
    });
  });

  it('is taken as often a minute as was said, and again a minute later', async () => {
    const token = tokenIn(await make({ rate_per_minute: 2 }));
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await asNobody(token)).status);
    expect(statuses).toEqual([202, 202, 429]);
    await host.wait(60_001);
    expect((await asNobody(token)).status).toBe(202);
  });

  it('is revoked by its name, for good, and its name is not given away', async () => {
    const token = tokenIn(await make());
    const revoked = await host.call(revokeToken, {
      as: admin,
      params: { name: 'asker' },
      body: { reason: 'it leaked' },
    });
    expect(revoked.body).toMatchObject({ state: 'revoked', revoked: { by: 'ada' } });
    expect((await asNobody(token)).status).toBe(401);
    expect((await make()).status).toBe(409);
    expect((await make({ name: 'A\u200csker' })).status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['no right', { may: [] }, 400],
    ['act without ask', { may: ['act'] }, 400],
    ['a network that is none', { networks: ['10.0.0.0/99'] }, 400],
    ['an end that is over', { expires: '2020-01-01T00:00:00.000Z' }, 400],
    ['no end within 400 days', { expires: '2099-01-01T00:00:00.000Z' }, 400],
    ['the name of one of the settings', { name: 'near' }, 409],
    ['a name of Reflex itself', { name: 'reflex' }, 400],
    ['a rate of nothing', { rate_per_minute: 0 }, 400],
  ])('is not made with %s', async (_, some, status) => {
    expect((await make(some)).status).toBe(status);
    const { body } = await host.call(listTokens, { as: admin });
    expect((body as { tokens: ReadonlyArray<{ made?: object }> }).tokens.some(({ made }) => made !== undefined)).toBe(
      false,
    );
  });

  it('is made by nobody but an admin', async () => {
    expect((await make({}, callerWith('ann', 'read', 'author', 'approve', 'respond'))).status).toBe(403);
  });

  it('is known at another agent within two seconds and a request, and refused there within the same time', async () => {
    const { store, clock, log } = host.agent.parts;
    const elsewhere = async () => {
      const lists = { memory: aMemory(), store, clock, log };
      const [made, revoked] = [new MadeList(lists), new RevokedList(lists)];
      let over = false;
      void made.follow(() => over);
      void revoked.follow(() => over);
      await host.wait(500);
      return { tokens: new IntakeTokens({ known: [], made, revoked, clock }), end: () => (over = true) };
    };
    const other = await elsewhere();
    const token = tokenIn(await make());
    await host.wait(FOLLOW_MS + 500);
    expect(other.tokens.find(token, undefined)).toMatchObject({ name: 'asker' });
    await host.call(revokeToken, { as: admin, params: { name: 'asker' }, body: { reason: 'it leaked' } });
    await host.wait(FOLLOW_MS + 500);
    expect(other.tokens.find(token, undefined)).toMatchObject({
      refused: expect.stringContaining('revoked') as string,
    });
    other.end();
  });

  it('is answered "not now" at an agent that never heard of any', async () => {
    const { store, clock, log } = host.agent.parts;
    const lists = { memory: aMemory(), store, clock, log };
    const revoked = new RevokedList(lists);
    await revoked.note([]);
    const fresh = new IntakeTokens({ known: [], made: new MadeList(lists), revoked, clock });
    expect(() => fresh.find('rft_whatever', undefined)).toThrow(StoreUnavailable);
    expect(fresh.find('somebody else’s', undefined)).toBeUndefined();
  });
});
