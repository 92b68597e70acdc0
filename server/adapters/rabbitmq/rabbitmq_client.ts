import { Connection } from 'rabbitmq-client';
import { present } from '../../../common/present';

/** How to reach a RabbitMQ. Certificates are PEM texts. */
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

/** A connection that is made anew as often as it takes. Whoever has it must listen to its errors. */
export const rabbitmqConnection = ({ hosts, vhost, username, password, tls }: RabbitmqAccess): Connection =>
  new Connection({
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
    ...present({
      tls: tls && {
        ca: tls.ca,
        cert: tls.cert,
        key: tls.key,
        servername: tls.serverName,
        minVersion: 'TLSv1.2' as const,
      },
    }),
  });
