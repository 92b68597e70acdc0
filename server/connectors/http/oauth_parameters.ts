import { SECRET_REF_SCHEMA, type SecretRef } from './credentials';

/** OAuth 2.0 client credentials (RFC 6749, 4.4): who asks for access tokens, and where. */
export interface OauthParameters {
  readonly token_url: string;
  readonly client_id: string;
  /** Missing only where the certificate of `tls` says who asks. */
  readonly client_secret?: SecretRef;
  /** How the client says who it is: in the header, in the body, or by `tls.cert` (RFC 8705). */
  readonly auth: 'basic' | 'post' | 'tls';
  readonly scope?: string;
  readonly audience?: string;
}

const BY_CERTIFICATE = { properties: { auth: { const: 'tls' } }, required: ['auth'] };

/** JSON Schema of `OauthParameters`. */
export const OAUTH_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['token_url', 'client_id', 'auth'],
  properties: {
    token_url: { type: 'string', maxLength: 2048, description: 'token endpoint of the authorization server' },
    client_id: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[\\x20-\\x7e]+$' },
    client_secret: SECRET_REF_SCHEMA,
    auth: {
      enum: ['basic', 'post', 'tls'],
      description: 'client_secret in the header or in the body, or the certificate of `tls` instead',
    },
    scope: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^[\\x21-\\x7e]+( [\\x21-\\x7e]+)*$' },
    audience: { type: 'string', minLength: 1, maxLength: 1024 },
  },
  if: BY_CERTIFICATE,
  then: { properties: { client_secret: false } },
  else: { required: ['client_secret'] },
};
