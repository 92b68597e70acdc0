import { err, ok } from '../../../common/result';
import {
  defineKind,
  readHeaderSecret,
  renewed,
  SECRET_REF_SCHEMA,
  type ConnectorKind,
  type ParameterFault,
  type SecretRef,
} from '../connector';
import type { Entries } from './entry';
import { feedConnector } from './feed_connector';
import type { Device, FeedParts } from './feed_parts';
import { FeedStore } from './feed_store';
import { FORMATS, NAME_FORMATS, type Format } from './render';
import { FeedServer } from './serve';

interface DeviceParameters {
  readonly token: SecretRef;
  readonly format: Format;
  readonly in_path?: boolean;
}

interface FeedParameters {
  readonly entries: Entries;
  readonly networks?: boolean;
  readonly ipv6?: boolean;
  readonly most_entries: number;
  readonly poll_s: number;
  readonly device_silent_after_s?: number;
  readonly serve_stale_s?: number;
  readonly grace_s?: number;
  readonly devices: Readonly<Record<string, DeviceParameters>>;
}

/** Of missed polls a device is allowed two. */
const SILENT_POLLS = 3;
const DEFAULT_STALE_S = 86_400;
const DEFAULT_GRACE_S = 60;
/** Whoever has the token reads the list, and says in the name of a firewall that it is blocked. */
const SHORTEST_TOKEN = 16;
/** Letters that stand for themselves in an address. */
const IN_ADDRESS = /^[A-Za-z0-9._~-]+$/;

type Secrets = Parameters<ConnectorKind['make']>[1];

const tokenFault = (token: string, { token: { secret }, in_path: inPath = false }: DeviceParameters) => {
  if (token.length < SHORTEST_TOKEN) return `secret \`${secret}\` is shorter than ${SHORTEST_TOKEN} characters`;
  return !inPath || IN_ADDRESS.test(token)
    ? undefined
    : `secret \`${secret}\` stands in an address, and has other characters than letters, digits, \`.\`, \`_\`, \`~\` and \`-\``;
};

/** The devices, or everything that is wrong with them. */
const devicesOf = ({ entries, devices }: FeedParameters, secrets: Secrets) => {
  const faults: ParameterFault[] = [];
  const made: Device[] = [];
  const byToken = new Map<string, string>();
  for (const [name, given] of Object.entries(devices)) {
    const path = `devices.${name}`;
    if (entries === 'addresses' && NAME_FORMATS.includes(given.format))
      faults.push({ path: `${path}.format`, message: `\`${given.format}\` is for \`entries: domains\`` });
    const first = readHeaderSecret(given.token, secrets);
    const fault = first.ok ? tokenFault(first.value, given) : first.error;
    if (fault !== undefined) faults.push({ path: `${path}.token`, message: fault });
    if (!first.ok) continue;
    const other = byToken.get(first.value);
    // Nobody could tell which of the two fetched.
    if (other !== undefined) faults.push({ path: `${path}.token`, message: `is the token of \`${other}\` already` });
    byToken.set(first.value, name);
    const { format, in_path: inPath = false } = given;
    made.push({ name, format, inPath, token: renewed(first.value, () => readHeaderSecret(given.token, secrets)) });
  }
  return faults.length > 0 ? err(faults) : ok(made);
};

const s = (minimum: number, maximum: number, description: string) => ({
  type: 'integer',
  minimum,
  maximum,
  description,
});

/** A block list that Reflex serves, and that firewalls and resolvers fetch. */
export const feedKind: ConnectorKind = defineKind<FeedParameters>({
  kind: 'feed',
  title: 'Block list that devices fetch',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['entries', 'most_entries', 'poll_s', 'devices'],
    properties: {
      entries: { type: 'string', enum: ['addresses', 'domains'], description: 'what the list holds' },
      networks: { type: 'boolean', description: 'every device takes networks too; default false' },
      ipv6: { type: 'boolean', description: 'every device filters IPv6 too; default false' },
      most_entries: s(1, 20_000, 'what the smallest table of a device holds; an order above it is refused'),
      poll_s: s(1, 86_400, 'how often the slowest device fetches, s'),
      device_silent_after_s: s(1, 604_800, 'a device that has not fetched for so long is silent, s; default 3 polls'),
      serve_stale_s: s(0, 604_800, 'while OpenSearch is away the last list is served for so long, s; default 86400'),
      grace_s: s(1, 86_400, 'an entry ends by itself so long after its ttl, s; default 60'),
      devices: {
        type: 'object',
        minProperties: 1,
        maxProperties: 64,
        description: 'every firewall and resolver that fetches the list, by name; a cluster has one for each member',
        propertyNames: { pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          required: ['token', 'format'],
          properties: {
            token: { ...SECRET_REF_SCHEMA, description: 'token of this device alone' },
            format: { type: 'string', enum: [...FORMATS], description: 'how the list is written for it' },
            in_path: { type: 'boolean', description: 'its token may stand in the address, and in logs; default false' },
          },
        },
      },
    },
  },
  build: ({ name, parameters }, secrets, world) => {
    const { lists } = world;
    const { poll_s: pollS, device_silent_after_s: silentS = SILENT_POLLS * pollS, entries } = parameters;
    const faults: ParameterFault[] = [];
    if (lists === undefined) faults.push({ path: '', message: 'needs a host that serves lists' });
    if (silentS <= pollS)
      faults.push({
        path: 'device_silent_after_s',
        message: 'must be longer than `poll_s`, or every device is silent',
      });
    if (entries === 'domains')
      for (const path of ['networks', 'ipv6'] as const)
        if (parameters[path] !== undefined) faults.push({ path, message: 'is for `entries: addresses`' });
    const devices = devicesOf(parameters, secrets);
    if (!devices.ok) faults.push(...devices.error);
    if (lists === undefined || !devices.ok || faults.length > 0) return err(faults);
    const parts: FeedParts = {
      name,
      store: new FeedStore({ list: name, documents: lists.documents, utc: world.utc }),
      utc: world.utc,
      entries,
      networks: parameters.networks === true,
      ipv6: parameters.ipv6 === true,
      mostEntries: parameters.most_entries,
      devices: devices.value,
      pollMs: pollS * 1000,
      silentMs: silentS * 1000,
      staleMs: (parameters.serve_stale_s ?? DEFAULT_STALE_S) * 1000,
      graceMs: (parameters.grace_s ?? DEFAULT_GRACE_S) * 1000,
    };
    const server = new FeedServer(parts);
    lists.offer(name, server);
    return ok(feedConnector(parts, server));
  },
});
