import {
  HTTP_PARAMETERS_SCHEMA,
  OAUTH_SCHEMA,
  SECRET_REF_SCHEMA,
  type HttpParameters,
  type Idempotency,
} from '../connector';
import type { ActionPromise, OauthParameters, SecretRef } from '../connector';
import { PROMISES_SCHEMA } from './promises_schema';

/*
 * What the parameters of a REST connector look like: every request as data. A placeholder is a whole value,
 * `{ "$": "target.value" }`, or a whole segment of a path, `{target.value}`; nothing is ever put together as text.
 */

/** A leaf that is replaced by a value of the command. */
export interface Placeholder {
  readonly $: string;
}

export type Scalar = string | number | boolean | null;

/** A value inside a fixed text of a query, such as a filter. It may have letters, digits, `.`, `_` and `-` alone. */
export interface WithinText extends Placeholder {
  readonly before?: string;
  readonly after?: string;
}

export type BodyTemplate = Scalar | readonly BodyTemplate[] | { readonly [key: string]: BodyTemplate };

export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | WithinText>>;
  readonly headers?: Readonly<Record<string, string | Placeholder>>;
  readonly body?: BodyTemplate;
}

/** Which answers mean what. Of any other only those that `http/definite.ts` lists say that nothing was done. */
export interface StatusRules {
  /** It was done. */
  readonly expect?: readonly number[];
  /** It was so before: also a success. */
  readonly already?: readonly number[];
  /** It was not done; trying again later can help. */
  readonly retry?: readonly number[];
  /** It may have been done, whatever the status usually means. */
  readonly unknown?: readonly number[];
  /** It was not done, and trying again does not help. */
  readonly failed?: readonly number[];
}

type OrderTemplate = RequestTemplate & StatusRules;

/** A condition on a JSON answer. A pointer that leads nowhere fulfils neither kind. */
export type Where =
  | { readonly pointer: string; readonly equals: Scalar | Placeholder }
  | { readonly pointer: string; readonly not_equals: Scalar | Placeholder }
  /** A list of exactly so many items. */
  | { readonly pointer: string; readonly items: number };

export interface Match {
  readonly status: readonly number[];
  readonly where?: Where | readonly Where[];
}

export interface VerifyTemplate extends RequestTemplate {
  readonly present: Match;
  /** Several: any of them says so. */
  readonly absent: Match | readonly Match[];
}

/** How the target is asked which one a name stands for: exactly one, or nothing is done. */
export interface ResolveTemplate extends RequestTemplate {
  readonly found: Match;
  /** Pointer to a list; without it the whole answer is the one item. */
  readonly items?: string;
  /** Pointer to the name by which the target knows an item: only what is named as we asked counts. */
  readonly name: string;
  /** Pointer to the id, within the item. */
  readonly id: string;
}

/** An order that its target only takes at first, and how to ask what became of it. */
export interface OperationTemplate extends RequestTemplate {
  /** Statuses of the answer to `execute` that say so; default 202. */
  readonly accepted?: readonly number[];
  /** Where the answer to `execute` names the operation: a pointer, or the last part of the path in `Location`. */
  readonly ref: string;
  readonly done: Match;
  readonly failed: Match;
  readonly pending: Match;
  /** Pause between two questions within the call that gave the order, ms; default 500. */
  readonly every_ms?: number;
}

/** How a list goes on: a pointer to the next address, the `Link` header, or a cursor that goes into the query. */
export type NextPage = { readonly pointer: string; readonly query?: string } | { readonly header: 'link' };

/** What answers say that a host is intact, and which that it was altered; any other says neither. */
export interface HostStatusTemplate extends RequestTemplate {
  readonly intact: Match;
  readonly altered: Match;
  /** Pointer to what the target says of it, for the record. */
  readonly said?: string;
}

/** What answers say that an action can be done now, and which that it cannot. */
export interface ReadyTemplate extends RequestTemplate {
  readonly can: Match;
  readonly cannot: Match;
}

/** How an array in an answer is read as effects; pointers are relative to an item, except `items`. */
export interface ListTemplate extends RequestTemplate {
  readonly items: string;
  readonly value: string;
  readonly host?: string;
  readonly command_id?: string;
  readonly since?: string;
  /** Items to take; without it all. */
  readonly where?: Where | readonly Where[];
  /** Missing: the answer is the whole list. */
  readonly next?: NextPage;
  /** Most pages that are asked for; a longer list is an error. Default 20. */
  readonly most_pages?: number;
}

export interface ActionTemplate {
  /** What the action takes away, needs and does with who is off; configurations of earlier versions lack it. */
  readonly promises?: ActionPromise;
  /** Asked with the health: whether the target still lets us do it. It changes nothing. */
  readonly ready?: ReadyTemplate;
  /** Gives `target.id`, where the target calls things otherwise than policies do. */
  readonly resolve?: ResolveTemplate;
  readonly execute: OrderTemplate;
  /** The order is given only if `verify` says that it is not so yet: undoing would take away what others did. */
  readonly only_if_absent?: boolean;
  readonly operation?: OperationTemplate;
  readonly verify?: VerifyTemplate;
  readonly undo?: OrderTemplate;
  /** Keeps what the target ends by itself for longer. */
  readonly extend?: OrderTemplate;
  readonly cancel?: RequestTemplate;
  readonly list?: ListTemplate;
  /**
   * Pointers to a revision in the answer to `execute` and in that to `verify`. Where they differ somebody changed it
   * since, and undoing is refused.
   */
  readonly unchanged?: { readonly sent: string; readonly now: string };
}

/** A header of every request. */
export type HeaderValue =
  | string
  | (SecretRef & { readonly prefix?: string })
  | { readonly basic: { readonly user: string; readonly password: SecretRef } }
  /** Only `Authorization`: a token that is asked for and renewed. */
  | { readonly oauth: OauthParameters };

export interface RestParameters extends HttpParameters {
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  /** The preset that it was made from and that nobody here has tried against the product yet. */
  readonly preset?: string;
  readonly idempotency: Idempotency;
  readonly settle_time_ms: number;
  /** The target ends an effect by itself; `ttl_s` and `deadline` then carry this much more. */
  readonly native_ttl?: { readonly grace_s: number };
  readonly tagged: boolean;
  /** Asked for health; without it a connection is enough. */
  readonly status?: RequestTemplate & { readonly expect?: readonly number[] };
  /** Asked about a host: whether it is as it should be. */
  readonly host_status?: HostStatusTemplate;
  readonly actions: Readonly<Record<string, ActionTemplate>>;
}

const placeholder = {
  type: 'object',
  additionalProperties: false,
  required: ['$'],
  properties: { $: { type: 'string', maxLength: 64 } },
};
const withinText = {
  ...placeholder,
  properties: {
    ...placeholder.properties,
    before: { type: 'string', maxLength: 256, description: 'fixed text before the value' },
    after: { type: 'string', maxLength: 256, description: 'fixed text after the value' },
  },
};
const scalar = { type: ['string', 'number', 'boolean', 'null'] };
const statuses = { type: 'array', minItems: 1, maxItems: 32, items: { type: 'integer', minimum: 200, maximum: 599 } };
const pointer = { type: 'string', maxLength: 256, pattern: '^(/([^~/]|~[01])*)*$' };

const request = {
  method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
  path: { type: 'string', maxLength: 1024, description: 'such as `/v1/blocks/{target.value}`' },
  query: {
    type: 'object',
    maxProperties: 32,
    additionalProperties: { anyOf: [{ type: ['string', 'number', 'boolean'] }, withinText] },
  },
  headers: {
    type: 'object',
    maxProperties: 32,
    additionalProperties: { anyOf: [{ type: 'string', maxLength: 1024 }, placeholder] },
  },
  body: { description: 'JSON; a leaf `{ "$": "target.value" }` is replaced by that value' },
};
const look = { method: { enum: ['GET', 'POST'] } };
const condition = {
  type: 'object',
  additionalProperties: false,
  required: ['pointer'],
  oneOf: [{ required: ['equals'] }, { required: ['not_equals'] }, { required: ['items'] }],
  properties: {
    pointer,
    equals: { anyOf: [scalar, placeholder] },
    not_equals: { anyOf: [scalar, placeholder] },
    items: { type: 'integer', minimum: 0, description: 'a list of exactly so many items' },
  },
};
const where = { anyOf: [condition, { type: 'array', minItems: 1, maxItems: 16, items: condition }] };
const match = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: { status: statuses, where },
};

const template = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required: ['method', 'path', ...required],
  properties: { ...request, ...properties },
});
const order = template({
  expect: statuses,
  already: statuses,
  retry: statuses,
  unknown: statuses,
  failed: statuses,
});

const operation = template(
  {
    ...look,
    accepted: statuses,
    ref: { anyOf: [pointer, { const: 'location' }], description: 'a pointer into the answer, or `location`' },
    done: match,
    failed: match,
    pending: match,
    every_ms: { type: 'integer', minimum: 50, maximum: 60_000, description: 'pause between questions; default 500' },
  },
  ['ref', 'done', 'failed', 'pending'],
);
const next = {
  description: 'where the next page is: a pointer to its address, a pointer and `query` for a cursor, or `Link`',
  anyOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['pointer'],
      properties: { pointer, query: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._~-]+$' } },
    },
    {
      type: 'object',
      additionalProperties: false,
      required: ['header'],
      properties: { header: { const: 'link' } },
    },
  ],
};

/** JSON Schema of `RestParameters`. */
export const REST_PARAMETERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['base_url', 'idempotency', 'settle_time_ms', 'tagged', 'actions'],
  properties: {
    ...HTTP_PARAMETERS_SCHEMA,
    headers: {
      type: 'object',
      maxProperties: 32,
      additionalProperties: {
        anyOf: [
          { type: 'string', maxLength: 1024 },
          {
            ...SECRET_REF_SCHEMA,
            properties: { ...SECRET_REF_SCHEMA.properties, prefix: { type: 'string', maxLength: 64 } },
          },
          {
            type: 'object',
            additionalProperties: false,
            required: ['basic'],
            properties: {
              basic: {
                type: 'object',
                additionalProperties: false,
                required: ['user', 'password'],
                properties: {
                  user: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[^:]+$' },
                  password: SECRET_REF_SCHEMA,
                },
              },
            },
          },
          {
            type: 'object',
            additionalProperties: false,
            required: ['oauth'],
            properties: { oauth: { ...OAUTH_SCHEMA, description: 'OAuth 2.0 client credentials' } },
          },
        ],
      },
    },
    preset: {
      type: 'string',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'the preset it was made from; shown as contract only until you remove it',
    },
    idempotency: { enum: ['key', 'set', 'none'] },
    settle_time_ms: { type: 'integer', minimum: 0, maximum: 86_400_000 },
    native_ttl: {
      type: 'object',
      additionalProperties: false,
      required: ['grace_s'],
      properties: { grace_s: { type: 'integer', minimum: 1, maximum: 86_400 } },
    },
    tagged: { type: 'boolean', description: 'an effect carries our command_id at the target' },
    status: template({ ...look, expect: statuses }),
    host_status: template({ ...look, intact: match, altered: match, said: pointer }, ['intact', 'altered']),
    actions: {
      type: 'object',
      minProperties: 1,
      maxProperties: 32,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['execute'],
        properties: {
          promises: PROMISES_SCHEMA,
          ready: template({ ...look, can: match, cannot: match }, ['can', 'cannot']),
          execute: order,
          only_if_absent: { type: 'boolean', description: 'look first; what is there already is not ours' },
          operation,
          verify: template(
            {
              ...look,
              present: match,
              absent: { anyOf: [match, { type: 'array', minItems: 1, maxItems: 8, items: match }] },
            },
            ['present', 'absent'],
          ),
          resolve: template({ ...look, found: match, items: pointer, name: pointer, id: pointer }, [
            'found',
            'name',
            'id',
          ]),
          undo: order,
          extend: order,
          cancel: template({}),
          list: template(
            {
              ...look,
              ...{ items: pointer, value: pointer, host: pointer, command_id: pointer, since: pointer, where, next },
              most_pages: { type: 'integer', minimum: 1, maximum: 1_000, description: 'default 20' },
            },
            ['items', 'value'],
          ),
          unchanged: {
            type: 'object',
            additionalProperties: false,
            required: ['sent', 'now'],
            properties: { sent: pointer, now: pointer },
          },
        },
      },
    },
  },
};
