import {
  HTTP_PARAMETERS_SCHEMA,
  OAUTH_SCHEMA,
  SECRET_REF_SCHEMA,
  type HttpParameters,
  type OauthParameters,
  type SecretRef,
} from '../connector';
import type { Subjects } from './subject';

export interface SsfParameters extends HttpParameters {
  readonly authorization: 'none' | { readonly bearer: SecretRef } | { readonly oauth: OauthParameters };
  readonly issuer: string;
  readonly audience: string;
  readonly stream_id: string;
  readonly signing_key: SecretRef;
  readonly key_id?: string;
  readonly subject: {
    readonly format: Subjects['format'];
    /** A list, for names with dots that begin alike are lost in a map of Dashboards' settings. */
    readonly realms?: ReadonlyArray<{ readonly realm: string; readonly is: string }>;
    readonly plain_realm?: string;
  };
}

const visible = (most: number, description: string): object => ({
  type: 'string',
  minLength: 1,
  maxLength: most,
  pattern: '^[\\x21-\\x7e]+$',
  description,
});

const only = (name: string, schema: object): object => ({
  type: 'object',
  additionalProperties: false,
  required: [name],
  properties: { [name]: schema },
});

/** JSON Schema of `SsfParameters`. */
export const SSF_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['base_url', 'authorization', 'issuer', 'audience', 'stream_id', 'signing_key', 'subject'],
  properties: {
    ...HTTP_PARAMETERS_SCHEMA,
    base_url: { ...HTTP_PARAMETERS_SCHEMA.base_url, description: 'where the receiver takes events' },
    authorization: {
      anyOf: [{ const: 'none' }, only('bearer', SECRET_REF_SCHEMA), only('oauth', OAUTH_SCHEMA)],
      description: 'how the receiver knows who sends, beside the signature and the certificate of `tls`',
    },
    issuer: {
      ...visible(512, '`iss` of our events: an https URL that the receiver knows us by'),
      pattern: '^https://[A-Za-z0-9][\\x21-\\x22\\x24-\\x3e\\x40-\\x7e]*$',
    },
    audience: visible(512, '`aud` of our events: what the receiver calls itself'),
    stream_id: visible(256, 'id of the stream, which verification events name'),
    signing_key: {
      ...SECRET_REF_SCHEMA,
      description: 'private key in PEM (PKCS #8): RSA from 2048 bits, P-256 or Ed25519',
    },
    key_id: visible(128, '`kid` of the key; default its thumbprint'),
    subject: {
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: {
        format: { enum: ['email', 'iss_sub', 'account', 'opaque'], description: 'how the receiver names its users' },
        realms: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['realm', 'is'],
            properties: {
              realm: {
                type: 'string',
                pattern: '^[a-z0-9][a-z0-9._-]{0,252}$',
                description: 'of our accounts, in lower case',
              },
              is: {
                type: 'string',
                minLength: 1,
                maxLength: 512,
                description: 'its domain at the receiver, or for `iss_sub` its issuer',
              },
            },
          },
          description: 'what each realm of our accounts is at the receiver',
        },
        plain_realm: { type: 'string', description: 'the realm of accounts that are named without one' },
      },
      description: 'which user of the receiver an account is',
    },
  },
};
