import { createServer, type Server } from 'https';
import type { TLSSocket } from 'tls';
import { testAuthority } from '../../test/targets/certificate';
import { blockServerParameters } from '../../test/targets/block_server';
import { aCall } from '../../test/targets/commands';
import { httpServer, listenOnLoopback } from '../../test/targets/loopback_server';
import { makeConnectors } from './registry';

/* Secrets and certificates that change while a connector is in use. */

/** A busy machine takes its time. */
const patientParameters = (url: string) => ({
  ...blockServerParameters(url),
  timeouts: { connect_ms: 10_000, total_ms: 10_000 },
});

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const connectorOf = (kind: string, parameters: unknown, secrets: ReadonlyMap<string, string>) => {
  const made = makeConnectors([{ name: 'edge', kind, parameters }], (name) => secrets.get(name));
  const connector = made.connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(made.faults));
  return connector;
};

/** A firewall that says what it was sent. */
const echo = async () => {
  const keys: string[] = [];
  const server = await httpServer((request, response) => {
    const key = String(request.headers['x-api-key']);
    keys.push(key);
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: `no: ${key}` }));
  });
  closing.push(server.close);
  return { url: server.url, keys };
};

describe('a secret that changes', () => {
  it('counts for the next request of a REST connector, and neither the old nor the new one is shown', async () => {
    const { url, keys } = await echo();
    const secrets = new Map([['block-server', 'the-first-key']]);
    const connector = connectorOf('rest', patientParameters(url), secrets);
    const first = await connector.status(aCall());
    secrets.set('block-server', 'the-second-key');
    const second = await connector.status(aCall());
    expect(keys).toEqual(['the-first-key', 'the-second-key']);
    expect(JSON.stringify([first, second]).split('no: [secret]')).toHaveLength(3);
    expect(JSON.stringify([first, second])).not.toMatch(/the-(first|second)-key/);
  });

  it.each([undefined, '', '  ', 'abc', 'with\na break'])(
    'does not count while it is %j: the last good one goes on',
    async (value) => {
      const { url, keys } = await echo();
      const secrets = new Map([['block-server', 'the-first-key']]);
      const connector = connectorOf('rest', patientParameters(url), secrets);
      if (value === undefined) secrets.delete('block-server');
      else secrets.set('block-server', value);
      await connector.status(aCall());
      secrets.set('block-server', 'the-third-key');
      await connector.status(aCall());
      expect(keys).toEqual(['the-first-key', 'the-third-key']);
    },
  );

  it('counts for the next login at CrowdSec, which a refused one is followed by', async () => {
    const logins: unknown[] = [];
    const keys: unknown[] = [];
    const server = await httpServer((request, response) => {
      if (request.url === '/v1/watchers/login') {
        request.on('data', (chunk: Buffer) => {
          const { password } = JSON.parse(chunk.toString()) as { password: string };
          logins.push(password);
          const isRight = password === 'the-new-password';
          response.writeHead(isRight ? 200 : 403, { 'content-type': 'application/json' });
          response.end(
            JSON.stringify(isRight ? { token: 't', expire: '2099-01-01T00:00:00Z' } : { message: password }),
          );
        });
        return;
      }
      keys.push(request.headers['x-api-key']);
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    });
    closing.push(server.close);
    const parameters = {
      base_url: server.url,
      allow_addresses: ['127.0.0.1'],
      machine_id: 'reflex',
      password: { secret: 'password' },
      bouncer_key: { secret: 'key' },
    };
    const secrets = new Map([
      ['password', 'the-old-password'],
      ['key', 'the-old-key'],
    ]);
    const connector = connectorOf('crowdsec', parameters, secrets);
    const refused = await connector.status(aCall());
    expect(refused.state).not.toBe('ok');
    expect(JSON.stringify(refused)).not.toContain('the-old');
    secrets.set('password', 'the-new-password').set('key', 'the-new-key');
    await connector.status(aCall());
    expect([logins.at(0), logins.at(-1)]).toEqual(['the-old-password', 'the-new-password']);
    expect(keys.at(-1)).toBe('the-new-key');
  });
});

/** A firewall that takes certificates of one authority only, and notes whose it got. */
const mutualTls = async () => {
  const authority = testAuthority();
  const met: string[] = [];
  const { cert, key } = authority.issue('fw.example');
  const server: Server = createServer(
    { cert, key, ca: authority.ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      met.push(`${String(socket.getPeerCertificate().subject?.CN)} ${socket.authorized ? 'trusted' : 'not trusted'}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    },
  );
  const port = await listenOnLoopback(server);
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { authority, met, url: `https://127.0.0.1:${port}` };
};

describe('a client certificate that changes', () => {
  it('counts for the next connection, and not before its key is the right one', async () => {
    const { authority, met, url } = await mutualTls();
    const [first, second] = [authority.issue('first'), authority.issue('second')];
    const secrets = new Map([
      ['block-server', 'key-of-the-block-server'],
      ['cert', first.cert],
      ['key', first.key],
      ['ca', authority.ca],
    ]);
    const tls = { ca: { secret: 'ca' }, cert: { secret: 'cert' }, key: { secret: 'key' } };
    const connector = connectorOf('rest', { ...patientParameters(url), tls }, secrets);
    await connector.status(aCall());
    secrets.set('cert', second.cert);
    await connector.status(aCall());
    secrets.set('key', second.key);
    await connector.status(aCall());
    expect(met).toEqual(['first trusted', 'first trusted', 'second trusted']);
  });

  it('is believed no more at the target once the authority in our file is another', async () => {
    const { authority, met, url } = await mutualTls();
    const secrets = new Map([
      ['block-server', 'key-of-the-block-server'],
      ['ca', authority.ca],
    ]);
    const connector = connectorOf('rest', { ...patientParameters(url), tls: { ca: { secret: 'ca' } } }, secrets);
    await connector.status(aCall());
    expect(met).toHaveLength(1);
    secrets.set('ca', testAuthority().ca);
    const refused = await connector.status(aCall());
    expect([met.length, refused.state === 'ok']).toEqual([1, false]);
    secrets.set('ca', authority.ca);
    await connector.status(aCall());
    expect(met).toHaveLength(2);
  });
});
