import { SECRET_REF_SCHEMA, type SecretRef } from '../connector';

/** What a connector over SSH may do. */
export const SSH_ACTIONS = ['block_ip', 'isolate_host', 'quarantine_file', 'kill_process'] as const;
export type SshAction = (typeof SSH_ACTIONS)[number];

/** Where one host is, and by which keys it is known. */
export interface HostParameters {
  readonly address: string;
  readonly port?: number;
  readonly host_keys: readonly string[];
  /** Another host, which confirms an isolation by a ping to an address of this one. */
  readonly seen_from?: { readonly host: string; readonly address: string };
}

export interface SshParameters {
  readonly user?: string;
  readonly private_key: SecretRef;
  readonly passphrase?: SecretRef;
  /** Another key, which only looks. */
  readonly observer_key?: SecretRef;
  readonly actions: readonly SshAction[];
  /** By the name that the inventory has. */
  readonly hosts: Readonly<Record<string, HostParameters>>;
  /** Hosts that block addresses. */
  readonly block_on?: readonly string[];
  /** Addresses, besides the one that an order comes from, whose SSH no isolation and no block ends. */
  readonly keep_way_for?: readonly string[];
  readonly allow_addresses?: readonly string[];
  readonly most_processes?: number;
  readonly grace_s?: number;
  readonly settle_time_ms?: number;
  readonly timeouts?: { readonly connect_ms?: number; readonly total_ms?: number };
}

/** Each status asks all of them, so that there is a bound. */
const MOST_HOSTS = 64;

/** JSON Schema of `SshParameters`. */
export const SSH_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['private_key', 'actions', 'hosts'],
  properties: {
    user: {
      type: 'string',
      pattern: '^[a-z_][a-z0-9_-]{0,31}$',
      description: 'account at the hosts; default `reflex`',
    },
    private_key: { ...SECRET_REF_SCHEMA, description: 'private key of OpenSSH or PEM, whose forced command acts' },
    passphrase: { ...SECRET_REF_SCHEMA, description: 'of the private key, and of `observer_key`' },
    observer_key: { ...SECRET_REF_SCHEMA, description: 'another key, whose forced command only looks' },
    actions: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: [...SSH_ACTIONS] } },
    hosts: {
      type: 'object',
      minProperties: 1,
      maxProperties: MOST_HOSTS,
      description: 'by the name that the inventory has',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['address', 'host_keys'],
        properties: {
          address: { type: 'string', minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:_-]+$' },
          port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'default 22' },
          host_keys: {
            type: 'array',
            minItems: 1,
            maxItems: 4,
            items: { type: 'string', maxLength: 2_048 },
            description: 'lines such as `ssh-ed25519 AAAA…`; no other key is believed',
          },
          seen_from: {
            type: 'object',
            additionalProperties: false,
            required: ['host', 'address'],
            description: 'another host, which confirms an isolation by a ping to this address',
            properties: {
              host: { type: 'string', minLength: 1, maxLength: 253 },
              address: { type: 'string', minLength: 1, maxLength: 64 },
            },
          },
        },
      },
    },
    block_on: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_HOSTS,
      uniqueItems: true,
      items: { type: 'string', maxLength: 253 },
      description: 'hosts that block addresses; without it the only host',
    },
    keep_way_for: {
      type: 'array',
      maxItems: 32,
      items: { type: 'string', maxLength: 64 },
      description: 'addresses of other agents, whose SSH goes on as well',
    },
    allow_addresses: {
      type: 'array',
      maxItems: 64,
      items: { type: 'string', maxLength: 64 },
      description: 'addresses and networks to accept that are refused otherwise, such as `127.0.0.1`',
    },
    most_processes: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      description: 'if more processes run the file, none is killed; default 1',
    },
    grace_s: { type: 'integer', minimum: 1, maximum: 86_400, description: 'on top of the ttl, s; default 60' },
    settle_time_ms: {
      type: 'integer',
      minimum: 1_000,
      maximum: 3_600_000,
      description: 'longest time from an order to its effect, ms; default 15000',
    },
    timeouts: {
      type: 'object',
      additionalProperties: false,
      properties: {
        connect_ms: {
          type: 'integer',
          minimum: 10,
          maximum: 60_000,
          description: 'longest wait for a connection, ms; default 3000',
        },
        total_ms: {
          type: 'integer',
          minimum: 10,
          maximum: 300_000,
          description: 'longest time for one call, ms; default 15000',
        },
      },
    },
  },
};
