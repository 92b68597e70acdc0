import { buildConnector } from 'undici';
import type { Egress } from '../../../common/entity/egress';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { BaseUrl } from './base_url';
import { resolveHost, type Lookup, type NotResolved } from './resolve_host';
import { isSameTls, type TlsMaterial } from './tls_material';

export interface ConnectionsOptions {
  readonly base: BaseUrl;
  readonly allowAddresses: readonly string[];
  /** Asked for at each connection. */
  readonly tls: TlsMaterial;
  /** Longest wait for a connection to one address, ms. */
  readonly connectMs: number;
  /** HTTP/2 is spoken over it; default: HTTP/1.1. */
  readonly http2?: true;
  readonly lookup: Lookup;
  /** Default: everywhere. */
  readonly egress?: Egress;
}

/** The way to the one host of a connector. */
interface Connections {
  /** Resolves the host and checks every address; what connects goes to these addresses and to no other. */
  readonly checked: (signal: AbortSignal) => Promise<Result<buildConnector.connector, NotResolved>>;
}

const tlsOptions = ({ ca, cert, key, serverName }: TlsMaterial): object => ({
  // Said outright, because an environment variable could turn the default off.
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ...present({ ca, cert, key, servername: serverName }),
});

/** The resolver cannot be told to stop, so its answer is not waited for once the time is over. */
const unlessAborted = <Value>(
  signal: AbortSignal,
  answer: Promise<Result<Value, NotResolved>>,
): Promise<Result<Value, NotResolved>> => {
  const tooLate = (): Result<Value, NotResolved> =>
    err({ code: 'connection', message: `not resolved: ${(signal.reason as Error).message}` });
  if (signal.aborted) return Promise.resolve(tooLate());
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(tooLate());
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
};

/** Connects to the resolved addresses, in order, while Host, SNI and certificate check keep the name of the URL. */
const pinnedTo = (addresses: readonly string[], connect: buildConnector.connector): buildConnector.connector => {
  const tryFrom = (
    index: number,
    options: Parameters<buildConnector.connector>[0],
    callback: Parameters<buildConnector.connector>[1],
  ): void =>
    void connect({ ...options, hostname: addresses[index] ?? '' }, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else if (index + 1 < addresses.length) tryFrom(index + 1, options, callback);
      else callback(error, null);
    });
  return (options, callback) => tryFrom(0, options, callback);
};

export const portOf = ({ origin }: BaseUrl): number => {
  const { port, protocol } = new URL(origin);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
};

/** @param newKey told of each private key before it is used */
export const connections = (options: ConnectionsOptions, newKey: (key: string) => void): Connections => {
  const { base, allowAddresses, lookup, connectMs, http2 } = options;
  const to = { host: base.hostname, port: portOf(base) };
  const allowed = { allowed: allowAddresses, egress: options.egress };
  let made: { readonly tls: TlsMaterial; readonly connect: buildConnector.connector } | undefined;
  /** The same one as long as its certificates are: it keeps TLS sessions. */
  const connector = (): buildConnector.connector => {
    const { tls } = options;
    if (made !== undefined && isSameTls(made.tls, tls)) return made.connect;
    if (tls.key !== undefined) newKey(tls.key);
    const connect = buildConnector({
      ...tlsOptions(tls),
      timeout: connectMs,
      allowH2: http2 === true,
      autoSelectFamily: false,
    });
    made = { tls, connect };
    return connect;
  };
  return {
    checked: async (signal) => {
      const resolved = await unlessAborted(signal, resolveHost(to, allowed, lookup));
      return resolved.ok ? ok(pinnedTo(resolved.value, connector())) : resolved;
    },
  };
};
