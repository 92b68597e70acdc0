import { iso } from '../../common/iso';
import { createHash, createHmac } from 'crypto';
import * as fc from 'fast-check';
import { listIntakeHealth, postEvents, postWebhook, postWebhookWithToken } from '../../common/api/routes';
import { anEvent } from '../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { protobufCodec } from '../adapters/protobuf/protobuf_codec';
import {
  certificateGuard,
  bodySignatureGuard,
  signatureGuard,
  tokenGuard,
  type SignatureRules,
  type SignedBody,
} from '../adapters/webhooks/guards';
import type { ClientCertificate } from '../runner/ports/client_certificate';
import type { FieldMap } from '../engine/intake/field_map';
import type { WebhookGuard } from '../runner/ports';
import type { SourceHealth } from '../runner/sources/source_health';
import type { HostResponse } from './http';
import { randomRuns } from '../../test/builders/random_runs';

/* X7: forgery and replay of webhooks; and what their bodies may hold. */

const SECRET = 'a secret of this test';
const OVER_THE_BODY: SignedBody = {
  secret: SECRET,
  algorithm: 'sha256',
  header: 'x-signature',
  prefix: 'sha256=',
  encoding: 'hex',
};
const RULES: SignatureRules = { ...OVER_THE_BODY, timestampHeader: 'x-timestamp', windowMs: 300_000 };
const MAP: FieldMap = {
  timestamp: '@timestamp',
  confidence: { path: 'risk', divide_by: 100 },
  severity: 'level',
  'source.ip': 'source.ip',
};

let host: RouteHost;
let health: SourceHealth;
const codec = protobufCodec();
const now = (): number => host.agent.parts.clock.utc();

const enter = (name: string, guard: WebhookGuard, map?: FieldMap): void => {
  const messages = { codec, format: 'json', schemas: new Map() } as const;
  host.webhooks.set(name, { name, guard, messages, rules: { map, health } });
};

beforeEach(async () => {
  host = await routeHost();
  host.caller = undefined;
  health = host.sourceHealth;
  enter('signed', signatureGuard(RULES));
  enter('token', tokenGuard(createHash('sha256').update('good token').digest('hex')));
  enter('mapped', tokenGuard(createHash('sha256').update('good token').digest('hex')), MAP);
});

let count = 0;
const aBody = (more: object = {}): string =>
  JSON.stringify(anEvent({ event_id: `w${(count += 1)}`, timestamp: iso(now()), ...more }));

const signed = (body: string | Buffer, at: number = now(), secret = SECRET): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { 'x-signature': `sha256=${signature}`, 'x-timestamp': timestamp };
};
const BEARER = { authorization: 'Bearer good token' };

const post = (name: string, body: string | Uint8Array, headers: Record<string, string>): Promise<HostResponse> =>
  host.call(postWebhook, { params: { name }, body: Buffer.from(body), headers });

const codeOf = ({ body }: HostResponse): string => (body as { code: string }).code;
const statuses = ({ body }: HostResponse): string[] =>
  (body as { results: Array<{ status: string }> }).results.map(({ status }) => status);
const quarantine = (): Array<Record<string, unknown>> =>
  [...(host.world.evidence.records.get('quarantine')?.values() ?? [])].map(({ body }) => body);
const nothingCame = (): void => {
  expect(host.agent.door.counters).toMatchObject({ received: 0, quarantined: 0 });
};

const TOKEN_DIGEST = createHash('sha256').update('good token').digest('hex');
const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});
const postByPath = (name: string, token: string, headers: Record<string, string> = {}): Promise<HostResponse> =>
  host.call(postWebhookWithToken, { params: { name, token }, body: Buffer.from(aBody()), headers });

const overBody = (
  body: string,
  { algorithm = 'sha256', secret = SECRET, prefix = 'sha256=' } = {},
): Record<string, string> => ({
  'x-signature': `${prefix}${createHmac(algorithm, secret).update(body).digest('hex')}`,
});

describe('a webhook whose sender can set no header', () => {
  it.each(['source:good token', ':good token'])('takes the token as the password of Basic: %s', async (text) => {
    expect((await post('token', aBody(), basic(text))).status).toBe(202);
  });

  it.each(['good token', 'good token:', 'source:good token:', 'source:Good token', 'source:', 'source: good token'])(
    'refuses %s as Basic',
    async (text) => {
      expect(codeOf(await post('token', aBody(), basic(text)))).toBe('unauthenticated');
      nothingCame();
    },
  );

  it('tells whoever has the token that its certificate is missing, and takes it with that', async () => {
    const pin = { sha256: 'a'.repeat(64) };
    enter('pinned', certificateGuard(pin, tokenGuard(TOKEN_DIGEST)));
    const send = (certificate?: ClientCertificate): Promise<HostResponse> =>
      host.call(postWebhook, { params: { name: 'pinned' }, body: Buffer.from(aBody()), headers: BEARER, certificate });
    const shown = { ...pin, name: undefined, trusted: false, validFrom: 0, validTo: Number.MAX_SAFE_INTEGER };
    const refused = await send();
    expect([refused.status, codeOf(refused)]).toEqual([401, 'certificate_missing']);
    expect((await send({ ...shown, sha256: 'b'.repeat(64) })).status).toBe(401);
    nothingCame();
    expect((await send(shown)).status).toBe(202);
  });

  it('takes it at the end of the address where the settings say so, and no other one', async () => {
    enter('by_path', tokenGuard(TOKEN_DIGEST, { inPath: true }));
    expect((await postByPath('by_path', 'good token')).status).toBe(202);
    expect((await post('by_path', aBody(), BEARER)).status).toBe(202);
    expect(codeOf(await postByPath('by_path', 'bad token', BEARER))).toBe('unauthenticated');
  });

  it.each(['token', 'signed', 'signed_body'])('takes none there unless the settings say so: %s', async (name) => {
    enter('signed_body', bodySignatureGuard(OVER_THE_BODY));
    expect(codeOf(await postByPath(name, 'good token', BEARER))).toBe('unauthenticated');
    nothingCame();
  });

  it('takes no signed request there either', async () => {
    const body = aBody();
    enter('signed_body', bodySignatureGuard(OVER_THE_BODY));
    for (const name of ['signed', 'signed_body']) {
      const parts = {
        params: { name, token: 'x' },
        body: Buffer.from(body),
        headers: { ...signed(body), ...overBody(body) },
      };
      expect(codeOf(await host.call(postWebhookWithToken, parts))).toBe('unauthenticated');
    }
    nothingCame();
  });
});

describe('documents with a list of events', () => {
  const EACH: FieldMap = { ...MAP, each: 'list', only: { status: 'firing' } };
  const group = (...states: readonly string[]): string => {
    const list = states.map((status, n) => ({ status, n }));
    return JSON.stringify({ '@timestamp': iso(now()), risk: 90, level: 'high', list });
  };

  beforeEach(() => enter('groups', tokenGuard(createHash('sha256').update('good token').digest('hex')), EACH));

  it('are answered event by event; what is not ours is named and counted, and nothing of it is kept', async () => {
    const answer = await post('groups', group('firing', 'resolved', 'firing'), BEARER);
    expect([answer.status, statuses(answer)]).toEqual([202, ['accepted', 'accepted', 'not_ours']]);
    const none = await post('groups', group('resolved'), BEARER);
    expect([none.status, statuses(none)]).toEqual([200, ['not_ours']]);
    expect(host.agent.door.counters).toMatchObject({ received: 2, quarantined: 0 });
    const viewer = callerWith('viewer', 'read');
    const { body } = await host.call(listIntakeHealth, { as: viewer, headers: BEARER });
    expect(body).toMatchObject({ sources: [{ id: 'groups', received: 2, quarantined: 0, not_ours: 2 }] });
  });

  it('hold at most 500 events in one request, whatever their number', async () => {
    const half = (count: number): string => group(...Array.from({ length: count }, () => 'firing'));
    const lines = { ...BEARER, 'content-type': 'application/x-ndjson' };
    const answer = await post('groups', `${half(250)}\n${half(251)}`, lines);
    expect([answer.status, codeOf(answer)]).toEqual([413, 'too_large']);
    nothingCame();
  });
});

describe('a webhook whose sender signs the body alone', () => {
  beforeEach(() => enter('body', bodySignatureGuard(OVER_THE_BODY)));

  it('takes what its source signed, and the same again is a duplicate', async () => {
    const body = aBody();
    const first = await post('body', body, overBody(body));
    const again = await post('body', body, overBody(body));
    expect([first.status, statuses(first), again.status, statuses(again)]).toEqual([
      202,
      ['accepted'],
      200,
      ['duplicate'],
    ]);
  });

  it.each<[string, (body: string) => Record<string, string>]>([
    ['no signature', () => ({})],
    ['the key of another', (body) => overBody(body, { secret: 'another secret' })],
    ['a signature over another body', () => overBody(aBody())],
    ['another algorithm', (body) => overBody(body, { algorithm: 'sha1' })],
    ['no prefix', (body) => overBody(body, { prefix: '' })],
    ['a signature over time and body', (body) => signed(body)],
    ['a token instead', () => BEARER],
  ])('refuses %s, and nothing of it is kept', async (_what, headers) => {
    const body = aBody();
    expect(codeOf(await post('body', body, headers(body)))).toBe('unauthenticated');
    nothingCame();
  });

  it.each(['sha1', 'sha512'] as const)('reads %s in base64, as the settings say', async (algorithm) => {
    enter('other', bodySignatureGuard({ ...OVER_THE_BODY, algorithm, prefix: '', encoding: 'base64' }));
    const body = aBody();
    const signature = createHmac(algorithm, SECRET).update(body).digest('base64');
    expect((await post('other', body, { 'x-signature': signature })).status).toBe(202);
  });
});

describe('a signed webhook', () => {
  it('takes what its source signed', async () => {
    const body = aBody();
    const answer = await post('signed', body, signed(body));
    expect([answer.status, statuses(answer)]).toEqual([202, ['accepted']]);
    expect(health.list()).toMatchObject([{ source: { type: 'webhook', id: 'signed' }, received: 1 }]);
  });

  it.each<[string, (body: string) => Record<string, string>]>([
    ['no signature', () => ({})],
    ['no timestamp', (body) => ({ 'x-signature': signed(body)['x-signature'] ?? '' })],
    ['the key of another', (body) => signed(body, now(), 'another secret')],
    ['a signature over another body', () => signed(aBody())],
    ['another timestamp than the signed one', (body) => ({ ...signed(body), 'x-timestamp': String(now()) })],
    ['no prefix', (body) => ({ ...signed(body), 'x-signature': (signed(body)['x-signature'] ?? '').slice(7) })],
    ['an empty signature', (body) => ({ ...signed(body), 'x-signature': 'sha256=' })],
    [
      'half a signature',
      (body) => ({ ...signed(body), 'x-signature': (signed(body)['x-signature'] ?? '').slice(0, 39) }),
    ],
    ['a token instead', () => BEARER],
  ])('refuses %s, and nothing of it is kept', async (_what, headers) => {
    const body = aBody();
    const answer = await post('signed', body, headers(body));
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    nothingCame();
  });

  it.each([-301_000, 302_000])('refuses what was signed %d ms from now', async (ms) => {
    const body = aBody();
    const answer = await post('signed', body, signed(body, now() + ms));
    expect([answer.status, codeOf(answer)]).toEqual([401, 'stale_signature']);
    nothingCame();
  });

  it.each([-298_000, 298_000])('takes what was signed %d ms from now', async (ms) => {
    const body = aBody();
    expect((await post('signed', body, signed(body, now() + ms))).status).toBe(202);
  });

  it('refuses the same request again, also at the end of its window', async () => {
    const body = aBody();
    const headers = signed(body, now() + 250_000);
    expect((await post('signed', body, headers)).status).toBe(202);
    expect(codeOf(await post('signed', body, headers))).toBe('replayed');
    await host.wait(400_000);
    expect(codeOf(await post('signed', body, headers))).toBe('replayed');
    expect(host.agent.door.counters).toMatchObject({ received: 1, duplicates: 0 });
  });

  it('takes a request again that could not be kept the first time', async () => {
    const body = aBody();
    const headers = signed(body);
    const { admit } = host.agent;
    host.agent.admit = async () => ({ kind: 'overloaded', retry_after_s: 2 });
    const first = await post('signed', body, headers);
    expect([first.status, first.headers?.['retry-after']]).toEqual([429, '2']);
    host.agent.admit = admit;
    expect((await post('signed', body, headers)).status).toBe(202);
  });

  it('does not say which names there are', async () => {
    const body = aBody();
    const [unknown, wrong] = [await post('nobody', body, signed(body)), await post('signed', body, {})];
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });
});

describe('a webhook with a token', () => {
  it.each<Record<string, string>>([
    {},
    { authorization: 'Bearer bad' },
    { authorization: 'good token' },
    { authorization: 'Bearer ' },
  ])('refuses %p', async (headers) => {
    expect((await post('token', aBody(), headers)).status).toBe(401);
    nothingCame();
  });

  it('does not take the token of another route', async () => {
    host.caller = { name: 'siem', may: ['intake'], singleUser: false };
    expect((await post('token', aBody(), { authorization: 'Bearer good' })).status).toBe(401);
  });

  it('tells the same event of two sources apart', async () => {
    const body = aBody();
    await post('token', body, BEARER);
    expect(statuses(await post('signed', body, signed(body)))).toEqual(['accepted']);
    expect(statuses(await post('token', body, BEARER))).toEqual(['duplicate']);
  });
});

describe('the health of sources', () => {
  it('knows the programs with a token too', async () => {
    host.caller = { name: 'siem', may: ['intake'], singleUser: false };
    await host.call(postEvents, { headers: { authorization: 'Bearer good' }, body: Buffer.from(`[${aBody()},{}]`) });
    expect(health.list()).toMatchObject([{ source: { type: 'webhook', id: 'siem' }, received: 2, quarantined: 1 }]);
  });

  it('tells what came of the events of each', async () => {
    await post('token', aBody(), BEARER);
    host.sourceHealth.gauge({ type: 'kafka', id: 'detections' }, { connected: false, error: 'no broker', lag: 7 });
    host.caller = { name: 'ana', may: ['read'], singleUser: false };
    const { status, body } = await host.call(listIntakeHealth);
    expect([status, body]).toMatchObject([
      200,
      {
        sources: [
          { type: 'kafka', id: 'detections', received: 0, connected: false, error: 'no broker', lag: 7 },
          { type: 'webhook', id: 'token', received: 1, last_event_at: expect.any(String) as string },
        ],
      },
    ]);
  });
});

describe('the body of a webhook', () => {
  it('may be an array or lines, each by itself', async () => {
    const array = await post('token', `[${aBody()},{"no":"event"},${aBody()}]`, BEARER);
    expect(statuses(array)).toEqual(['accepted', 'quarantined', 'accepted']);
    const lines = `${aBody()}\n\nnot JSON\r\n${aBody()}\n`;
    const answer = await post('token', lines, { ...BEARER, 'content-type': 'application/x-ndjson' });
    expect(statuses(answer)).toEqual(['accepted', 'quarantined', 'accepted']);
    expect(health.list()[0]).toMatchObject({ received: 6, quarantined: 2, parseFailures: 1 });
  });

  it('may be protobuf', async () => {
    const events = [aBody(), aBody()].map((body) => JSON.parse(body) as unknown);
    const bytes = codec.write('reflex.v1.EventBatch', events);
    const answer = await post('token', bytes, { ...BEARER, 'content-type': 'application/x-protobuf' });
    expect(statuses(answer)).toEqual(['accepted', 'accepted']);
  });

  it.each([
    ['a field twice in one object', '{"event_id":"a","event_id":"b"}', {}],
    ['a field twice, once written otherwise', '{"event_id":"a","event\\u005fid":"b"}', {}],
    ['half a document', '{"event_id":', {}],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}],
    ['something else than protobuf', 'text', { 'content-type': 'application/x-protobuf' }],
  ])('is filed if it holds %s', async (_what, body, headers) => {
    const answer = await post('token', body, { ...BEARER, ...headers });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid']);
    expect(quarantine()).toMatchObject([{ reason: 'unreadable', intake: { type: 'webhook', id: 'token' } }]);
  });

  it('is not unpacked', async () => {
    const answer = await post('token', aBody(), { ...BEARER, 'content-encoding': 'gzip' });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid']);
    nothingCame();
  });

  it('holds at most 500 events', async () => {
    const answer = await post('token', `[${Array.from({ length: 501 }, () => '{}').join(',')}]`, BEARER);
    expect(answer.status).toBe(413);
    nothingCame();
  });

  it('is mapped to the wire form, and what does not fit is filed with its place', async () => {
    const at = iso(now());
    const good = { '@timestamp': at, risk: 87, level: 'High', source: { ip: '203.0.113.9' } };
    expect(statuses(await post('mapped', JSON.stringify(good), BEARER))).toEqual(['accepted']);
    expect(statuses(await post('mapped', JSON.stringify(good), BEARER))).toEqual(['duplicate']);
    const bad = { ...good, level: 'much' };
    const own = { ...good, _index: 'reflex-decisions-2026' };
    expect(statuses(await post('mapped', JSON.stringify([bad, own]), BEARER))).toEqual(['quarantined', 'quarantined']);
    expect(quarantine().flatMap(({ fields }) => fields)).toEqual(
      expect.arrayContaining([
        { path: 'severity', message: expect.stringContaining('from `level` is no severity') as string },
        { path: '_index', message: expect.stringContaining('Reflex itself') as string },
      ]),
    );
  });

  it('never makes the route fail, whatever it is', async () => {
    const types = ['application/json', 'application/x-ndjson', 'application/x-protobuf', ''];
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.constantFrom(...types),
        fc.constantFrom('token', 'mapped'),
        async (body, type, name) => {
          const { status } = await post(name, body, { ...BEARER, 'content-type': type });
          expect([200, 202, 400]).toContain(status);
        },
      ),
      { numRuns: randomRuns(150) },
    );
    expect(host.errors).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
