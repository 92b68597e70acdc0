import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { TLSSocket } from 'tls';
import { createServer as createTls } from 'https';
import { testAuthority } from '../../../test/targets/certificate';
import { httpServer, listenOnLoopback, rawServer } from '../../../test/targets/loopback_server';
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

  describe('with a remote that asks for a client certificate', () => {
    const authority = testAuthority();
    const ours = authority.issue('reflex');
    const folder = mkdtempSync(join(tmpdir(), 'reflex-git-tls-'));
    const ca = join(folder, 'ca.pem');
    const seen: Array<string | undefined> = [];
    let url = '';
    const server = createTls(
      { ...authority.issue('git.example'), requestCert: true, rejectUnauthorized: true, ca: authority.ca },
      (request, response) => {
        seen.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
        response.end('ok');
      },
    );
    beforeAll(async () => {
      writeFileSync(ca, authority.ca);
      url = `https://127.0.0.1:${await listenOnLoopback(server)}/policies.git`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    });
    beforeEach(() => void seen.splice(0));

    it('shows it, and the one that is there at the next request', async () => {
      let now = ours;
      const options = { ca, client: () => now };
      expect(await ask(url, options)).toBe(200);
      now = authority.issue('reflex-next');
      expect(await ask(url, options)).toBe(200);
      expect(seen).toEqual(['reflex', 'reflex-next']);
    });

    it.each<[string, HttpClientOptions['client']]>([
      ['none', undefined],
      ['one of another authority', () => testAuthority().issue('reflex')],
      ['one whose key is that of another', () => ({ cert: ours.cert, key: authority.issue('other').key })],
      ['what is no certificate', () => ({ cert: 'nonsense', key: ours.key })],
      [
        'one that cannot be read',
        () => {
          throw new Error('the secret `git-key` is not there');
        },
      ],
    ])('is away with %s, and nothing was asked', async (_, client) => {
      expect(await ask(url, { ca, ...(client && { client }) })).toBe('unreachable');
      expect(seen).toEqual([]);
    });
  });
});
