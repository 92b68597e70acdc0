import { lookup } from 'dns';
import { present } from '../../../common/present';
import { connect, isIP, Socket } from 'net';
import { connect as tlsConnect } from 'tls';
import { Kafka, logLevel, type ISocketFactory, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { Log } from '../../runner/ports';
import { checkWritten, egressLookup, type Egress } from '../../../common/entity/egress';
import { registerCodecs } from './compression';

/** How to reach a Kafka cluster; certificates (PEM texts) and password are asked for at each client. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
  /** Where brokers may be, those too that others name; default everywhere. */
  readonly egress?: Egress;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** Few and short: who follows a topic begins anew with a client of its own anyway. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 1_000, retries: 3 };
const CONNECT_MS = 3_000;
const REQUEST_MS = 20_000;

const sslOf = (tls: KafkaAccess['tls']): Pick<KafkaConfig, 'ssl'> =>
  tls === undefined
    ? {}
    : {
        ssl: {
          minVersion: 'TLSv1.2',
          ...present({
            ca: tls.ca === undefined ? undefined : [tls.ca],
            cert: tls.cert,
            key: tls.key,
            servername: tls.serverName,
          }),
        },
      };

const KEEP_ALIVE_MS = 60_000;

/** A socket that never opens: the client takes no exception for an answer. */
const closedSocket = (cause: unknown): Socket => {
  const socket = new Socket();
  setImmediate(() => socket.destroy(cause as Error));
  return socket;
};

/** As the client's own, but for where it may go. */
const socketsFor =
  (egress: Egress): ISocketFactory =>
  ({ host, port, ssl, onConnect }) => {
    try {
      checkWritten(egress, { host, port });
    } catch (cause) {
      return closedSocket(cause);
    }
    const to = { host, port, lookup: egressLookup(egress, port, lookup) };
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket =
      ssl === undefined || ssl === null ? connect(to, onConnect) : tlsConnect({ ...to, ...named, ...ssl }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };

export const kafkaClient = ({ brokers, clientId, tls, sasl, egress }: KafkaAccess, log: Log): Kafka => {
  registerCodecs();
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    retry: RETRY,
    ...sslOf(tls),
    ...present({ socketFactory: egress && socketsFor(egress) }),
    ...present({ sasl: sasl && ({ ...sasl } as KafkaConfig['sasl']) }),
    logLevel: logLevel.ERROR,
    logCreator: () => (entry: LogEntry) =>
      log.debug('kafka', {
        said: entry.log.message,
        ...present({ part: entry.namespace === '' ? undefined : entry.namespace }),
      }),
  };
  return new Kafka(config);
};
