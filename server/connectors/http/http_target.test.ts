import { fork, type ChildProcess } from 'child_process';
import { readFileSync } from 'fs';
import { connect, type Socket } from 'net';
import tls, { createServer as createTlsServer } from 'tls';
import { once } from 'events';
import { testAuthority } from '../../../test/targets/certificate';
import { httpServer, listenOnLoopback, rawServer } from '../../../test/targets/loopback_server';
import { until } from '../../../test/targets/until';
import { parseBaseUrl } from './base_url';
import type { HttpRequest } from './exchange';
import { httpTarget, type HttpTarget, type HttpTargetOptions } from './http_target';

const ORDER: HttpRequest = { method: 'POST', path: '/v1/blocks', headers: {}, body: '{"a":1}' };

const targetOf = (url: string, change: Partial<HttpTargetOptions> = {}): HttpTarget => {
  const base = parseBaseUrl(url, { allowed: ['127.0.0.1'], plainHttp: true });
  if (!base.ok) throw new Error(base.error);
  return httpTarget({
    base: base.value,
    allowAddresses: ['127.0.0.1'],
    tls: {},
    connectMs: 10_000,
    totalMs: 10_000,
    secrets: [],
    lookup: async () => ['127.0.0.1'],
    ...change,
  });
};

const sendOnce = (target: HttpTarget, mayStart?: () => boolean, request = ORDER) =>
  target.within(new AbortController().signal, (send) => send(request, mayStart));

const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A TLS server that begins its handshake only when told to. */
const slowTls = async () => {
  const authority = testAuthority();
  const server = createTlsServer(authority.issue('fw.example'));
  let received = '';
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
  });
  const waiting: Socket[] = [];
  let over = false;
  const raw = await rawServer((socket) => {
    socket.on('close', () => {
      over = true;
    });
    socket.removeAllListeners('data');
    socket.pause();
    waiting.push(socket);
  });
  closing.push(raw.close);
  return {
    port: raw.port,
    isWaiting: () => waiting.length > 0,
    goOn: () => waiting.splice(0).forEach((socket) => server.emit('connection', socket)),
    received: () => received,
    isOver: () => over,
    ca: authority.ca,
  };
};

const onLinux = process.platform === 'linux' ? describe : describe.skip;

/** How many connections to a port the kernel is still trying to make. */
const connectingTo = (port: number): number => {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')} 02 `;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => line.includes(remote)).length;
};

describe('the permit to start', () => {
  it('is asked for once the connection stands, not before', async () => {
    const authority = testAuthority();
    const { cert, key } = authority.issue('fw.example');
    const order: string[] = [];
    const server = createTlsServer({ cert, key }, (socket) => {
      order.push('connection stands');
      socket.on('error', () => undefined);
      socket.once('data', () => {
        order.push('first byte');
        socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    const port = await listenOnLoopback(server);
    closing.push(() => void server.close());
    const target = targetOf(`https://fw.example:${port}`, { tls: { ca: authority.ca } });
    const mayStart = (): boolean => {
      order.push('asked');
      return true;
    };
    expect(await sendOnce(target, mayStart)).toMatchObject({ kind: 'answered', status: 204 });
    expect(order.filter((each) => each !== 'connection stands')).toEqual(['asked', 'first byte']);
    expect(order.filter((each) => each === 'asked')).toHaveLength(1);
  });

  it('is not asked for while a slow handshake goes on, and is honoured if it lapses meanwhile', async () => {
    const server = await slowTls();
    let [asked, permitted] = [0, true];
    const target = targetOf(`https://127.0.0.1:${server.port}`, { tls: { ca: server.ca } });
    const answer = sendOnce(target, () => {
      asked += 1;
      return permitted;
    });
    await until('the connection to be taken', server.isWaiting);
    expect(asked).toBe(0);
    permitted = false;
    server.goOn();
    expect(await answer).toEqual({ kind: 'not_started' });
    expect(asked).toBe(1);
    expect(server.received()).toBe('');
  });

  onLinux('with a server that takes its connections slowly', () => {
    let child: ChildProcess;
    let port: number;
    let fillers: Socket[];
    const bytes = async (): Promise<number> => {
      child.send('bytes');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    };

    beforeEach(async () => {
      // A process that is stopped takes no connection; a full queue of two makes the kernel hold back the next one.
      child = fork(require.resolve('../../../test/targets/small_queue_server.js'));
      [port] = (await once(child, 'message')) as [number];
      child.kill('SIGSTOP');
      fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
      await until('the queue to be full', () => fillers.filter((each) => !each.connecting).length >= 2);
    });

    afterEach(() => {
      fillers.forEach((each) => each.destroy());
      child.kill('SIGKILL');
    });

    it('is honoured if it lapses during connecting: not a byte is written', async () => {
      let [asked, permitted] = [0, true];
      const before = connectingTo(port);
      const answer = sendOnce(targetOf(`http://127.0.0.1:${port}`), () => {
        asked += 1;
        return permitted;
      });
      await until('the connection to be tried', () => connectingTo(port) > before);
      expect(asked).toBe(0);
      permitted = false;
      fillers.forEach((each) => each.destroy());
      child.kill('SIGCONT');
      expect(await answer).toEqual({ kind: 'not_started' });
      expect(asked).toBe(1);
      expect(await bytes()).toBe(0);
    });

    it('lets the request through if it still holds then', async () => {
      const answer = sendOnce(targetOf(`http://127.0.0.1:${port}`), () => true);
      fillers.forEach((each) => each.destroy());
      child.kill('SIGCONT');
      expect(await answer).toMatchObject({ kind: 'answered', status: 204 });
      expect(await bytes()).toBeGreaterThan(0);
    });
  });

  it('is asked for each request anew', async () => {
    const server = await httpServer((_request, response) => void response.writeHead(503).end());
    closing.push(server.close);
    let asked = 0;
    const target = targetOf(server.url);
    for (const expected of [1, 2, 3]) {
      await sendOnce(target, () => {
        asked += 1;
        return true;
      });
      expect(asked).toBe(expected);
    }
  });

  it('stops a request whose question throws', async () => {
    const server = await rawServer(() => undefined);
    closing.push(server.close);
    const answer = await sendOnce(targetOf(server.url), () => {
      throw new Error('broken brakes');
    });
    expect(answer).toMatchObject({ kind: 'not_sent' });
    expect(server.received()).toBe('');
  });
});

describe('what is known when no answer comes', () => {
  it('is that nothing was sent if nobody listens', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    expect(await sendOnce(targetOf(server.url))).toMatchObject({
      kind: 'not_sent',
      code: 'connection',
      retryable: true,
    });
  });

  it('is that nothing was sent if the time is over before the connection stands', async () => {
    const server = await slowTls();
    const target = targetOf(`https://127.0.0.1:${server.port}`, { totalMs: 150 });
    expect(await sendOnce(target)).toMatchObject({ kind: 'not_sent', code: 'timeout', retryable: true });
    server.goOn();
    await until('the connection to be dropped', server.isOver);
    expect(server.received()).toBe('');
  });

  it('is that nothing was sent if the resolver takes too long', async () => {
    const target = targetOf('http://fw.example', { totalMs: 100, lookup: () => new Promise(() => undefined) });
    expect(await sendOnce(target)).toMatchObject({ kind: 'not_sent', retryable: true });
  });

  it('is that nothing was sent if the connection is reset during the handshake', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    closing.push(server.close);
    const answer = await sendOnce(targetOf(`https://127.0.0.1:${server.port}`));
    expect(answer).toMatchObject({ kind: 'not_sent', code: 'connection', retryable: true });
  });

  it('is nothing if the connection is reset after the request', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    closing.push(server.close);
    expect(await sendOnce(targetOf(server.url))).toMatchObject({ kind: 'no_answer' });
  });

  it('is nothing if the connection is closed after the request', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => socket.end()));
    closing.push(server.close);
    expect(await sendOnce(targetOf(server.url))).toMatchObject({ kind: 'no_answer' });
  });

  it('is nothing if the answer is not HTTP', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    closing.push(server.close);
    expect(await sendOnce(targetOf(server.url))).toMatchObject({ kind: 'no_answer' });
  });

  it('is nothing if the header lines never end', async () => {
    const server = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n'));
      const drip = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    closing.push(server.close);
    expect(await sendOnce(targetOf(server.url, { totalMs: 200 }))).toMatchObject({ kind: 'no_answer' });
  });

  it('is nothing if the caller gives up after the request was written', async () => {
    const server = await rawServer(() => undefined);
    closing.push(server.close);
    const caller = new AbortController();
    const answer = targetOf(server.url).within(caller.signal, (send) => send(ORDER));
    await until('the request to arrive', () => server.received() !== '');
    caller.abort();
    expect(await answer).toMatchObject({ kind: 'no_answer' });
  });
});

describe('an answer', () => {
  const answering = async (head: string, body = '', after?: (socket: Socket) => void): Promise<string> => {
    const server = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 ${head}\r\n\r\n${body}`);
        after?.(socket);
      });
    });
    closing.push(server.close);
    return server.url;
  };

  it('is read as JSON if it says so', async () => {
    const url = await answering(
      '200 OK\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: 7',
      '{"a":1}',
    );
    expect(await sendOnce(targetOf(url))).toMatchObject({ kind: 'answered', status: 200, body: { json: { a: 1 } } });
  });

  it.each([
    ['of another type', 'content-type: text/html\r\ncontent-length: 7', '{"a":1}', /does not call itself JSON/],
    ['without a type', 'content-length: 7', '{"a":1}', /does not call itself JSON/],
    ['that is no JSON', 'content-type: application/json\r\ncontent-length: 4', '<a/>', /not JSON/],
    [
      'that is packed',
      'content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 7',
      '{"a":1}',
      /gzip/,
    ],
    ['without a body', 'content-type: application/json\r\ncontent-length: 0', '', /no body/],
  ])('%s is tolerated and not read', async (_what, head, body, why) => {
    const answer = await sendOnce(targetOf(await answering(`200 OK\r\n${head}`, body)));
    expect(answer).toMatchObject({ kind: 'answered', status: 200, body: { why: expect.stringMatching(why) } });
    expect(answer).not.toHaveProperty('body.json');
  });

  it('counts by its status although its body never ends', async () => {
    const url = await answering(
      '201 Created\r\ncontent-type: application/json\r\ncontent-length: 1000',
      '{',
      (socket) => {
        const drip = setInterval(() => socket.write(' '), 20);
        socket.on('close', () => clearInterval(drip));
      },
    );
    const answer = await sendOnce(targetOf(url, { totalMs: 200 }));
    expect(answer).toMatchObject({ kind: 'answered', status: 201, body: { why: expect.stringMatching(/broke off/) } });
  });

  it('counts by its status although its body breaks off', async () => {
    const url = await answering(
      '201 Created\r\ncontent-length: 1000',
      'abc',
      (socket) => void setImmediate(() => socket.destroy()),
    );
    expect(await sendOnce(targetOf(url))).toMatchObject({
      kind: 'answered',
      status: 201,
      body: { why: expect.stringMatching(/broke off/) },
    });
  });

  it('is cut at 1 MiB, and no more of it is taken', async () => {
    let written = 0;
    const server = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
        const pour = (): void => {
          while (!socket.destroyed) {
            written += 65_536;
            if (!socket.write('x'.repeat(65_536))) return void socket.once('drain', pour);
          }
        };
        pour();
      });
    });
    closing.push(server.close);
    const answer = await sendOnce(targetOf(server.url));
    expect(answer).toMatchObject({
      kind: 'answered',
      status: 200,
      body: { why: expect.stringMatching(/larger than 1 MiB/) },
    });
    expect(answer.kind === 'answered' && answer.body.text.length).toBeLessThanOrEqual(1024 * 1024);
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('with a redirect is not followed', async () => {
    const elsewhere = await rawServer(() => undefined);
    closing.push(elsewhere.close);
    for (const status of ['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent']) {
      const url = await answering(`${status}\r\nlocation: ${elsewhere.url}/\r\ncontent-length: 0`);
      expect(await sendOnce(targetOf(url))).toMatchObject({ kind: 'answered', status: Number(status.slice(0, 3)) });
    }
    expect(elsewhere.connections()).toBe(0);
  });

  it('that is informational is not taken for the answer', async () => {
    const url = await answering('103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 409 Conflict\r\ncontent-length: 0');
    expect(await sendOnce(targetOf(url))).toMatchObject({ kind: 'answered', status: 409 });
  });
});

describe('where a request goes', () => {
  it('is the address that was resolved and checked, under the name of the URL', async () => {
    const hosts: string[] = [];
    const server = await httpServer((request, response) => {
      hosts.push(request.headers.host ?? '');
      response.writeHead(204).end();
    });
    closing.push(server.close);
    let lookups = 0;
    const lookup = async (): Promise<readonly string[]> => {
      lookups += 1;
      // A resolver that lies the second time it is asked: nobody may ask it a second time for one request.
      return lookups === 1 ? ['127.0.0.1'] : ['169.254.169.254'];
    };
    const target = targetOf(`http://fw.example:${server.port}`, { lookup });
    expect(await sendOnce(target)).toMatchObject({ kind: 'answered', status: 204 });
    expect(hosts).toEqual([`fw.example:${server.port}`]);
    expect(lookups).toBe(1);
    expect(await sendOnce(target)).toMatchObject({ kind: 'not_sent', code: 'address_refused', retryable: false });
  });

  it.each([
    [['169.254.169.254']],
    [['0.0.0.0']],
    [['::']],
    [['fe80::1']],
    [['::ffff:169.254.169.254']],
    [['127.0.0.1', '169.254.169.254']],
    [['127.0.0.2']],
  ])('is never %j', async (addresses) => {
    const target = targetOf('http://metadata.google.internal', { lookup: async () => addresses });
    expect(await sendOnce(target)).toMatchObject({ kind: 'not_sent', code: 'address_refused', retryable: false });
  });

  it('is the next address of the host if nobody listens at the first', async () => {
    const server = await httpServer((_request, response) => void response.writeHead(204).end());
    closing.push(server.close);
    const target = targetOf(`http://fw.example:${server.port}`, {
      allowAddresses: ['127.0.0.0/8'],
      lookup: async () => ['127.0.0.9', '127.0.0.1'],
    });
    expect(await sendOnce(target)).toMatchObject({ kind: 'answered', status: 204 });
  });

  it('does not depend on proxies of the environment', async () => {
    const [server, proxy] = [
      await httpServer((_request, response) => void response.writeHead(204).end()),
      await rawServer(() => undefined),
    ];
    closing.push(server.close, proxy.close);
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
      ALL_PROXY: proxy.url,
      NODE_USE_ENV_PROXY: '1',
    });
    try {
      expect(await sendOnce(targetOf(server.url))).toMatchObject({ kind: 'answered', status: 204 });
    } finally {
      process.env = before;
    }
    expect(proxy.connections()).toBe(0);
  });
});

describe('who is at the other side', () => {
  const tlsServer = async (
    identity: { cert: string; key: string },
    more: object = {},
  ): Promise<{ port: number; received: () => string }> => {
    let received = '';
    const server = createTlsServer({ ...identity, ...more }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString();
        socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    server.on('tlsClientError', () => undefined);
    closing.push(() => void server.close());
    return { port: await listenOnLoopback(server), received: () => received };
  };
  const authority = testAuthority();

  it('is believed if the named authority vouches for the name of the URL', async () => {
    const server = await tlsServer(authority.issue('fw.example', { address: '10.0.0.1' }));
    const target = targetOf(`https://fw.example:${server.port}`, { tls: { ca: authority.ca } });
    expect(await sendOnce(target)).toMatchObject({ kind: 'answered', status: 204 });
  });

  it.each([
    ['nobody vouches for', () => testAuthority().issue('fw.example')],
    ['has another name', () => authority.issue('other.example', { address: '10.0.0.1' })],
    ['is out of date', () => authority.issue('fw.example', { expired: true })],
  ])('is refused if it %s', async (_what, identity) => {
    const server = await tlsServer(identity());
    const target = targetOf(`https://fw.example:${server.port}`, { tls: { ca: authority.ca } });
    expect(await sendOnce(target)).toMatchObject({ kind: 'not_sent', code: 'tls', retryable: false });
    expect(server.received()).toBe('');
  });

  it('is believed under the name that the operator gave, where the URL has another, and under no other name', async () => {
    const server = await tlsServer(authority.issue('fw.example', { address: '10.0.0.1' }));
    const under = (serverName?: string) =>
      sendOnce(
        targetOf(`https://127.0.0.1:${server.port}`, {
          tls: { ca: authority.ca, ...(serverName ? { serverName } : {}) },
        }),
      );
    expect(await under()).toMatchObject({ kind: 'not_sent', code: 'tls' });
    expect(await under('other.example')).toMatchObject({ kind: 'not_sent', code: 'tls' });
    expect(await under('fw.example')).toMatchObject({ kind: 'answered', status: 204 });
  });

  it('is checked also if the environment turned checking off', async () => {
    // Node's own modules do not see the environment of a test, so what they are told is looked at.
    const connecting = jest.spyOn(tls, 'connect');
    const server = await tlsServer(authority.issue('fw.example'));
    await sendOnce(targetOf(`https://fw.example:${server.port}`, { tls: { ca: authority.ca } }));
    expect(connecting).toHaveBeenCalledWith(
      expect.objectContaining({ rejectUnauthorized: true, servername: 'fw.example' }),
    );
    connecting.mockRestore();
  });

  it('sees our certificate if we have one', async () => {
    const server = await tlsServer(authority.issue('fw.example'), {
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.ca,
    });
    const ours = authority.issue('reflex');
    const tls = { ca: authority.ca, ...ours };
    expect(await sendOnce(targetOf(`https://fw.example:${server.port}`, { tls }))).toMatchObject({ status: 204 });
    const without = await sendOnce(targetOf(`https://fw.example:${server.port}`, { tls: { ca: authority.ca } }));
    expect(without.kind).not.toBe('answered');
  });

  it('is no server that only speaks plain HTTP', async () => {
    const server = await httpServer((_request, response) => void response.writeHead(204).end());
    closing.push(server.close);
    const answer = await sendOnce(targetOf(`https://127.0.0.1:${server.port}`));
    expect(answer).toMatchObject({ kind: 'not_sent', code: 'tls', retryable: false });
  });
});
