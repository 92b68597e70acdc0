import { Connection } from 'rabbitmq-client';
import { present } from '../../../common/present';

/** How to reach a RabbitMQ; certificates (PEM texts) and password are asked for at each connection. */
export interface RabbitmqAccess {
  /** `host:port` of each node. */
  readonly hosts: readonly string[];
  readonly vhost: string;
  readonly username: string;
  readonly password: string;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
}

const CONNECT_MS = 5_000;

/** The client looks into these at each connection. */
const tlsOf = (access: RabbitmqAccess) => ({
  get ca() {
    return access.tls?.ca;
  },
  get cert() {
    return access.tls?.cert;
  },
  get key() {
    return access.tls?.key;
  },
  servername: access.tls?.serverName,
  minVersion: 'TLSv1.2' as const,
});

/** The client keeps the password that it was made with. One that works otherwise keeps it until it is made anew. */
const withCurrentPassword = (connection: Connection, access: RabbitmqAccess): Connection => {
  const { _opt: kept } = connection as unknown as { readonly _opt?: object };
  if (kept !== undefined) Object.defineProperty(kept, 'password', { get: () => access.password });
  return connection;
};

/** A connection that is made anew as often as it takes. Whoever has it must listen to its errors. */
export const rabbitmqConnection = (access: RabbitmqAccess): Connection => {
  const { hosts, vhost, username, password, tls } = access;
  const connection = new Connection({
    hosts: [...hosts],
    vhost,
    username,
    password,
    connectionName: 'reflex',
    connectionTimeout: CONNECT_MS,
    acquireTimeout: CONNECT_MS,
    heartbeat: 10,
    retryLow: 500,
    retryHigh: 15_000,
    ...present({ tls: tls && tlsOf(access) }),
  });
  return withCurrentPassword(connection, access);
};
