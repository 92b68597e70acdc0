import { HTTP_PARAMETERS_SCHEMA, SECRET_REF_SCHEMA, type HttpParameters, type SecretRef } from '../connector';

export const FLAVOURS = ['active_directory', 'ppolicy'] as const;

export interface LdapParameters extends Pick<HttpParameters, 'allow_addresses' | 'tls' | 'timeouts'> {
  readonly url: string;
  readonly start_tls?: boolean;
  readonly allow_plain_ldap?: boolean;
  readonly bind_dn: string;
  readonly password: SecretRef;
  /** Looks after each order, as somebody else or at another server. */
  readonly observer?: { readonly url?: string; readonly bind_dn?: string; readonly password?: SecretRef };
  readonly base_dn: string;
  readonly flavour: (typeof FLAVOURS)[number];
  /** Names of the realm that this directory answers for, as events say them. */
  readonly realms: readonly string[];
  readonly bare_names?: boolean;
  readonly default_policy?: string;
  readonly name_attribute?: string;
  readonly user_class?: string;
  readonly test_user?: string;
  readonly settle_time_ms?: number;
}

const dn = { type: 'string', minLength: 1, maxLength: 1_024 };
const url = { type: 'string', minLength: 1, maxLength: 300 };
const attribute = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$' };

/** JSON Schema of `LdapParameters`. */
export const LDAP_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'bind_dn', 'password', 'base_dn', 'flavour', 'realms'],
  properties: {
    url: { ...url, description: '`ldaps://host[:port]`, or `ldap://host[:port]` with `start_tls`' },
    start_tls: { type: 'boolean', description: 'begin TLS inside of a connection to `ldap://`' },
    allow_plain_ldap: { type: 'boolean', description: 'send the password readable; for tests' },
    allow_addresses: HTTP_PARAMETERS_SCHEMA.allow_addresses,
    tls: HTTP_PARAMETERS_SCHEMA.tls,
    timeouts: HTTP_PARAMETERS_SCHEMA.timeouts,
    bind_dn: { ...dn, description: 'account that may disable others: its DN, or at Active Directory `name@domain`' },
    password: { ...SECRET_REF_SCHEMA, description: 'of that account' },
    observer: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      dependentRequired: { bind_dn: ['password'], password: ['bind_dn'] },
      description: 'who looks whether it is in effect: another server, another account, or both',
      properties: {
        url: { ...url, description: 'such as another domain controller; protected as `url` is' },
        bind_dn: dn,
        password: SECRET_REF_SCHEMA,
      },
    },
    base_dn: { ...dn, description: 'accounts are looked for below it' },
    flavour: { enum: [...FLAVOURS], description: 'how accounts are disabled there' },
    realms: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 253 },
      description: 'names of the one realm that this directory answers for, such as `CORP` and `corp.example`',
    },
    bare_names: { type: 'boolean', description: 'a name without a realm is of this directory too; default false' },
    default_policy: { ...dn, description: 'ppolicy: DN of the policy of accounts that name none' },
    name_attribute: { ...attribute, description: 'ppolicy: what accounts are called by; default `uid`' },
    user_class: { ...attribute, description: "ppolicy: object class of people's accounts; default `person`" },
    test_user: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      description: 'account that nobody uses, for self-tests',
    },
    settle_time_ms: {
      type: 'integer',
      minimum: 100,
      maximum: 3_600_000,
      description: 'longest time until `observer` sees it, ms: replication and a margin; default 15000',
    },
  },
};
