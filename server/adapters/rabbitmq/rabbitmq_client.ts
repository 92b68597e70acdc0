import { lookup } from 'dns';
import type { LookupFunction } from 'net';
import { Connection, type ConnectionOptions } from 'rabbitmq-client';
import { present } from '../../../common/present';
import { checkWritten, egressLookup, type Destination, type Egress } from '../../../common/entity/egress';

/** How to reach a RabbitMQ; certificates (PEM texts) and password are asked for at each connection. */
export interface RabbitmqAccess {
  /** `host:port` of each node. */
  readonly hosts: readonly string[];
  readonly vhost: string;
  readonly username: string;
  readonly password: string;
  /** Where it may be; default everywhere. */
  readonly egress?: Egress;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
}

const CONNECT_MS = 5_000;

const placeIn = (written: string): Destination => {
  const colon = written.lastIndexOf(':');
  return { host: written.slice(0, colon), port: Number(written.slice(colon + 1)) };
};

/** The client does not say which port a lookup is for: a name is allowed if it is at each of its ports. */
const lookupAt =
  (egress: Egress, places: readonly Destination[]): LookupFunction =>
  (hostname, options, told) => {
    const ports = places.filter(({ host }) => host === hostname).map(({ port }) => port);
    const all: Egress = ({ host }, address) =>
      ports.map((port) => egress({ host, port }, address)).find((why) => why !== undefined);
    egressLookup(all, 0, lookup)(hostname, options, told);
  };

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
  const { hosts, vhost, username, password, tls, egress } = access;
  const places = hosts.map(placeIn);
  if (egress !== undefined) places.forEach((place) => checkWritten(egress, place));
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
    ...present({
      tls: tls && tlsOf(access),
      socket: egress && ({ lookup: lookupAt(egress, places) } as ConnectionOptions['socket']),
    }),
  });
  return withCurrentPassword(connection, access);
};
