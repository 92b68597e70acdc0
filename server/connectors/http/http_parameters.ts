import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Egress } from '../../../common/entity/egress';
import { isAllowEntry } from './address_guard';
import { parseBaseUrl, type BaseUrl } from './base_url';
import { readSecret, SECRET_REF_SCHEMA, type SecretRef, type Secrets } from './credentials';
import { httpTarget, type Bearer, type HttpTarget } from './http_target';
import type { ParameterFault } from './parameter_fault';
import { renewed } from './renewed';
import type { Lookup } from './resolve_host';
import { isSameTls, isUsable, type TlsMaterial } from './tls_material';

/** Parameters that every connector which speaks HTTP has. */
export interface HttpParameters {
  readonly base_url: string;
  readonly allow_plain_http?: boolean;
  readonly allow_addresses?: readonly string[];
  readonly tls?: {
    readonly ca?: string | SecretRef;
    readonly cert?: SecretRef;
    readonly key?: SecretRef;
    readonly server_name?: string;
  };
  readonly timeouts?: { readonly connect_ms?: number; readonly total_ms?: number };
}

const ms = (most: number, description: string): object => ({
  type: 'integer',
  minimum: 10,
  maximum: most,
  description,
});

/** JSON Schema of the properties of `HttpParameters`. */
export const HTTP_PARAMETERS_SCHEMA = {
  base_url: { type: 'string', maxLength: 2048, description: 'scheme, host, port and path before every request' },
  allow_plain_http: { type: 'boolean', description: 'accept http for a host that is not this machine' },
  allow_addresses: {
    type: 'array',
    maxItems: 64,
    items: { type: 'string', maxLength: 64 },
    description: 'addresses and networks to accept that are refused otherwise, such as `127.0.0.1`',
  },
  tls: {
    type: 'object',
    additionalProperties: false,
    dependentRequired: { cert: ['key'], key: ['cert'] },
    properties: {
      ca: { anyOf: [{ type: 'string', maxLength: 65_536 }, SECRET_REF_SCHEMA], description: 'PEM of who is trusted' },
      cert: SECRET_REF_SCHEMA,
      key: SECRET_REF_SCHEMA,
      server_name: { type: 'string', maxLength: 253, pattern: '^[A-Za-z0-9.-]+$' },
    },
  },
  timeouts: {
    type: 'object',
    additionalProperties: false,
    properties: {
      connect_ms: ms(60_000, 'longest wait for a connection; default 3000'),
      total_ms: ms(300_000, 'longest time for one call, with all its requests; default 10000'),
    },
  },
};

const DEFAULT_CONNECT_MS = 3_000;
const DEFAULT_TOTAL_MS = 10_000;

/** What a call may take beyond its own limit until its answer is there, ms. */
const MARGIN_MS = 500;

/** The longest time for one call with all its requests, ms. */
export const totalMsOf = ({ timeouts }: Pick<HttpParameters, 'timeouts'>): number =>
  timeouts?.total_ms ?? DEFAULT_TOTAL_MS;

/** The longest time that one call may take, ms: the connector answers by itself before that. */
export const requestTimeoutMs = (parameters: Pick<HttpParameters, 'timeouts'>): number =>
  totalMsOf(parameters) + MARGIN_MS;

/** The material as it is now; what is missing is told. */
export const tlsMaterial = (
  { tls = {} }: Pick<HttpParameters, 'tls'>,
  secrets: Secrets,
  fault: (path: string, message: string) => void,
): TlsMaterial => {
  const read = (field: 'ca' | 'cert' | 'key'): string | undefined => {
    const ref = tls[field];
    if (ref === undefined || typeof ref === 'string') return ref;
    const value = readSecret(ref, secrets);
    if (!value.ok) fault(`tls.${field}`, value.error);
    return value.ok ? value.value : undefined;
  };
  const [ca, cert, key] = [read('ca'), read('cert'), read('key')];
  return {
    ...present({ ca, cert, key, serverName: tls.server_name }),
  };
};

/** The material as it is at each connection. What does not fit together does not take the place of what did. */
export const liveTls = (
  parameters: Pick<HttpParameters, 'tls'>,
  secrets: Secrets,
  first: TlsMaterial,
): (() => TlsMaterial) => {
  let last = first;
  return renewed(first, () => {
    let isWhole = true;
    const now = tlsMaterial(parameters, secrets, () => {
      isWhole = false;
    });
    if (!isWhole || (!isSameTls(now, last) && !isUsable(now))) return err('not usable');
    last = now;
    return ok(now);
  });
};

/** The one host of a connector, out of its parameters. */
interface HttpHost {
  readonly base: BaseUrl;
  readonly allowAddresses: readonly string[];
  /** As it is at each connection. */
  readonly tls: () => TlsMaterial;
  readonly connectMs: number;
  readonly totalMs: number;
  /** Secrets among the parameters. */
  readonly secrets: readonly string[];
}

/** Reads the host that a connector talks to, or tells everything that is wrong with its parameters. */
export const readHttpHost = (
  parameters: HttpParameters,
  secrets: Secrets,
): Result<HttpHost, readonly ParameterFault[]> => {
  const faults: ParameterFault[] = [];
  const fault = (path: string, message: string): void => void faults.push({ path, message });
  const allowAddresses = parameters.allow_addresses ?? [];
  allowAddresses.forEach((entry, index) => {
    if (!isAllowEntry(entry)) fault(`allow_addresses.${index}`, `\`${entry}\` is not an address or network`);
  });
  const base =
    faults.length > 0
      ? undefined
      : parseBaseUrl(parameters.base_url, { allowed: allowAddresses, plainHttp: parameters.allow_plain_http === true });
  if (base !== undefined && !base.ok) fault('base_url', base.error);
  const first = tlsMaterial(parameters, secrets, fault);
  if (base === undefined || !base.ok || faults.length > 0) return err(faults);
  return ok({
    base: base.value,
    allowAddresses,
    tls: liveTls(parameters, secrets, first),
    connectMs: parameters.timeouts?.connect_ms ?? DEFAULT_CONNECT_MS,
    totalMs: totalMsOf(parameters),
    secrets: first.key === undefined ? [] : [first.key],
  });
};

/** What a host is made with besides its parameters. */
interface HttpSurroundings {
  /** Secrets that the connector sends itself and that must not appear in texts either. */
  readonly more: readonly string[];
  readonly lookup: Lookup;
  readonly egress?: Egress;
  readonly bearer?: Bearer | undefined;
}

/** Makes the host that a connector talks to out of its parameters, or tells everything that is wrong with them. */
export const makeHttpTarget = (
  parameters: HttpParameters,
  secrets: Secrets,
  { more, lookup, egress, bearer }: HttpSurroundings,
): Result<HttpTarget, readonly ParameterFault[]> => {
  const host = readHttpHost(parameters, secrets);
  if (!host.ok) return host;
  const { tls, ...found } = host.value;
  return ok(
    httpTarget({
      ...found,
      get tls() {
        return tls();
      },
      secrets: [...more, ...found.secrets],
      lookup,
      ...present({ egress, bearer }),
    }),
  );
};
