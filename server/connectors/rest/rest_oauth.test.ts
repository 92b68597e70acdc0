import { createServer as createSecureServer } from 'https';
import type { TLSSocket } from 'tls';
import { testAuthority } from '../../../test/targets/certificate';
import { listenOnLoopback } from '../../../test/targets/loopback_server';
import { blockServer, blockServerParameters, type BlockServer } from '../../../test/targets/block_server';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { tokenServer, type TokenServer } from '../../../test/targets/token_server';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

const SECRET = 'p/ss:w rd+ü of-the-client';

let now = Date.parse('2026-11-22T04:17:10Z');
const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const make = (parameters: object, secret: () => string | undefined = () => SECRET) =>
  makeConnectors([{ name: 'edge', kind: 'rest', parameters }], secret, {
    utc: () => now,
    lookup: async () => ['127.0.0.1'],
  });

const parametersTo = (url: string, tokenUrl: string, oauth: object = {}, change: object = {}) => ({
  ...blockServerParameters(url),
  headers: {
    Authorization: {
      oauth: {
        token_url: tokenUrl,
        client_id: 'reflex:1',
        client_secret: { secret: 'client' },
        auth: 'basic',
        ...oauth,
      },
    },
  },
  ...change,
});

interface Rig {
  readonly tokens: TokenServer;
  readonly server: BlockServer;
  readonly proxy: FaultProxy;
  readonly connector: Connector;
}

const rigWith = async (oauth: object = {}, options: { lastsS?: number | null } = {}): Promise<Rig> => {
  const tokens = await tokenServer(options);
  const server = await blockServer({ serves: tokens.knows, refusal: 401 });
  const proxy = await faultProxy(server.port);
  closing.push(tokens.close, server.close, proxy.dispose);
  const { connectors, faults } = make(parametersTo(proxy.url, tokens.tokenUrl, oauth));
  const connector = connectors.get('edge');
  if (!connector) throw new Error(JSON.stringify(faults));
  return { tokens, server, proxy, connector };
};

const execute = (connector: Connector, change: Parameters<typeof aCall>[0] = {}) =>
  connector.execute(aClearedCommand(), aCall(change));
const ordersAt = (proxy: FaultProxy): number => proxy.requests().filter(({ method }) => method === 'POST').length;

describe('an access token', () => {
  it('is asked for with the secret in the header, encoded as OAuth wants it', async () => {
    const { tokens, connector, server } = await rigWith({ scope: 'block read', audience: 'urn:fw' });
    expect(await execute(connector)).toMatchObject({ kind: 'succeeded' });
    const [request] = tokens.requests();
    const encoded = (text: string): string => encodeURIComponent(text).replace(/%20/g, '+').replace(/-/g, '%2D');
    const pair = Buffer.from(request?.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(pair).toBe(`${encoded('reflex:1')}:${encoded(SECRET)}`);
    expect(request?.form).toEqual({ grant_type: 'client_credentials', scope: 'block read', audience: 'urn:fw' });
    expect(server.blocks()).toHaveLength(1);
  });

  it('is taken where it comes as something that was created', async () => {
    const { tokens, connector, proxy } = await rigWith();
    tokens.answers(201, { access_token: 'created', token_type: 'bearer', expires_in: 300 });
    await execute(connector);
    expect(ordersAt(proxy)).toBeGreaterThan(0);
  });

  it('is asked for with the secret in the body where that is set', async () => {
    const { tokens, connector } = await rigWith({ auth: 'post' });
    await execute(connector);
    expect(tokens.requests()).toEqual([
      {
        authorization: undefined,
        form: { grant_type: 'client_credentials', client_id: 'reflex:1', client_secret: SECRET },
      },
    ]);
  });

  it('is kept until shortly before it ends', async () => {
    const { tokens, connector } = await rigWith();
    for (let times = 0; times < 3; times += 1) await execute(connector);
    now += 269_000;
    await execute(connector);
    expect(tokens.requests()).toHaveLength(1);
    now += 2_000;
    await execute(connector);
    expect(tokens.requests()).toHaveLength(2);
  });

  it('is kept for a minute less the margin where its server does not say how long it lasts', async () => {
    const { tokens, connector } = await rigWith({}, { lastsS: null });
    await execute(connector);
    now += 47_000;
    await execute(connector);
    expect(tokens.requests()).toHaveLength(1);
    now += 2_000;
    await execute(connector);
    expect(tokens.requests()).toHaveLength(2);
  });

  it('is asked for once by requests at the same time', async () => {
    const { tokens, connector, server } = await rigWith();
    tokens.waits(50);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => execute(connector)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(4).fill('succeeded'));
    expect(tokens.requests()).toHaveLength(1);
    expect(server.blocks()).toHaveLength(4);
  });

  it('that is refused is replaced once, and the order goes again only if it may', async () => {
    const { tokens, connector, server, proxy } = await rigWith();
    await execute(connector);
    tokens.revoke();
    let asked = 0;
    const once = (): boolean => (asked += 1) === 1;
    const before = ordersAt(proxy);
    expect(await execute(connector, { mayStart: once })).toMatchObject({ kind: 'not_started' });
    expect([asked, ordersAt(proxy) - before, server.blocks().length]).toEqual([2, 1, 1]);
    tokens.revoke();
    expect(await execute(connector)).toMatchObject({ kind: 'succeeded' });
    expect(tokens.requests()).toHaveLength(3);
  });

  it('that is refused again is not asked for a third time', async () => {
    const { tokens, connector, proxy } = await rigWith();
    proxy.fail({ kind: 'answer', status: 401 });
    expect(await execute(connector)).toMatchObject({ kind: 'failed', error: { status: 401, retryable: false } });
    expect([tokens.requests().length, ordersAt(proxy)]).toEqual([2, 2]);
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
  });

  it('that nobody gives fails the order before its first byte', async () => {
    const { tokens, connector, proxy } = await rigWith();
    const mayStart = jest.fn(() => true);
    for (const [status, error] of [
      [401, { code: 'credentials', retryable: false }],
      [400, { code: 'credentials', retryable: false }],
      [503, { code: 'http_status', retryable: true }],
      [429, { code: 'http_status', retryable: true }],
    ] as const) {
      tokens.answers(status, { error: 'invalid_client', error_description: `no ${SECRET}` });
      const outcome = await execute(connector, { mayStart });
      expect([status, outcome]).toMatchObject([status, { kind: 'failed', error }]);
      expect(JSON.stringify(outcome)).not.toContain('of-the-client');
    }
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    tokens.answers(401, { error: 'invalid_client' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    for (const body of [
      {},
      { access_token: 'a b', token_type: 'Bearer' },
      { access_token: 'abcd', token_type: 'mac' },
    ]) {
      tokens.answers(200, body);
      expect(await execute(connector, { mayStart })).toMatchObject({ kind: 'failed', error: { code: 'credentials' } });
    }
    await tokens.close();
    closing.shift();
    expect(await execute(connector, { mayStart })).toMatchObject({
      kind: 'failed',
      error: { code: 'connection', retryable: true, message: expect.stringMatching(/^no access token: /) },
    });
    expect(await connector.verify(effectOf(aClearedCommand()), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    expect(mayStart).not.toHaveBeenCalled();
    expect(proxy.requests()).toEqual([]);
  });

  it('that comes too late fails the order before its first byte, within the time of a call', async () => {
    const { tokens, connector, proxy } = await rigWith();
    tokens.waits(2_000);
    const began = Date.now();
    expect(await execute(connector)).toMatchObject({ kind: 'failed', error: { retryable: true } });
    expect(Date.now() - began).toBeLessThan(connector.capabilities.request_timeout_ms);
    expect(proxy.requests()).toEqual([]);
  });

  it('never comes back in a text', async () => {
    const { tokens, connector, proxy } = await rigWith();
    await execute(connector);
    const [token = ''] = tokens.given();
    const effect = effectOf(aClearedCommand({ target: { type: 'ip', value: token } }));
    proxy.fail({ kind: 'answer', status: 418, headers: { location: token } });
    const seen = [await connector.verify(effect, aCall()), await connector.status(aCall()), await execute(connector)];
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it('is not asked for once the caller has given up', async () => {
    const { tokens, connector } = await rigWith();
    expect(await execute(connector, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'failed' });
    expect(tokens.requests()).toEqual([]);
  });
});

describe('the request for an access token', () => {
  it('goes over the TLS of the connector, with its certificate instead of a secret', async () => {
    const authority = testAuthority();
    const own = authority.issue('reflex');
    const asked: string[] = [];
    const login = createSecureServer(
      { ...authority.issue('login.example'), ca: authority.ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        asked.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
        request.resume();
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"access_token":"the-token-of-the-certificate","token_type":"bearer","expires_in":60}');
      },
    );
    const port = await listenOnLoopback(login);
    const server = await blockServer({
      serves: ({ authorization }) => authorization === 'Bearer the-token-of-the-certificate',
    });
    closing.push(() => void login.close(), server.close);
    const tokenUrl = `https://login.example:${port}/token`;
    const given = (ca: string): object => ({
      ...parametersTo(server.url, tokenUrl),
      headers: { Authorization: { oauth: { token_url: tokenUrl, client_id: 'reflex', auth: 'tls' } } },
      tls: { ca, cert: { secret: 'cert' }, key: { secret: 'key' } },
    });
    const secrets = (name: string): string | undefined => (name === 'cert' ? own.cert : own.key);
    const world = { utc: () => now, lookup: async () => ['127.0.0.1'] };
    const connectorWith = (ca: string, more: object = {}): Connector => {
      const config = { name: 'edge', kind: 'rest', parameters: given(ca) };
      const { connectors, faults } = makeConnectors([config], secrets, { ...world, ...more });
      const connector = connectors.get('edge');
      if (!connector) throw new Error(JSON.stringify(faults));
      return connector;
    };
    expect(await execute(connectorWith(authority.ca))).toMatchObject({ kind: 'succeeded' });
    expect(asked).toEqual(['reflex']);
    expect(await execute(connectorWith(testAuthority().ca))).toMatchObject({
      kind: 'failed',
      error: { code: 'tls', retryable: false, message: expect.stringMatching(/^no access token: /) },
    });
    const egress = (to: { readonly port: number }): string | undefined => (to.port === port ? 'not listed' : undefined);
    expect(await execute(connectorWith(authority.ca, { egress }))).toMatchObject({
      kind: 'failed',
      error: { code: 'egress_refused', retryable: false },
    });
    expect([asked.length, server.blocks().length]).toEqual([1, 1]);
  });

  it('goes to no address that is not allowed, whatever a name leads to', async () => {
    const server = await blockServer();
    closing.push(server.close);
    const parameters = parametersTo(server.url, 'https://login.example/token');
    const { connectors } = makeConnectors([{ name: 'edge', kind: 'rest', parameters }], () => SECRET, {
      utc: () => now,
      lookup: async (name) => (name === 'login.example' ? ['169.254.169.254'] : ['127.0.0.1']),
    });
    const connector = connectors.get('edge');
    expect(await connector?.execute(aClearedCommand(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'address_refused', retryable: false },
    });
  });
});

describe('the parameters of an access token', () => {
  const faultsOf = (oauth: object, change: object = {}, secret?: () => string | undefined) =>
    make(parametersTo('http://127.0.0.1:1', 'http://127.0.0.1:1/token', oauth, change), secret).faults.map(
      ({ path }) => path,
    );

  it('are taken', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ token_url: 'https://login.example/oauth/token' })).toEqual([]);
  });

  it.each([
    ['plain HTTP to another machine', { token_url: 'http://login.example/token' }, 'token_url'],
    ['an address that is not named', { token_url: 'https://169.254.169.254/token' }, 'token_url'],
    ['no URL', { token_url: 'login' }, 'token_url'],
    ['a certificate that is not there', { auth: 'tls', client_secret: undefined }, 'auth'],
  ])('are refused: %s', (_what, oauth, place) => {
    const given = JSON.parse(JSON.stringify({ client_secret: { secret: 'client' }, ...oauth })) as object;
    const faults = make({
      ...blockServerParameters('http://127.0.0.1:1'),
      headers: {
        Authorization: {
          oauth: { token_url: 'http://127.0.0.1:1/token', client_id: 'reflex', auth: 'basic', ...given, ...oauth },
        },
      },
    }).faults.map(({ path }) => path);
    expect(faults).toEqual([`parameters.headers.Authorization.oauth.${place}`]);
  });

  it('are refused without a secret, in another header, and beside a second one', () => {
    expect(faultsOf({}, {}, () => undefined)).toEqual(['parameters.headers.Authorization.oauth.client_secret']);
    const header = parametersTo('http://127.0.0.1:1', 'http://127.0.0.1:1/token').headers.Authorization;
    expect(faultsOf({}, { headers: { 'X-Token': header } })).toEqual(['parameters.headers.X-Token']);
    expect(faultsOf({}, { headers: { Authorization: header, authorization: header } })).toEqual([
      'parameters.headers.authorization',
    ]);
  });
});
