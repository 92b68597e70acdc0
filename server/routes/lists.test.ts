import { request as ask } from 'http';
import { connect } from 'net';
import { blockListRoom, listsProxy, type ListsProxy } from '../../test/targets/block_lists';
import { aCall, aClearedCommand, effectOf } from '../../test/targets/commands';
import { feedConnectorTo, FEED_PARAMETERS, tokenOf } from '../../test/targets/feed_rig';
import { freePort } from '../../test/targets/processes';
import { until } from '../../test/targets/until';
import type { Connector, OfferedList } from '../connectors/connector';
import { openHttpHost, type HttpHost } from '../hosts/standalone/http/http_host';
import { listRoutes } from './lists';
import type { Serving } from './route_parts';

/* Lists over real sockets, by the host that serves them outside Dashboards. */

const quiet = (): void => undefined;
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const BASE = '/api/reflex/lists';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

let host: HttpHost;
let port: number;
let connector: Connector;
let proxy: ListsProxy;
const offered = new Map<string, OfferedList>();

const send = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });

const bearer = (device: string): Record<string, string> => ({ authorization: `Bearer ${tokenOf(device)}` });
const EDGE = bearer('edge-1');

beforeAll(async () => {
  port = await freePort();
  host = await openHttpHost({
    port,
    log: silent,
    isLoggedIn: () => false,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404, body: '' }),
  });
  const named = (name: string): OfferedList | undefined => offered.get(name);
  const parts: Serving<'blockLists'> = {
    router: host.router,
    log: silent,
    identify: async () => undefined,
    tokenOwner: async () => undefined,
    loading: () => undefined,
    // Every agent serves lists.
    servesPeople: false,
    ready: () => ({ blockLists: { named } }),
    standing: () => ({ blockLists: { named } }),
  };
  listRoutes(parts);
});
afterAll(() => host.stop());

beforeEach(() => {
  const { room } = blockListRoom();
  proxy = listsProxy(room, (name, list) => void offered.set(name, list));
  connector = feedConnectorTo(proxy.lists, {
    most_entries: 20_000,
    devices: {
      'edge-1': FEED_PARAMETERS.devices['edge-1'],
      old: { token: { secret: 'old' }, format: 'csv', in_path: true },
    },
  });
});

const block = (value: string) => aClearedCommand({ target: { type: 'ip', value } });
const written = (): number =>
  proxy.requests().filter(({ method, path }) => method === 'PUT' && path === '/fetch').length;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('a list over HTTP', () => {
  it('comes with its length, its type and its tag, and once more only if it changed', async () => {
    const command = block('203.0.113.7');
    await connector.execute(command, aCall());
    const first = await send(`${BASE}/deny`, EDGE);
    expect([first.status, first.text]).toEqual([200, '203.0.113.7\n']);
    expect(first.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '12',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const tags of [etag, `"x", ${etag}`, `W/${etag}`]) {
      const again = await send(`${BASE}/deny`, { ...EDGE, 'if-none-match': tags });
      expect([tags, again.status, again.text, again.headers.etag]).toEqual([tags, 304, '', etag]);
    }
    await connector.undo(effectOf(command), aCall());
    const later = await send(`${BASE}/deny`, { ...EDGE, 'if-none-match': etag });
    expect([later.status, later.text, later.headers['content-length']]).toEqual([200, '', '0']);
  });

  it('is written down as fetched by who got all of it, or had it', async () => {
    const command = block('203.0.113.7');
    await send(`${BASE}/deny`, EDGE);
    await send(`${BASE}/deny/${tokenOf('old')}`);
    await connector.execute(command, aCall());
    const state = async () => (await connector.verify(effectOf(command), aCall())).state;
    const { headers } = await send(`${BASE}/deny/${tokenOf('old')}`);
    expect(await state()).toBe('unknown');
    await send(`${BASE}/deny`, EDGE);
    await until('the list was not written down as fetched', async () => (await state()) === 'present');
    await connector.undo(effectOf(command), aCall());
    await send(`${BASE}/deny`, EDGE);
    const empty = await send(`${BASE}/deny/${tokenOf('old')}`, { 'if-none-match': String(headers.etag) });
    expect(empty.status).toBe(200);
    await until('nor without it', async () => (await state()) === 'absent');
  });

  it('is whole for who asks for a part', async () => {
    await connector.execute(block('203.0.113.7'), aCall());
    const { status, text } = await send(`${BASE}/deny`, { ...EDGE, range: 'bytes=0-3' });
    expect([status, text]).toEqual([200, '203.0.113.7\n']);
  });

  it('is not fetched by who only asks for the head, or has any version', async () => {
    await connector.execute(block('203.0.113.7'), aCall());
    const head = await send(`${BASE}/deny`, EDGE, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    await settled();
    expect(written()).toBe(0);
    expect((await send(`${BASE}/deny`, { ...EDGE, 'if-none-match': '*' })).status).toBe(200);
    await until('the list was not written down as fetched', () => written() === 1);
  });

  it('is not fetched by who went away in the middle', async () => {
    // More than a socket takes at once.
    const many = Array.from(
      { length: 20_000 },
      (_, index) => `2001:db8:${(index % 9999).toString()}:7777:8888::${index % 9999}`,
    );
    const list: OfferedList = {
      serve: async () => ({
        kind: 'list',
        etag: '"x"',
        contentType: 'text/plain',
        body: `${many.join('\n')}\n`.repeat(40),
        fetched: () => {
          fetched += 1;
        },
      }),
    };
    let fetched = 0;
    offered.set('large', list);
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`GET ${BASE}/large HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve));
    socket.destroy();
    await settled();
    expect(fetched).toBe(0);
    expect((await send(`${BASE}/large`)).text.length).toBe(`${many.join('\n')}\n`.length * 40);
    expect(fetched).toBe(1);
  });

  it.each([
    ['no token', '/deny', {}],
    ['a wrong one', '/deny', { authorization: 'Bearer wrong' }],
    ['a wrong one in the address', '/deny/wrong', {}],
    ['one in the address that may not stand there', `/deny/${tokenOf('edge-1')}`, {}],
    ['a list that there is not', '/nothing', EDGE],
  ])('tells nothing to who comes with %s', async (_what, path, headers) => {
    const { status, text } = await send(`${BASE}${path}`, headers);
    expect([status, JSON.parse(text)]).toEqual([
      401,
      { code: 'unauthenticated', message: 'send the token of a device of this list' },
    ]);
  });

  it('says when to come again where it is not known, and takes words that firewalls add to an address', async () => {
    await proxy.goAway();
    const away = await send(`${BASE}/deny?vsys=1`, EDGE);
    expect([away.status, away.headers['retry-after']]).toEqual([503, '30']);
    await proxy.comeBack();
    expect((await send(`${BASE}/deny?vsys=1`, EDGE)).status).toBe(200);
    for (let times = 0; times < 60; times += 1) await send(`${BASE}/deny`, EDGE);
    const busy = await send(`${BASE}/deny`, EDGE);
    expect([busy.status, Number(busy.headers['retry-after']) > 0]).toEqual([429, true]);
  });
});
