import { createServer, type Socket } from 'net';
import { createSecureContext, TLSSocket } from 'tls';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand } from '../../../test/targets/commands';
import { ldapConnectorTo } from '../../../test/targets/ldap_rig';
import { listenOnLoopback } from '../../../test/targets/loopback_server';
import { readStartTls } from './start_tls';

const ACCEPTED = Buffer.from('300c02010178070a010004000400', 'hex');
const REFUSED = Buffer.from('300c02010178070a010204000400', 'hex');
/** A login that succeeded, as an answer to the next message: what an attacker puts on the way. */
const FORGED = Buffer.from('300c02010261070a010004000400', 'hex');

describe('an answer to StartTLS', () => {
  it('is waited for until it is whole', () => {
    for (let length = 0; length < ACCEPTED.length; length += 1)
      expect([length, readStartTls(ACCEPTED.subarray(0, length))]).toEqual([length, { more: true }]);
    expect([readStartTls(ACCEPTED), readStartTls(REFUSED)]).toEqual([{ result: 0 }, { result: 2 }]);
  });

  it.each([
    ['with an answer behind it', Buffer.concat([ACCEPTED, FORGED])],
    ['with one byte behind it', Buffer.concat([ACCEPTED, Buffer.from([0x30])])],
    ['to another request', FORGED],
    ['without a result', Buffer.from('3003020101', 'hex')],
    ['that is none', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.padEnd(200, 'x'))],
    ['that never ends', Buffer.alloc(5_000, 0x30)],
  ])('is a fault %s', (_name, bytes) => {
    expect(readStartTls(bytes)).toMatchObject({ fault: expect.any(String) });
  });
});

describe('a connection with StartTLS', () => {
  const authority = testAuthority();
  const identity = authority.issue('localhost');
  const sockets: Socket[] = [];
  const closing: Array<() => void> = [];
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    closing.forEach((close) => close());
  });

  /** A server that answers the first request with some bytes, and tells all that it was sent in readable form. */
  const serverWith = async (answer: Buffer | undefined) => {
    let readable = Buffer.alloc(0);
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        readable = Buffer.concat([readable, chunk]);
        if (answer === undefined) return void socket.destroy();
        socket.removeAllListeners('data');
        socket.write(answer);
        if (!answer.equals(ACCEPTED))
          return void socket.on('data', (more: Buffer) => (readable = Buffer.concat([readable, more])));
        const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(identity) });
        secure.on('error', () => undefined);
      });
    });
    const port = await listenOnLoopback(server);
    closing.push(() => void server.close());
    return { port, readable: () => readable.toString('latin1') };
  };

  const PASSWORD = 'password-of-the-directory';
  const connectorTo = (port: number) =>
    ldapConnectorTo(
      {
        url: `ldap://127.0.0.1:${port}`,
        start_tls: true,
        tls: { ca: authority.ca },
        bind_dn: 'cn=reflex',
        password: { secret: 'directory' },
        base_dn: 'dc=corp',
        flavour: 'active_directory',
        realms: ['corp'],
        timeouts: { connect_ms: 400, total_ms: 800 },
      },
      { directory: PASSWORD },
    );
  const order = () => aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'corp\\mallory' } });

  it.each([
    ['refuses', REFUSED, 'tls'],
    ['is overtaken by somebody on the way', Buffer.concat([ACCEPTED, FORGED]), 'tls'],
    ['closes', undefined, 'connection'],
    ['never answers', Buffer.alloc(0), 'timeout'],
  ])('sends no name and no password where the server %s', async (_name, answer, code) => {
    const server = await serverWith(answer);
    expect(await connectorTo(server.port).execute(order(), aCall())).toMatchObject({ kind: 'failed', error: { code } });
    expect(server.readable()).not.toContain('cn=reflex');
    expect(server.readable()).not.toContain(PASSWORD);
  });

  it('says that nothing was done where the server says nothing once it is encrypted', async () => {
    const server = await serverWith(ACCEPTED);
    expect(await connectorTo(server.port).execute(order(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'timeout', retryable: true },
    });
    expect(server.readable()).not.toContain(PASSWORD);
  });
});
