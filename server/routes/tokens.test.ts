import { TOKEN_RIGHTS } from '../../common/api/contract';
import {
  getMapping,
  listTokens,
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
