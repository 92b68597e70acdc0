import { connect as connectTcp, isIP, type Socket } from 'net';
import { checkServerIdentity, connect as connectTls } from 'tls';
import { present } from '../../../common/present';
import { isTrustFault, type TlsMaterial } from '../connector';
import type { DirectoryUrl } from './directory_url';
import { notSent, type NotSent } from './not_sent';
import { askForTls } from './start_tls';

export interface SocketOptions {
  readonly to: DirectoryUrl;
  /** Addresses that were checked, in order. */
  readonly addresses: readonly string[];
  readonly tls: TlsMaterial;
  /** Longest wait for a connection to one address, TLS included, ms. */
  readonly connectMs: number;
  /** When aborted, its reason is an `Error` that says why. */
  readonly signal: AbortSignal;
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name;

const whyNot = (error: Error): NotSent => {
  const code = codeOf(error);
  return isTrustFault(code)
    ? notSent('tls', `no trusted connection: ${code}`)
    : notSent('connection', `no connection: ${code}`, true);
};

/** Waits for an event of a socket; what goes wrong instead is thrown. */
const ready = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    const broken = (error: Error): void => reject(error);
    const closed = (): void => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    socket.once('error', broken).once('close', closed);
    socket.once(event, () => {
      socket.off('error', broken).off('close', closed);
      resolve();
    });
  });

/** TLS over a connection. The certificate has to be one for the name of the URL, whatever address it led to. */
const secured = async (raw: Socket, { host }: DirectoryUrl, { ca, cert, key, serverName }: TlsMaterial) => {
  const name = serverName ?? host;
  const socket = connectTls({
    socket: raw,
    // Said outright, because an environment variable could turn the default off.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    ...present({ ca, cert, key, servername: isIP(name) === 0 ? name : undefined }),
  });
  await ready(socket, 'secureConnect');
  return socket;
};

const connectTo = async (address: string, { to, tls, connectMs, signal }: SocketOptions): Promise<Socket | NotSent> => {
  const raw = connectTcp({ host: address, port: to.port });
  // Whoever waits for it hears of errors; a late one must not end the process.
  raw.on('error', () => undefined);
  let late: NotSent | undefined;
  const stop = (why: NotSent) => (): void => {
    late ??= why;
    raw.destroy();
  };
  const tooSlow = stop(notSent('timeout', `no connection within ${connectMs} ms`, true));
  const givenUp = (): void => stop(notSent('timeout', `not sent: ${(signal.reason as Error).message}`, true))();
  const timer = setTimeout(tooSlow, connectMs);
  signal.addEventListener('abort', givenUp, { once: true });
  try {
    await ready(raw, 'connect');
    raw.setNoDelay(true);
    if (to.protection === 'none') return raw;
    const refused = to.protection === 'start_tls' ? await askForTls(raw) : undefined;
    if (refused === undefined) return await secured(raw, to, tls);
    raw.destroy();
    return late ?? refused;
  } catch (cause) {
    raw.destroy();
    return late ?? whyNot(cause as Error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', givenUp);
  }
};

/** Connects to the first address that answers, protected as it should be. Never sends a name or a password. */
export const openSocket = async (options: SocketOptions): Promise<Socket | NotSent> => {
  let last = notSent('connection', 'it has no address', true);
  for (const address of options.addresses) {
    if (options.signal.aborted)
      return notSent('timeout', `not sent: ${(options.signal.reason as Error).message}`, true);
    const socket = await connectTo(address, options);
    if (!('kind' in socket)) return socket;
    last = socket;
  }
  return last;
};
