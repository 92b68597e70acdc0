import { createHmac } from 'crypto';
import { bodyOf, httpServer, type LoopbackServer } from '../../../test/targets/loopback_server';
import { parseBaseUrl } from './base_url';
import { messagePoster } from './post_message';
import { outcomePoster } from './post_outcome';

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let server: LoopbackServer;
let heard: Heard[];
let status: number;
let headers: Record<string, string>;

beforeEach(async () => {
  heard = [];
  status = 204;
  headers = {};
  server = await httpServer((request, response) => {
    void bodyOf(request).then((body) => {
      heard.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      response
        .writeHead(status, headers)
        .end(status < 300 ? undefined : `your token is ${String(request.headers.authorization)}`);
    });
  });
});
afterEach(() => server.close());

const baseOf = (path: string) => {
  const base = parseBaseUrl(`${server.url}${path}`, { allowed: ['127.0.0.1'], plainHttp: true });
  if (!base.ok) throw new Error(base.error);
  return base.value;
};

const posterTo = (path: string, more: Partial<Parameters<typeof messagePoster>[0]> = {}) => {
  const allowAddresses = ['127.0.0.1'];
  const lookup = async () => ['127.0.0.1'];
  return outcomePoster(
    messagePoster({ base: baseOf(path), allowAddresses, tls: {}, lookup, utc: () => 1_000, ...more }),
  );
};

describe('posting an outcome', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['/services/collector', '/services/collector'],
  ])('goes to the address `%s` as it is written', async (path, asked) => {
    expect(await posterTo(path)('{"a":1}', { 'idempotency-key': 'k' })).toEqual({ kind: 'told' });
    expect(heard).toMatchObject([
      {
        method: 'POST',
        path: asked,
        body: '{"a":1}',
        headers: { 'idempotency-key': 'k', 'content-type': 'application/json' },
      },
    ]);
  });

  it('proves it with the secrets as they are then, and shows neither the old nor the new ones', async () => {
    let [secret, signing] = ['the first token', 'the first key'];
    const post = posterTo('/x', {
      auth: {
        header: 'authorization',
        prefix: 'Bearer ',
        get secret() {
          return secret;
        },
      },
    });
    const signed = outcomePoster(
      messagePoster({
        base: baseOf('/y'),
        allowAddresses: ['127.0.0.1'],
        tls: {},
        lookup: async () => ['127.0.0.1'],
        utc: () => 1_000,
        get signing() {
          return signing;
        },
      }),
    );
    await post('{}', {});
    await signed('{}', {});
    [secret, signing] = ['the second token', 'the second key'];
    status = 500;
    const said = await post('{}', {});
    await signed('{}', {});
    expect(heard.map((each) => each.headers.authorization).filter((each) => each !== undefined)).toEqual([
      'Bearer the first token',
      'Bearer the second token',
    ]);
    const [, first, , second] = heard.map((each) => each.headers['x-reflex-signature']);
    const signatureOf = (key: string): string => createHmac('sha256', key).update('1000.{}').digest('hex');
    expect([first, second]).toEqual([signatureOf('the first key'), signatureOf('the second key')]);
    expect(JSON.stringify(said)).not.toMatch(/the (first|second)/);
  });

  it('proves who posts by a secret header, or by a signature over time and body', async () => {
    const auth = { header: 'authorization', prefix: 'Bearer ', secret: 'open sesame' };
    await posterTo('/x', { auth, signing: 'a secret' })('{"a":1}', {});
    const signature = createHmac('sha256', 'a secret').update('1000.{"a":1}').digest('hex');
    expect(heard[0]?.headers).toMatchObject({
      authorization: 'Bearer open sesame',
      'x-reflex-timestamp': '1000',
      'x-reflex-signature': signature,
    });
  });

  it.each([
    [400, 'refused'],
    [422, 'refused'],
    [413, 'refused'],
    [302, 'failed'],
    [401, 'failed'],
    [403, 'failed'],
    [404, 'failed'],
    [409, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
  ])('takes HTTP %i for %s, without the secrets that come back', async (answered, kind) => {
    status = answered;
    const auth = { header: 'authorization', prefix: '', secret: 'open sesame' };
    const posted = await posterTo('/x', { auth })('{}', {});
    expect(posted).toMatchObject({ kind, why: expect.stringContaining(`HTTP ${answered}`) as string });
    expect(JSON.stringify(posted)).not.toContain('sesame');
  });

  it('waits for as long as it is asked to', async () => {
    status = 429;
    headers = { 'retry-after': '7' };
    expect(await posterTo('/x')('{}', {})).toMatchObject({ kind: 'failed', retryAfterMs: 7_000 });
  });

  it('is tried again where nobody listens, and refused an address that the settings do not allow', async () => {
    const post = posterTo('/x');
    const elsewhere = posterTo('/x', { allowAddresses: [], lookup: async () => ['169.254.169.254'] });
    expect(await elsewhere('{}', {})).toMatchObject({ kind: 'failed' });
    expect(heard).toEqual([]);
    await server.close();
    expect(await post('{}', {})).toMatchObject({ kind: 'failed' });
  });
});
