import { httpServer, rawServer } from '../../../test/targets/loopback_server';
import { httpClient, type HttpClientOptions } from './http_client';

const ask = async (url: string, options: HttpClientOptions = {}): Promise<unknown> => {
  try {
    const { statusCode } = await httpClient(options).request({ url, headers: { authorization: 'Basic secret' } });
    return statusCode;
  } catch (cause) {
    return (cause as { readonly fault?: { readonly code: string } }).fault?.code ?? cause;
  }
};

describe('the HTTP client of the repository', () => {
  it.each([
    ['an answer that breaks off', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', true],
    ['a connection that is closed without a word', '', true],
    ['no answer at all', '', false],
    ['an answer that stops in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', false],
    ['an answer that is none', 'hello\r\n\r\n', true],
  ])('takes %s for a remote that is away', async (_what, bytes, ends) => {
    const server = await rawServer((socket) => {
      socket.write(bytes);
      if (ends) socket.end();
    });
    expect(await ask(server.url, { idleMs: 200 })).toBe('unreachable');
    await server.close();
  });

  it('does not wait for ever for an answer that drips', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(await ask(server.url, { idleMs: 5_000, totalMs: 300 })).toBe('unreachable');
    await server.close();
  });

  it('keeps no connection for the next request: the remote may close it at any moment', async () => {
    const kept: Array<string | undefined> = [];
    const server = await httpServer((request, response) => {
      kept.push(request.headers.connection);
      response.end('ok');
    });
    expect([await ask(server.url), await ask(server.url)]).toEqual([200, 200]);
    expect(kept).toEqual(['close', 'close']);
    await server.close();
  });

  it('takes no more than it may', async () => {
    const server = await httpServer((_request, response) => response.end(Buffer.alloc(200_000)));
    expect(await ask(server.url, { maxBytes: 100_000 })).toBe('too_large');
    expect(await ask(server.url, { maxBytes: 300_000 })).toBe(200);
    await server.close();
  });

  it('goes to no other address, whatever it is told', async () => {
    const seen: string[] = [];
    const other = await httpServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      response.end();
    });
    const server = await httpServer((_request, response) => response.writeHead(302, { location: other.url }).end());
    expect(await ask(server.url)).toBe('redirected');
    expect(seen).toEqual([]);
    await server.close();
    await other.close();
  });

  it('says so when the certificate file cannot be read', async () => {
    expect(await ask('http://127.0.0.1:1', { ca: '/nowhere/ca.pem' })).toBe('unreachable');
  });
});
