import {
  HTTP_PARAMETERS_SCHEMA,
  PROMISES_SCHEMA,
  SECRET_REF_SCHEMA,
  type ActionPromise,
  type HttpParameters,
  type SecretRef,
} from '../connector';

export interface GrpcParameters extends HttpParameters {
  readonly token?: SecretRef;
  /** What the engine relies on, by action. */
  readonly actions: Readonly<Record<string, ActionPromise>>;
  readonly settle_time_ms: number;
  readonly native_ttl?: { readonly grace_s: number };
}

/** JSON Schema of `GrpcParameters`. */
export const GRPC_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['base_url', 'actions', 'settle_time_ms'],
  properties: {
    ...HTTP_PARAMETERS_SCHEMA,
    base_url: { type: 'string', maxLength: 2048, description: 'scheme, host and port of the agent' },
    token: { ...SECRET_REF_SCHEMA, description: 'sent as `authorization: Bearer …` with each call' },
    actions: {
      type: 'object',
      minProperties: 1,
      maxProperties: 32,
      additionalProperties: PROMISES_SCHEMA,
      description: 'what this connector does, and what the engine relies on',
    },
    settle_time_ms: {
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      description: 'longest time from an order to its effect, ms: absent is final only after it',
    },
    native_ttl: {
      type: 'object',
      additionalProperties: false,
      required: ['grace_s'],
      properties: {
        grace_s: { type: 'integer', minimum: 1, maximum: 86_400, description: 'on top of the ttl, s' },
      },
      description: 'the agent ends effects by itself',
    },
  },
};
