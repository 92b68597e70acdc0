import { generateKeyPairSync } from 'crypto';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { newSigningKey, ssfParameters, ssfReceiver, type SsfReceiver } from '../../../test/targets/ssf_receiver';
import { tokenServer } from '../../../test/targets/token_server';
import type { Connector } from '../connector';
import { THIS_MACHINE } from '../connector_kind';
import { makeConnectors } from '../registry';

let receiver: SsfReceiver;
let proxy: FaultProxy;
let secrets: Map<string, string>;
let utc: () => number;

beforeEach(async () => {
  receiver = await ssfReceiver();
  proxy = await faultProxy(receiver.port);
  secrets = new Map([['signing', newSigningKey()]]);
  utc = Date.now;
});
afterEach(async () => {
  await proxy.dispose();
  await receiver.close();
});

const make = (change: object = {}) => {
  const parameters = {
    ...ssfParameters(`${proxy.url}/events`),
    timeouts: { connect_ms: 2_000, total_ms: 4_000 },
    ...change,
  };
  const world = { ...THIS_MACHINE, utc: () => utc() };
  return makeConnectors([{ name: 'caep', kind: 'ssf', parameters }], (name) => secrets.get(name), world);
};

/** A connector whose keys the receiver fetches at each event. */
const connectorTo = (change: object = {}): Connector => {
  const { connectors, faults } = make(change);
  const connector = connectors.get('caep');
  if (!connector) throw new Error(JSON.stringify(faults));
  receiver.keys = async () => ({ keys: await connector.publicKeys?.() });
  return connector;
};

const onAna = () => aClearedCommand({ action: 'revoke_sessions', target: { type: 'user', value: 'CORP\\ana' } });

describe('revoking sessions by a signed event', () => {
  it.each([
    ['p256', 'ES256'],
    ['rsa', 'RS256'],
    ['ed25519', 'EdDSA'],
  ] as const)('is taken by a receiver that checks everything, with a key of kind %s', async (kind, alg) => {
    secrets.set('signing', newSigningKey(kind));
    const connector = connectorTo();
    const command = onAna();
    expect(await connector.execute(command, aCall())).toEqual({
      kind: 'succeeded',
      after: { jti: command.command_id },
      text: 'the receiver took the event',
    });
    expect(receiver.revoked).toEqual([
      {
        subject: { format: 'email', email: 'ana@corp.example' },
        payload: {
          event_timestamp: expect.any(Number),
          initiating_entity: 'policy',
          reason_admin: { en: 'Ordered by the policy block-known-ioc of Reflex' },
        },
        jti: command.command_id,
      },
    ]);
    const [key = {}] = (await connector.publicKeys?.()) ?? [];
    expect(decodeProtectedHeader(receiver.bodies[0] ?? '')).toEqual({ alg, typ: 'secevent+jwt', kid: key.kid });
    expect([key.alg, key.kid]).toEqual([alg, await calculateJwkThumbprint(key)]);
  });

  it('counts once at the receiver, however often it is told', async () => {
    const connector = connectorTo();
    const command = onAna();
    for (let times = 0; times < 3; times += 1)
      expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect([receiver.bodies.length, receiver.revoked.length]).toEqual([3, 1]);
    await connector.execute(onAna(), aCall());
    expect(receiver.revoked).toHaveLength(2);
  });

  it('says nothing of what the alert said', async () => {
    const connector = connectorTo();
    await connector.execute({ ...onAna(), reason: 'canary-of-the-alert' }, aCall());
    expect(JSON.stringify(receiver.revoked)).not.toContain('canary-of-the-alert');
  });

  it('sends nothing without the permit, once the caller gave up, or for an account that does not fit', async () => {
    const connector = connectorTo();
    expect(await connector.execute(onAna(), aCall({ mayStart: () => false }))).toMatchObject({ kind: 'not_started' });
    const gone = aCall({ signal: AbortSignal.abort() });
    expect(await connector.execute(onAna(), gone)).toMatchObject({ kind: 'failed', error: { retryable: true } });
    for (const change of [
      { target: { type: 'user', value: 'other\\ana' } as const },
      { action: 'disable_user', target: { type: 'user', value: 'CORP\\ana' } as const },
      { target: { type: 'ip', value: '203.0.113.7' } as const },
    ])
      expect(await connector.execute({ ...onAna(), ...change }, aCall())).toMatchObject({
        kind: 'failed',
        error: { retryable: false },
      });
    expect(proxy.requests()).toEqual([]);
  });

  it('asks for the permit at each sending, as the last thing before it', async () => {
    const connector = connectorTo();
    const seen: number[] = [];
    const mayStart = (): boolean => {
      seen.push(receiver.requests());
      return true;
    };
    await connector.execute(onAna(), aCall({ mayStart }));
    await connector.execute(onAna(), aCall({ mayStart }));
    expect(seen).toEqual([0, 1]);
  });

  it.each(['invalid_request', 'invalid_key', 'invalid_issuer', 'invalid_audience', 'access_denied'])(
    'has failed for good where the receiver says %s',
    async (err) => {
      const connector = connectorTo();
      const body = JSON.stringify({ err, description: 'because' });
      receiver.answer = { status: 400, headers: { 'content-type': 'application/json' }, body };
      expect(await connector.execute(onAna(), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: err, retryable: false, status: 400, message: expect.stringContaining(`${err}: because`) },
      });
    },
  );

  it.each([
    [400, { kind: 'failed', error: { code: 'http_status', retryable: false } }],
    [401, { kind: 'failed', error: { code: 'http_status', retryable: false } }],
    [404, { kind: 'failed', error: { code: 'http_status', retryable: false } }],
    [200, { kind: 'unknown', error: { code: 'http_status', retryable: true } }],
    [204, { kind: 'unknown' }],
    [302, { kind: 'unknown' }],
    [500, { kind: 'unknown' }],
    [503, { kind: 'unknown' }],
  ])('is what the answer %i makes certain, and no more', async (status, outcome) => {
    const connector = connectorTo();
    receiver.answer = { status };
    expect(await connector.execute(onAna(), aCall())).toMatchObject(outcome);
  });

  it('is told when to try again', async () => {
    const connector = connectorTo();
    receiver.answer = { status: 429, headers: { 'retry-after': '7' } };
    const outcome = { kind: 'failed', error: { retryable: true }, retry_after_ms: 7_000 };
    expect(await connector.execute(onAna(), aCall())).toMatchObject(outcome);
  });

  it('is unknown once it was written and no answer came, and counts once when it is told again', async () => {
    const connector = connectorTo();
    const command = onAna();
    proxy.fail({ kind: 'apply_and_reset' });
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'unknown', error: { retryable: true } });
    proxy.fail();
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(receiver.revoked).toHaveLength(1);
  });

  it('has failed, and may be tried again, where no connection stood', async () => {
    const connector = connectorTo();
    await proxy.goAway();
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'failed', error: { retryable: true } });
    await proxy.comeBack();
  });

  it('is never said to be in effect, is not undone, and is not listed', async () => {
    const connector = connectorTo();
    const command = onAna();
    await connector.execute(command, aCall());
    const sent = receiver.requests();
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'irreversible', retryable: false },
    });
    expect(await connector.list(aCall())).toEqual({ ok: true, value: [] });
    await connector.cancel(command.command_id, aCall());
    expect(receiver.requests()).toBe(sent);
    expect(connector.capabilities).toMatchObject({ tagged: false, second_observer: false, native_ttl: false });
  });
});

describe('who sends', () => {
  it('is said by a token that counts anew at each request', async () => {
    receiver.token = 'the-first-token';
    secrets.set('token', 'the-first-token');
    const connector = connectorTo({ authorization: { bearer: { secret: 'token' } } });
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'succeeded' });
    receiver.token = 'the-second-token';
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'failed', error: { status: 401 } });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    secrets.set('token', 'the-second-token');
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector.status(aCall())).toMatchObject({ authorised: true });
  });

  it('is said by an access token of OAuth', async () => {
    const tokens = await tokenServer();
    secrets.set('client', 'secret-of-the-client');
    const client = { client_id: 'reflex', client_secret: { secret: 'client' }, auth: 'basic' };
    const connector = connectorTo({ authorization: { oauth: { token_url: tokens.tokenUrl, ...client } } });
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'succeeded' });
    await tokens.close();
    expect(receiver.authorizations).toEqual([expect.stringMatching(/^Bearer ./)]);
  });

  it('is another key from the next event on, once the secret is another one', async () => {
    const connector = connectorTo();
    await connector.execute(onAna(), aCall());
    const [old] = (await connector.publicKeys?.()) ?? [];
    secrets.set('signing', newSigningKey());
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'succeeded' });
    const [now] = (await connector.publicKeys?.()) ?? [];
    expect(now?.kid).not.toBe(old?.kid);
    // What is no key leaves the last one in force.
    secrets.set('signing', 'no key at all');
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ kind: 'succeeded' });
  });

  it('is refused by a receiver that has another key, issuer or audience', async () => {
    const connector = connectorTo();
    const right = receiver.keys;
    receiver.keys = async () => ({ keys: [] });
    expect(await connector.execute(onAna(), aCall())).toMatchObject({ error: { code: 'invalid_key' } });
    receiver.keys = right;
    const other = connectorTo({ issuer: 'https://other.example' });
    expect(await other.execute(onAna(), aCall())).toMatchObject({ error: { code: 'invalid_issuer' } });
    const elsewhere = connectorTo({ audience: 'https://other.example' });
    expect(await elsewhere.execute(onAna(), aCall())).toMatchObject({ error: { code: 'invalid_audience' } });
    expect(receiver.revoked).toEqual([]);
  });

  it('never shows the private key, whatever the receiver sends back', async () => {
    const pem = newSigningKey();
    const line = pem.split('\n')[1] ?? '';
    secrets.set('signing', pem);
    const connector = connectorTo({ key_id: 'key-1' });
    const body = JSON.stringify({ err: 'invalid_key', description: `${pem} ${line}` });
    receiver.answer = { status: 400, headers: { 'content-type': 'application/json' }, body };
    const shown = JSON.stringify([
      await connector.execute(onAna(), aCall()),
      await connector.status(aCall()),
      await connector.publicKeys?.(),
    ]);
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain(line);
    const [key = {}] = (await connector.publicKeys?.()) ?? [];
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(key.kid).toBe('key-1');
    const next = newSigningKey();
    secrets.set('signing', next);
    receiver.answer = { status: 400, body: next };
    const later = JSON.stringify(await connector.execute(onAna(), aCall()));
    expect(later).toContain('[secret]');
    expect(later).not.toContain(next.split('\n')[1]);
  });
});

describe('the stream', () => {
  let now: number;
  beforeEach(() => {
    now = Date.now();
    utc = () => now;
  });

  it('is verified at the start and once an hour, and is only connected to in between', async () => {
    const connector = connectorTo();
    const first = await connector.status(aCall());
    expect(first).toEqual({
      state: 'ok',
      text: expect.stringContaining(new Date(now).toISOString()),
      authorised: true,
    });
    for (let times = 0; times < 3; times += 1) {
      now += 1_000;
      expect(await connector.status(aCall())).toEqual(first);
    }
    expect([receiver.verified.length, receiver.requests()]).toEqual([1, 1]);
    now += 3_596_000;
    expect(await connector.status(aCall())).toEqual(first);
    now += 1_000;
    // The receiver of the tests would refuse an `iat` that is far from its own clock.
    receiver.answer = { status: 202 };
    expect(await connector.status(aCall())).toMatchObject({
      text: expect.stringContaining(new Date(now).toISOString()),
    });
    expect(receiver.requests()).toBe(2);
  });

  it('is verified by one event where two look at the same time', async () => {
    const connector = connectorTo();
    await Promise.all([connector.status(aCall()), connector.status(aCall())]);
    expect(receiver.requests()).toBe(1);
  });

  it('is degraded by a refusal, with its code, is not asked at every look, and recovers by itself', async () => {
    const connector = connectorTo();
    const right = receiver.keys;
    receiver.keys = async () => ({ keys: [] });
    const refused = { state: 'degraded', authorised: false, text: expect.stringContaining('invalid_key') };
    for (let times = 0; times < 3; times += 1) expect(await connector.status(aCall())).toMatchObject(refused);
    expect(receiver.requests()).toBe(1);
    receiver.keys = right;
    now += 299_000;
    expect(await connector.status(aCall())).toMatchObject(refused);
    now += 1_000;
    receiver.answer = { status: 202 };
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok', authorised: true });
  });

  it('is degraded by what is no refusal of us, too, and an event that is taken ends that', async () => {
    const connector = connectorTo();
    receiver.answer = { status: 503, body: 'maintenance' };
    const health = await connector.status(aCall());
    expect(health).toMatchObject({ state: 'degraded', text: expect.stringContaining('maintenance') });
    expect(health.authorised).toBeUndefined();
    receiver.answer = undefined;
    await connector.execute(onAna(), aCall());
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok', authorised: true });
  });

  it('is degraded by an order that the receiver refuses, at once', async () => {
    const connector = connectorTo();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    receiver.answer = { status: 403 };
    await connector.execute(onAna(), aCall());
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
  });

  it('is down while nobody is reached, and verified as soon as somebody is', async () => {
    const connector = connectorTo();
    await proxy.goAway();
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    await proxy.comeBack();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    await proxy.goAway();
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    await proxy.comeBack();
    expect(receiver.requests()).toBe(1);
  });

  it('is not verified where no answer came', async () => {
    const connector = connectorTo({ timeouts: { connect_ms: 500, total_ms: 700 } });
    proxy.fail({ kind: 'stall' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    proxy.fail();
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded' });
  });
});

describe('parameters', () => {
  it.each([
    ['base_url', { base_url: 'http://receiver.example/events' }],
    ['authorization', { authorization: 'basic' }],
    ['authorization', { authorization: undefined }],
    ['issuer', { issuer: 'http://reflex.example' }],
    ['issuer', { issuer: 'https://reflex.example/#a' }],
    ['audience', { audience: '' }],
    ['stream_id', { stream_id: undefined }],
    ['signing_key', { signing_key: 'inline' }],
    ['key_id', { key_id: 'with a space' }],
    ['subject', { subject: undefined }],
    ['subject.format', { subject: { format: 'phone_number' } }],
    ['subject.realms', { subject: { format: 'email' } }],
    ['subject.realms', { subject: { format: 'email', realms: [] } }],
    ['subject.realms.0.is', { subject: { format: 'email', realms: [{ realm: 'corp', is: 'https://sso.example' }] } }],
    ['subject.realms.0.is', { subject: { format: 'iss_sub', realms: [{ realm: 'corp', is: 'corp.example' }] } }],
    ['subject.realms.0.realm', { subject: { format: 'email', realms: [{ realm: 'CORP*', is: 'corp.example' }] } }],
    [
      'subject.realms.1.realm',
      {
        subject: {
          format: 'email',
          realms: [
            { realm: 'corp', is: 'a.example' },
            { realm: 'corp', is: 'b.example' },
          ],
        },
      },
    ],
    ['subject.realms', { subject: { format: 'opaque', realms: [{ realm: 'corp', is: 'corp.example' }] } }],
    ['subject.plain_realm', { subject: { format: 'opaque', plain_realm: 'corp' } }],
    [
      'subject.plain_realm',
      { subject: { format: 'email', realms: [{ realm: 'corp', is: 'a.example' }], plain_realm: 'other' } },
    ],
    ['unheard_of', { unheard_of: true }],
  ])('are refused by name: %s', (path, change) => {
    const parameters = JSON.parse(JSON.stringify({ ...ssfParameters(`${proxy.url}/events`), ...change })) as object;
    const made = makeConnectors([{ name: 'caep', kind: 'ssf', parameters }], (name) => secrets.get(name));
    expect([...made.connectors.keys()]).toEqual([]);
    expect(made.faults.map((each) => each.path)).toContain(`parameters.${path}`);
  });

  it.each([
    ['no PEM', 'not-a-key'],
    ['a broken key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    ['another curve', 'secp384r1'],
    ['a short RSA key', 'rsa'],
  ])('are refused with a signing key that is %s, which the message never quotes', (_what, given) => {
    const pem =
      given === 'secp384r1'
        ? generateKeyPairSync('ec', { namedCurve: given }).privateKey.export({ type: 'pkcs8', format: 'pem' })
        : given === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
          : given;
    secrets.set('signing', pem.toString());
    const { connectors, faults } = make();
    expect([...connectors.keys()]).toEqual([]);
    expect(faults).toEqual([{ connector: 'caep', path: 'parameters.signing_key', message: expect.any(String) }]);
    expect(faults[0]?.message).toContain('`signing`');
    expect(faults[0]?.message).not.toContain(pem.toString().split('\n')[1] ?? given);
  });
});
