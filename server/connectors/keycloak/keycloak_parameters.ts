import {
  HTTP_PARAMETERS_SCHEMA,
  SECRET_REF_SCHEMA,
  type HttpParameters,
  type OauthParameters,
  type SecretRef,
} from '../connector';

/** A client of the realm that has a service account. */
export interface ClientParameters {
  readonly client_id: string;
  readonly client_secret?: SecretRef;
  readonly auth: OauthParameters['auth'];
}

export interface KeycloakParameters extends HttpParameters, ClientParameters {
  readonly realm: string;
  readonly account_realms: readonly string[];
  readonly plain_names: boolean;
  readonly usernames?: 'name' | 'mail';
  readonly mark_attribute?: string;
  readonly require_on_return?: readonly string[];
  readonly observer?: ClientParameters;
  readonly settle_time_ms?: number;
  readonly test_account?: string;
}

const name = (most: number, pattern: string): object => ({ type: 'string', minLength: 1, maxLength: most, pattern });

const client = {
  client_id: { ...name(255, '^[\\x21-\\x7e]+$'), description: 'client of that realm with a service account' },
  client_secret: SECRET_REF_SCHEMA,
  auth: {
    enum: ['basic', 'post', 'tls'],
    description: 'secret in the header or in the body, or the certificate of `tls`',
  },
};
const secretUnlessTls = {
  if: { properties: { auth: { const: 'tls' } }, required: ['auth'] },
  then: { properties: { client_secret: false } },
  else: { required: ['client_secret'] },
};

/** JSON Schema of `KeycloakParameters`. */
export const KEYCLOAK_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['base_url', 'realm', 'client_id', 'auth', 'account_realms', 'plain_names'],
  ...secretUnlessTls,
  properties: {
    ...HTTP_PARAMETERS_SCHEMA,
    realm: { ...name(128, '^[A-Za-z0-9][A-Za-z0-9._-]*$'), description: 'realm of Keycloak whose accounts these are' },
    ...client,
    account_realms: {
      type: 'array',
      maxItems: 16,
      uniqueItems: true,
      items: name(253, '^[a-z0-9][a-z0-9._-]*$'),
      description: 'what stands before `\\` or behind `@` in the accounts of this realm, lower case',
    },
    plain_names: { type: 'boolean', description: 'an account that is named without a realm is one of this realm' },
    usernames: {
      enum: ['name', 'mail'],
      description: 'Keycloak calls them `ana`, or `ana@corp.example`; default `name`',
    },
    mark_attribute: {
      ...name(64, '^[A-Za-z][A-Za-z0-9_-]*$'),
      description: 'attribute of an account that says what Reflex did; default `reflex`',
    },
    require_on_return: {
      type: 'array',
      minItems: 1,
      maxItems: 8,
      uniqueItems: true,
      items: name(64, '^[A-Za-z][A-Za-z0-9_-]*$'),
      description: 'required actions of an account that is enabled again, such as `UPDATE_PASSWORD`',
    },
    observer: {
      type: 'object',
      additionalProperties: false,
      required: ['client_id', 'auth'],
      properties: client,
      ...secretUnlessTls,
      description: 'another client, which may only view users and confirms what the first one did',
    },
    settle_time_ms: {
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      description: 'longest time until every node of a cluster follows, ms; default 5000',
    },
    test_account: { ...name(256, '\\S'), description: 'an account that nobody uses, for self-tests' },
  },
};
