import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import {
  connections,
  defineKind,
  HTTP_PARAMETERS_SCHEMA,
  readHttpHost,
  Redactor,
  requestTimeoutMs,
  type ConnectorKind,
  type ConnectorWorld,
  type HttpParameters,
  type ParameterFault,
  type Secrets,
} from '../connector';
import { haproxyConnector } from './haproxy_connector';
import { haproxyTarget, type Place } from './haproxy_target';

interface HaproxyParameters extends Pick<HttpParameters, 'allow_addresses' | 'tls' | 'timeouts'> {
  /** Path of a stats socket of this machine. */
  readonly socket?: string;
  readonly host?: string;
  readonly port?: number;
  readonly allow_plain_tcp?: boolean;
  readonly map: string;
}

const DEFAULT_CONNECT_MS = 3_000;
const DEFAULT_TOTAL_MS = 10_000;

/** No blank, no semicolon and no backslash: they end a word of the runtime API. */
const NAME = '[A-Za-z0-9._/@+-]{1,254}$';

const { allow_addresses, tls, timeouts } = HTTP_PARAMETERS_SCHEMA;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

interface Made {
  readonly place: Place;
  readonly redactor: Redactor;
}

/** A stats socket that listens on TCP. */
const overTcp = (
  { host = '', port = 0, allow_plain_tcp: plain, ...parameters }: HaproxyParameters,
  secrets: Secrets,
  world: ConnectorWorld,
): Result<Made, readonly ParameterFault[]> => {
  if (parameters.tls === undefined && plain !== true && !isLoopback(host))
    return err([
      { path: 'tls', message: 'is missing, or set `allow_plain_tcp`: whoever reads along could give orders' },
    ]);
  const scheme = parameters.tls === undefined ? 'http' : 'https';
  const base_url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const found = readHttpHost({ ...parameters, base_url, allow_plain_http: true }, secrets);
  if (!found.ok) return err(found.error.map((each) => (each.path === 'base_url' ? { ...each, path: 'host' } : each)));
  const { tls: current, totalMs: _total, secrets: hidden, ...way } = found.value;
  const redactor = new Redactor(hidden);
  const options = {
    ...way,
    lookup: world.lookup,
    ...present({ egress: world.egress }),
    get tls() {
      return current();
    },
  };
  return ok({
    place: { origin: way.base.origin, way: connections(options, (key) => redactor.hide(key)) },
    redactor,
  });
};

/** haproxy's runtime API: rows of a map that a rule denies by. */
export const haproxyKind: ConnectorKind = defineKind<HaproxyParameters>({
  kind: 'haproxy',
  title: 'haproxy runtime API',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['map'],
    properties: {
      socket: { type: 'string', pattern: `^/${NAME}`, description: 'path of a stats socket of this machine' },
      host: {
        type: 'string',
        pattern: '^[A-Za-z0-9.:-]{1,253}$',
        description: 'name or address of a stats socket that listens on TCP',
      },
      port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'its port' },
      allow_plain_tcp: { type: 'boolean', description: 'go to another machine without TLS' },
      allow_addresses,
      tls,
      timeouts,
      map: {
        type: 'string',
        pattern: `^${NAME}`,
        description: 'the map, exactly as the configuration of haproxy names it',
      },
    },
  },
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [];
    const { socket, timeouts: limits = {} } = parameters;
    if (socket !== undefined)
      for (const other of ['host', 'port', 'allow_plain_tcp', 'allow_addresses', 'tls'] as const)
        if (parameters[other] !== undefined) faults.push({ path: other, message: 'has no use with `socket`' });
    if (socket === undefined && (parameters.host === undefined || parameters.port === undefined))
      faults.push({ path: 'socket', message: 'is missing, or `host` and `port` are' });
    if (faults.length > 0) return err(faults);
    const made: Result<Made, readonly ParameterFault[]> =
      socket === undefined
        ? overTcp(parameters, secrets, world)
        : ok({ place: { path: socket }, redactor: new Redactor([]) });
    if (!made.ok) return made;
    const target = haproxyTarget({
      ...made.value,
      connectMs: limits.connect_ms ?? DEFAULT_CONNECT_MS,
      totalMs: limits.total_ms ?? DEFAULT_TOTAL_MS,
    });
    const timeoutMs = requestTimeoutMs(present({ timeouts: parameters.timeouts }));
    return ok(haproxyConnector({ name, target, map: parameters.map, timeoutMs }));
  },
});
