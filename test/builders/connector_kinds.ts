import type { ConnectorKindView, ConnectorPresetView } from '../../common/api/routes';

/* Kinds as the API tells them, with a parameter of each sort. `forms_of_kinds.test.ts` tries the real ones. */

const secret = {
  type: 'object',
  additionalProperties: false,
  required: ['secret'],
  properties: { secret: { type: 'string' } },
};
const texts = { type: 'array', items: { type: 'string' } };

export const CONNECTOR_KINDS: ConnectorKindView[] = [
  {
    kind: 'crowdsec',
    title: 'CrowdSec local API',
    parameters: {
      type: 'object',
      required: ['base_url', 'machine_id', 'password', 'bouncer_key'],
      properties: {
        base_url: { type: 'string', maxLength: 2048, description: 'scheme, host, port and path' },
        machine_id: { type: 'string', description: 'machine that may add decisions' },
        password: { ...secret, description: 'password of that machine' },
        bouncer_key: { ...secret, description: 'key of a bouncer of our own' },
        allow_addresses: { ...texts, description: 'such as `127.0.0.1`' },
        ipv6: { type: 'boolean', description: 'default false' },
        grace_s: { type: 'integer' },
        tls: {
          type: 'object',
          properties: { ca: { anyOf: [{ type: 'string' }, secret] }, cert: secret, server_name: { type: 'string' } },
        },
      },
    },
  },
  {
    kind: 'ssh',
    title: 'hosts over SSH',
    parameters: {
      type: 'object',
      required: ['private_key', 'actions', 'hosts'],
      properties: {
        private_key: secret,
        actions: { type: 'array', items: { enum: ['block_ip', 'isolate_host'] } },
        hosts: {
          type: 'object',
          description: 'by the name that the inventory has',
          additionalProperties: {
            type: 'object',
            required: ['address', 'host_keys'],
            properties: { address: { type: 'string' }, port: { type: 'integer' }, host_keys: texts },
          },
        },
      },
    },
  },
  {
    kind: 'rest',
    title: 'any HTTP interface',
    parameters: {
      type: 'object',
      required: ['base_url', 'idempotency', 'actions'],
      properties: {
        base_url: { type: 'string' },
        idempotency: { enum: ['key', 'set', 'none'] },
        actions: { type: 'object', additionalProperties: { type: 'object' } },
      },
    },
  },
];

export const A_PRESET: ConnectorPresetView = {
  name: 'a-product',
  title: 'A product',
  kind: 'crowdsec',
  product: 'The product',
  version: 'its API v1',
  sources: ['https://vendor.example/api'],
  looked_at: '2026-11-30',
  mark: 'contract only, not run against the product',
  actions: [
    {
      action: 'block_ip',
      does: 'blocks it there',
      undo: 'lets it pass',
      states: [{ state: 'DONE', means: 'in effect' }],
    },
    { action: 'revoke_sessions', does: 'ends sessions', states: [] },
  ],
  needs: ['a token'],
  limits: ['it never says who did it'],
  example: { base_url: 'https://product.example', machine_id: 'reflex', password: { secret: 'product' } },
};
