import { request as ask } from 'http';
import { freePort } from '../../../../test/targets/processes';
import type { HostResponse, HostRoute } from '../../../routes/http';
import { notFoundPage } from './pages';
import { openHttpHost, type HttpHost } from './http_host';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const route = (change: Partial<HostRoute>): HostRoute => ({
  method: 'post',
  path: '/api/reflex/thing',
  raw: false,
  maxBytes: 100,
  ownAuthentication: false,
  handle: ({ body }) => Promise.resolve({ status: 200, body: { got: body } }),
  ...change,
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

describe('the host on the loopback', () => {
  let host: HttpHost;
  let port: number;
  let early: HostResponse | undefined;

  const send = (method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const JSON_OF_THE_PAGE = { 'content-type': 'application/json', 'osd-xsrf': 'reflex', cookie: 'in' };

  beforeAll(async () => {
    port = await freePort();
    host = await openHttpHost({
      port,
      log: silent,
      isLoggedIn: ({ headers }) => headers.cookie === 'in',
      open: new Set(['/api/reflex/open']),
      whileLoading: () => early,
      notFound: notFoundPage,
    });
    host.router.add(route({}));
    host.router.add(
      route({ method: 'get', path: '/api/reflex/open', handle: () => Promise.resolve({ status: 200, body: {} }) }),
    );
    host.router.add(
      route({
        path: '/api/reflex/events',
        raw: true,
        ownAuthentication: true,
        handle: ({ body }) => Promise.resolve({ status: 202, body: { bytes: Buffer.isBuffer(body) } }),
      }),
    );
  });
  afterAll(() => host.stop());
  beforeEach(() => {
    early = undefined;
  });

  it('serves those who are logged in', async () => {
    const answer = await send('POST', '/api/reflex/thing', JSON_OF_THE_PAGE, '{"a":1}');
    expect([answer.status, answer.text]).toEqual([200, '{"got":{"a":1}}']);
  });

  it.each([
    ['nobody is logged in', { ...JSON_OF_THE_PAGE, cookie: 'out' }, 401],
    [
      'the header is missing that pages of other sites cannot set',
      { cookie: 'in', 'content-type': 'application/json' },
      400,
    ],
    ['it was sent to a name that only points here', { ...JSON_OF_THE_PAGE, host: 'evil.example' }, 403],
    ['the body is a form', { ...JSON_OF_THE_PAGE, 'content-type': 'text/plain' }, 415],
  ])('refuses when %s', async (_why, headers, status) => {
    expect((await send('POST', '/api/reflex/thing', headers, '{}')).status).toBe(status);
  });

  it('refuses bodies that are too large, as a problem with its code', async () => {
    const answer = await send('POST', '/api/reflex/thing', JSON_OF_THE_PAGE, JSON.stringify('x'.repeat(200)));
    expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([413, 'too_large']);
  });

  it('hands the bytes on as they came where the route wants them, and leaves the check of the caller to it', async () => {
    const answer = await send('POST', '/api/reflex/events', { 'content-type': 'text/x-anything' }, 'bytes');
    expect([answer.status, answer.text]).toEqual([202, '{"bytes":true}']);
  });

  it('lets anybody ask what is open, and sends its security headers with every answer', async () => {
    const [found, missing] = [await send('GET', '/api/reflex/open'), await send('GET', '/nothing<here>')];
    expect([found.status, missing.status]).toEqual([200, 404]);
    for (const { headers } of [found, missing])
      expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(missing.text).not.toContain('<here>');
  });

  it('lets what is still loading answer first', async () => {
    early = { status: 503, body: { code: 'unavailable' } };
    expect((await send('GET', '/api/reflex/open')).status).toBe(503);
  });
});
