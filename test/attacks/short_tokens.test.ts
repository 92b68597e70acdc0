import { getMapping, listTokens, mintToken, postEvaluate, postEvents, revokeToken } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { sealingWith } from '../../server/adapters/system/sealing';
import { sha256 } from '../../server/engine/digest/digest';
import type { HostResponse } from '../../server/routes/http';
import type { ClientCertificate } from '../../server/runner/ports/client_certificate';
import { IntakeTokens, type NamedToken } from '../../server/runner/sources/intake_tokens';
import { RevokedList } from '../../server/runner/sources/revoked_tokens';
import { anEvent } from '../builders/events';
import { callerWith, DEFAULT_SECRETS, routeHost, SEALING_KEY, type RouteHost } from '../builders/route_host';
import { aMemory } from '../builders/trust_desk';
import { EPOCH } from '../simulation/world';

/*
 * X12: a token that is stolen is worth little where it ends within minutes. So whoever steals a short-lived one tries
 * to make more of it: more rights, more time, another one, another's name, a life after its parent's.
 */

const admin = callerWith('ada', 'read', 'admin');
let host: RouteHost;
const begin = async (options?: Parameters<typeof routeHost>[0]): Promise<void> => {
  host = await routeHost(options);
  host.caller = undefined;
};
beforeEach(() => begin());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (token: string | undefined, body: object = {}, more: object = {}): Promise<HostResponse> =>
  host.call(mintToken, { body, headers: token === undefined ? {} : bearer(token), ...more });
const minted = async (parent: string, body: object = {}, more: object = {}): Promise<string> => {
  const answer = await ask(parent, body, more);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return (answer.body as { token: string }).token;
};
let count = 0;
const event = () => {
  count += 1;
  return anEvent({ event_id: `short-${count}`, timestamp: iso(EPOCH + host.world.now) });
};
const send = (token: string, address?: string): Promise<HostResponse> =>
  host.call(postEvents, { body: Buffer.from(JSON.stringify(event())), headers: bearer(token), address });
const said = ({ status, body }: HostResponse) => [status, (body as { message?: string }).message ?? ''] as const;

describe('a short-lived token', () => {
  it('does what its parent may, under the name and for the owners of its parent, and is on record', async () => {
    const answer = await ask('near', { ttl_s: 60 }, { address: '10.1.2.3' });
    expect(answer.body).toMatchObject({
      name: 'near',
      may: ['intake', 'ask', 'metrics'],
      expires: iso(Math.floor(host.agent.parts.clock.utc() / 1_000) * 1_000 + 60_000),
    });
    const { token } = answer.body as { token: string };
    expect((await send(token, '10.1.2.3')).status).toBe(202);
    await host.wait(2_000);
    const [found] = host.world.store.search({ kinds: ['case'], limit: 1 });
    expect(found?.content).toMatchObject({ received: { intake: { type: 'webhook', id: 'near' } } });
    expect(host.parts.tokenOwner).toBeDefined();
    expect(await host.parts.tokenOwner(token, '10.1.2.3')).toMatchObject({ name: 'near', owners: ['ann'] });
    const audits = host.world.evidence.find({ family: 'audit' }).map(({ body }) => body);
    expect(audits).toContainEqual(
      expect.objectContaining({ verb: 'mint_token', by: 'near', object: { type: 'token', id: 'near' } }),
    );
    expect(JSON.stringify([audits, [...host.world.store.documents.values()], host.errors])).not.toContain(token);
  });

  it('ends at its time', async () => {
    const token = await minted('may-intake', { ttl_s: 10 });
    expect((await send(token)).status).toBe(202);
    await host.wait(11_000);
    expect(said(await send(token))).toEqual([401, 'this short-lived token is expired']);
  });

  it.each([9, 3_601, 0, -1, 1.5])('is not made for %s s', async (ttl_s) =>
    expect((await ask('may-intake', { ttl_s })).status).toBe(400),
  );

  it('may no more than its parent, and no more than was asked for', async () => {
    expect((await ask('may-intake', { may: ['intake', 'ask'] })).status).toBe(403);
    expect((await ask('may-act', { may: ['act'] })).status).toBe(400);
    expect((await ask('may-ask', { may: [] })).status).toBe(400);
    const narrow = await minted('to-revoke', { may: ['ask'] });
    expect((await send(narrow)).status).toBe(403);
    expect((await host.call(postEvaluate, { body: { event: event() }, headers: bearer(narrow) })).status).toBe(200);
    const acting = { body: { event: event(), act: true }, headers: bearer(narrow) };
    expect((await host.call(postEvaluate, acting)).status).toBe(403);
  });

  it('makes no other one, and is no right of a person', async () => {
    const token = await minted('may-intake');
    expect((await ask(token)).status).toBe(403);
    expect((await host.call(getMapping, { headers: bearer(token), as: admin })).status).toBe(403);
    expect((await host.call(listTokens, { headers: bearer(token), as: admin })).status).toBe(403);
  });

  it('is taken from the networks of its parent only, and is made from there only', async () => {
    expect((await ask('near', {}, { address: '10.2.0.1' })).status).toBe(401);
    const token = await minted('near', {}, { address: '10.1.0.1' });
    expect((await send(token, '10.1.0.2')).status).toBe(202);
    expect((await send(token, '10.2.0.1')).status).toBe(401);
    expect((await send(token)).status).toBe(401);
  });

  it('ends with its parent: at once here, within seconds at every other agent', async () => {
    const token = await minted('to-revoke');
    expect((await send(token)).status).toBe(202);
    await host.call(revokeToken, { params: { name: 'to-revoke' }, body: { reason: 'it leaked' }, as: admin });
    host.caller = undefined;
    expect(said(await send(token))).toEqual([401, 'the token `to-revoke` is revoked']);
    expect((await ask('to-revoke')).status).toBe(401);
    const { store, clock, log } = host.agent.parts;
    const list = new RevokedList({ store, memory: aMemory(), clock, log });
    const known = [{ name: 'to-revoke', sha256: sha256('to-revoke') }];
    const other = new IntakeTokens({ known, revoked: list, clock, sealing: host.secretBook.sealing });
    await host.drive(list.load());
    expect(other.find(token, undefined)).toEqual({ refused: 'the token `to-revoke` is revoked' });
  });

  it('is not made by who shows nothing, a wrong token, or one that is expired', async () => {
    for (const token of [undefined, 'wrong', 'expired', '']) expect((await ask(token)).status).toBe(401);
    // A name alone is no proof, though there is a token of that name.
    expect((await ask(undefined, { name: 'may-intake' })).status).toBe(401);
  });

  it('is not made without a key, nor while it could not be put on record', async () => {
    await begin({ secrets: {} });
    expect(await ask('may-intake')).toMatchObject({ status: 409, body: { code: 'no_secret_key' } });
    await begin();
    const append = jest
      .spyOn(host.agent.parts.evidence, 'append')
      .mockRejectedValue(Object.assign(new Error('away'), { name: 'StoreUnavailable' }));
    const answer = await ask('may-intake');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(answer.body)).not.toContain('rfx1.');
    append.mockRestore();
  });

  it('is made so often within a minute, and no more', async () => {
    for (let made = 0; made < 120; made += 1) expect((await ask('may-intake')).status).toBe(200);
    expect(await ask('may-intake')).toMatchObject({ status: 429, body: { code: 'overloaded' } });
    expect((await ask('may-ask')).status).toBe(200);
    await host.wait(61_000);
    expect((await ask('may-intake')).status).toBe(200);
  });
});

describe('another agent', () => {
  const { utc } = { utc: () => EPOCH };
  const tokensOf = (known: readonly NamedToken[], more: object = {}): IntakeTokens => {
    const revoked = { find: () => undefined } as unknown as RevokedList;
    const env = DEFAULT_SECRETS.env?.REFLEX_SECRET_SEAL_ONE;
    const sealing = sealingWith([SEALING_KEY], () => env);
    return new IntakeTokens({ known, revoked, clock: { utc }, sealing, ...more });
  };
  const agent = () => host.agent;
  const CERTIFICATE: ClientCertificate = {
    sha256: 'c'.repeat(64),
    name: 'siem.example',
    trusted: true,
    validFrom: 0,
    validTo: EPOCH * 2,
  };
  const bound: NamedToken = { name: 'siem', certificate: { name: 'siem.example' }, may: ['intake'] };
  const mintOf = async (tokens: IntakeTokens, wish: object) =>
    host.drive(tokens.mint(agent(), { from: undefined, ...wish }));

  it('takes it as its own settings say: not for a parent that it does not have, or that is another one now', async () => {
    const known = { name: 'siem', sha256: sha256('long'), may: ['intake', 'ask'] as const };
    const made = await mintOf(tokensOf([known]), { token: 'long' });
    const token = made.ok ? made.value.token : '';
    expect(tokensOf([known]).find(token, undefined)).toMatchObject({ name: 'siem', may: ['intake', 'ask'] });
    expect(tokensOf([{ ...known, may: ['ask', 'metrics'] }]).find(token, undefined)).toMatchObject({ may: ['ask'] });
    for (const others of [[], [{ ...known, name: 'other' }], [{ ...known, sha256: sha256('another') }]])
      expect(tokensOf(others).find(token, undefined)).toMatchObject({ refused: expect.stringContaining('`siem`') });
    const expired = { ...known, expires: iso(EPOCH) };
    expect(tokensOf([expired]).find(token, undefined)).toMatchObject({ refused: 'the token `siem` is expired' });
  });

  it('takes none while it does not know what time it is', async () => {
    const known = { name: 'siem', sha256: sha256('long') };
    const made = await mintOf(tokensOf([known]), { token: 'long' });
    const token = made.ok ? made.value.token : '';
    expect(tokensOf([known], { clockTrusted: () => false }).find(token, undefined)).toMatchObject({
      refused: expect.stringContaining('what time it is'),
    });
  });

  it('never outlives its parent, though it was asked to last longer', async () => {
    const known = { name: 'siem', sha256: sha256('long'), expires: iso(EPOCH + 30_000) };
    expect(await mintOf(tokensOf([known]), { token: 'long', ttlS: 600 })).toMatchObject({
      value: { expires: iso(EPOCH + 30_000) },
    });
  });

  it('makes one against a client certificate, bound to that certificate', async () => {
    const tokens = tokensOf([bound]);
    const made = await mintOf(tokens, { name: 'siem', certificate: CERTIFICATE });
    const token = made.ok ? made.value.token : '';
    expect(tokens.find(token, undefined, CERTIFICATE)).toMatchObject({ name: 'siem', may: ['intake'] });
    expect(tokens.find(token, undefined)).toMatchObject({ code: 'certificate_missing' });
    const another = { ...CERTIFICATE, sha256: 'd'.repeat(64) };
    expect(tokens.find(token, undefined, another)).toMatchObject({ code: 'certificate_missing' });
  });

  it.each<[string, object]>([
    ['no certificate', { name: 'siem' }],
    ['no name', { certificate: CERTIFICATE }],
    ['the certificate of another', { name: 'siem', certificate: { ...CERTIFICATE, name: 'evil.example' } }],
    ['one that nobody signed', { name: 'siem', certificate: { ...CERTIFICATE, trusted: false } }],
    ['one that is over', { name: 'siem', certificate: { ...CERTIFICATE, validTo: EPOCH - 1 } }],
    ['the name of what has a token of its own', { name: 'both', certificate: CERTIFICATE }],
  ])('makes none against %s', async (_, wish) => {
    const both: NamedToken = { ...bound, name: 'both', sha256: sha256('long') };
    expect((await mintOf(tokensOf([bound, both]), wish)).ok).toBe(false);
  });
});
