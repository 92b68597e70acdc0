import { HTTP_PARAMETERS_SCHEMA, SECRET_REF_SCHEMA, type HttpParameters, type SecretRef } from '../connector';
import type { SetName } from './ip_set_state';
import type { Direction } from './acl_state';

export interface WafParameters {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly ipv4?: SetName;
  readonly ipv6?: SetName;
}

export interface NetworkAclParameters {
  readonly id: string;
  readonly first_rule: number;
  readonly last_rule: number;
  readonly directions: readonly Direction[];
}

export interface AccessKeysParameters {
  readonly account_realms: readonly string[];
  readonly plain_names: boolean;
  readonly usernames?: 'name' | 'mail';
  readonly test_user?: string;
}

export interface AwsParameters extends Omit<HttpParameters, 'base_url'> {
  readonly base_url?: string;
  readonly region: string;
  readonly credentials: SecretRef;
  readonly waf?: WafParameters;
  readonly network_acl?: NetworkAclParameters;
  readonly access_keys?: AccessKeysParameters;
  readonly settle_time_ms?: number;
}

const ipSet = (family: string): object => ({
  type: 'object',
  additionalProperties: false,
  required: ['name', 'id'],
  properties: {
    name: { type: 'string', pattern: '^[\\w-]{1,128}$' },
    id: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
  },
  description: `IP set for ${family} addresses`,
});

/** Rules that AWS numbers itself begin above. */
const RULE = { type: 'integer', minimum: 1, maximum: 32_766 };

const { base_url: _whole, ...http } = HTTP_PARAMETERS_SCHEMA;

/** JSON Schema of the parameters. */
export const AWS_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['region', 'credentials'],
  properties: {
    region: {
      type: 'string',
      pattern: '^[a-z]{2}(-[a-z]+){1,2}-\\d{1,2}$',
      description: 'such as `eu-central-1`; for `access_keys` and for `CLOUDFRONT` it is `us-east-1`',
    },
    credentials: {
      ...SECRET_REF_SCHEMA,
      description: 'an access key: the JSON that `aws iam create-access-key` or `aws sts` prints',
    },
    waf: {
      type: 'object',
      additionalProperties: false,
      required: ['scope'],
      anyOf: [{ required: ['ipv4'] }, { required: ['ipv6'] }],
      properties: {
        scope: { enum: ['REGIONAL', 'CLOUDFRONT'] },
        ipv4: ipSet('IPv4'),
        ipv6: ipSet('IPv6'),
      },
      description: '`block_ip` by IP sets of AWS WAF',
    },
    network_acl: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'first_rule', 'last_rule', 'directions'],
      properties: {
        id: { type: 'string', pattern: '^acl-[0-9a-f]{8,17}$' },
        first_rule: { ...RULE, description: 'lowest rule number that is Reflex’s alone' },
        last_rule: { ...RULE, description: 'highest; below every rule that allows' },
        directions: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: { enum: ['ingress', 'egress'] },
        },
      },
      description: '`block_ip` by rules of a network ACL',
    },
    access_keys: {
      type: 'object',
      additionalProperties: false,
      required: ['account_realms', 'plain_names'],
      properties: {
        account_realms: {
          type: 'array',
          maxItems: 16,
          items: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,253}$' },
          description: 'how alerts name this AWS account: before `\\` or behind `@`',
        },
        plain_names: { type: 'boolean', description: 'whether a user without a realm is one of this account' },
        usernames: { enum: ['name', 'mail'], description: '`mail`: IAM calls them `ana@corp.example`' },
        test_user: { type: 'string', minLength: 1, maxLength: 320, description: 'a user that nobody uses' },
      },
      description: '`disable_user` for the access keys of IAM users',
    },
    base_url: {
      type: 'string',
      maxLength: 2048,
      description: 'instead of the public endpoint of the region: a VPC endpoint, or another partition',
    },
    ...http,
    settle_time_ms: {
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      description: 'longest time until AWS follows everywhere, ms; default 60000 for `waf`, else 15000',
    },
  },
};
