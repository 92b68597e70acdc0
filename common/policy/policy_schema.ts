import { MOST_ASKED, ON_EXPIRY } from '../flow/demand';
import { ACTIONS } from './actions';
import { LOOKUP_ANSWERS_SCHEMA, lookupsSchema } from './lookup_schema';
import {
  BEYOND_BUDGET,
  CONFIRMED_BY,
  LAYERS,
  LOOKUP_HOSTS,
  MODES,
  MOST_REAPPLIES,
  ON_DRIFT,
  REAPPLIES,
} from './policy';

/*
 * The JSON Schema (draft 2020-12) of a policy document. `policies/schema/policy.schema.json` is this value written
 * out for editors; a test keeps the two in step. What a schema cannot say (types of conditions, target fits action)
 * the engine checks after it.
 */

/** Most questions that a budget may allow: each agent remembers so many. */
export const MOST_BUDGET = 10_000;

const id = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{1,79}$',
  description: 'Lower case letters, digits and dashes; never reused',
};
const condition = { type: 'string', minLength: 1, maxLength: 4000, description: 'A condition in CEL' };
const duration = {
  type: 'string',
  pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
  description: 'A length of time such as 90s, 15m, 4h, 30d',
};
const words = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 256 },
  maxItems: 1000,
  uniqueItems: true,
};

const reversible = ACTIONS.filter((each) => each.undo !== null).map((each) => each.action);
const undoes = ACTIONS.flatMap((each) => each.undo ?? []);

const severities = {
  type: 'array',
  items: { enum: ['low', 'medium', 'high', 'critical'] },
  minItems: 1,
  uniqueItems: true,
  description: 'Only events of these severities',
};

const target = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  description: 'What the act touches: one kind of target with the expression that yields it',
  properties: {
    ip: condition,
    host: condition,
    user: condition,
    domain: condition,
    file: condition,
    process: condition,
  },
};

/** One test of a policy, as it stands in the policy or beside it. */
export const POLICY_TEST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'event', 'expect'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    event: { type: 'object', description: 'Fields of the event; missing ones are filled with neutral values' },
    context: {
      type: 'object',
      additionalProperties: false,
      description: 'What the lookups would say',
      properties: {
        assets: {
          type: 'object',
          description: 'Facts by address or name: known, external, tags, criticality, subnets, groups',
        },
        history: { type: 'object', description: 'Counts by entity (src, host, user, rule), domains and sightings_ms' },
        populations: { type: 'object', description: 'How many there are, by scope' },
        lookups: LOOKUP_ANSWERS_SCHEMA,
        now: { type: 'string', description: 'Moment of the decision, RFC 3339' },
        score: {
          type: 'number',
          minimum: 0,
          maximum: 1,
          description: 'Response score to assume instead of the computed one',
        },
      },
    },
    order: {
      type: 'object',
      additionalProperties: false,
      required: ['by', 'action', 'target'],
      properties: {
        by: { type: 'string', minLength: 1, maxLength: 256 },
        action: { enum: ACTIONS.map(({ action }) => action) },
        target: { type: 'string', minLength: 1, maxLength: 4096 },
        host: { type: 'string', minLength: 1, maxLength: 256 },
        ttl: duration,
      },
      description: 'The event is an order of this person, given by hand; `host` of a file or a process',
    },
    act: {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'target'],
      description: 'For policies that judge: the act that is judged',
      properties: { action: { type: 'string' }, target: { type: 'string' } },
    },
    expect: { enum: ['permit', 'escalate', 'deny', 'hold', 'learn'] },
  },
};

const common = {
  layer: { enum: [...LAYERS], description: 'action proposes; contextual, domain and global judge what is proposed' },
  mode: { enum: [...MODES], description: 'off, shadow (record only), escalate (ask a person), enforce (act)' },
  review: {
    type: 'object',
    additionalProperties: false,
    required: ['every'],
    properties: { every: duration },
    description: 'How often a person looks at this policy again',
  },
  expires: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    description: 'Day (UTC) from which it no longer decides',
  },
  tests: { type: 'array', items: POLICY_TEST_SCHEMA, maxItems: 200 },
  approve: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      by: {
        type: 'integer',
        minimum: 1,
        maximum: MOST_ASKED,
        description: 'So many different people have to approve; default 1',
      },
      approvers: {
        ...words,
        minItems: 1,
        maxItems: 64,
        description: 'Whose approval counts: names as their directory writes them, and `role:` with the name of a role',
      },
      on_expiry: {
        enum: [...ON_EXPIRY],
        description:
          'If nobody answers in time: `deny` (default), `second` (it waits once more and takes one more person) or ' +
          '`hold` (it waits up to 7 days)',
      },
    },
    description:
      'The act waits for people, and this is how they approve it. What several policies demand holds together',
  },
};

const thenSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['action', 'target'],
  properties: {
    action: { enum: ACTIONS.map((each) => each.action) },
    target,
    network: {
      type: 'boolean',
      description: 'What `target.ip` yields may be a network, up to a /24 or /64; without it a person is asked',
    },
    connector: {
      type: 'string',
      pattern: '^[a-z][a-z0-9-]{0,79}$',
      description: 'Connector by name; without one, the only one that can',
    },
    ttl: { ...duration, description: 'How long the effect lasts before it is undone, such as 90s, 15m, 4h, 30d' },
  },
};

/** What can be undone says how, and for how long it lasts. */
const HOW_IT_ENDS = {
  if: { properties: { then: { properties: { action: { enum: reversible } } } } },
  then: { required: ['rollback'], properties: { then: { required: ['ttl'] } } },
} as const;

const ladderSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 4,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['then'],
    properties: {
      when: { ...condition, description: 'Has to hold besides the condition of the policy' },
      then: thenSchema,
      rollback: {
        type: 'object',
        additionalProperties: false,
        required: ['action'],
        properties: { action: { enum: undoes } },
        description: 'How this step is taken back',
      },
    },
    ...HOW_IT_ENDS,
  },
  description:
    'Harsher steps after `then`, the mildest first. A step is proposed once every one before it that fits is in effect ' +
    'and an event comes that happened after that',
};

const actionSpec = {
  type: 'object',
  additionalProperties: false,
  required: ['layer', 'mode', 'when', 'then'],
  properties: {
    ...common,
    layer: { const: 'action' },
    on: {
      type: 'object',
      additionalProperties: false,
      properties: {
        severity: severities,
        intake: { ...words, description: 'Only events of these intakes, `type` or `type:id`' },
      },
    },
    lookups: lookupsSchema(LOOKUP_HOSTS.filter((host) => host !== 'target')),
    when: condition,
    then: thenSchema,
    ladder: ladderSchema,
    confirm: {
      type: 'object',
      additionalProperties: false,
      required: ['seen', 'within'],
      properties: {
        seen: { type: 'integer', minimum: 2, maximum: 60, description: 'How often, this event included' },
        within: duration,
        by: {
          enum: [...CONFIRMED_BY],
          description:
            'What has to be seen again by the same rule: what the act is aimed at (default), or the source, user or host ' +
            'of the event. `intakes`: so many sources of different domains report the target, by any rule',
        },
      },
      description: 'Hold until it was seen so often, so that it is no transient anomaly',
    },
    rollback: {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: {
        action: { enum: undoes },
        early: { const: 'source_completed', description: 'It also ends when its source says that it is over' },
      },
      description: 'How the act is taken back; required for every act that can be',
    },
    otherwise: {
      enum: ['none', 'escalate', 'hold'],
      description: 'What happens if no action policy proposed anything',
    },
    max_event_age: { ...duration, description: 'Older events escalate, such as 90s, 15m, 4h; default 15m' },
    on_drift: {
      enum: [...ON_DRIFT],
      description:
        'Somebody removed the effect at its target before its end: `tell` (default), or `reapply`, as a new act ' +
        'through every brake that ends when the first would have',
    },
    reapply_at_most: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_REAPPLIES,
      description: `How often one effect is applied again before a person is asked; default ${REAPPLIES}`,
    },
    rollout: {
      type: 'object',
      additionalProperties: false,
      required: ['percent', 'by'],
      properties: {
        percent: { type: 'integer', minimum: 1, maximum: 100 },
        by: { const: 'asset' },
        stop: {
          type: 'object',
          additionalProperties: false,
          required: ['overridden_percent', 'acts'],
          properties: {
            overridden_percent: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
            acts: { type: 'integer', minimum: 1, maximum: 10000 },
          },
          description: 'Stops itself once clearly more than this share was overridden, from so many acts on',
        },
      },
      description: 'Enforce for this share of targets (stable by hash), shadow for the rest',
    },
  },
  ...HOW_IT_ENDS,
};

const judgeSpec = {
  type: 'object',
  additionalProperties: false,
  required: ['layer', 'mode'],
  properties: {
    ...common,
    layer: { enum: ['global', 'domain', 'contextual'] },
    on: {
      type: 'object',
      additionalProperties: false,
      properties: {
        actions: { type: 'array', items: { enum: ACTIONS.map((each) => each.action) }, minItems: 1, uniqueItems: true },
        severity: severities,
        intake: words,
      },
    },
    lookups: lookupsSchema(LOOKUP_HOSTS),
    when: { ...condition, description: 'If true, `effect` applies to the act' },
    require: { ...condition, description: 'If false, `effect` (default deny) applies to the act' },
    effect: { enum: ['deny', 'escalate'] },
    guard: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,79}$', description: 'Rego guard in policies/guards/' },
    limit: {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'within', 'on_breach'],
      properties: {
        action: { enum: ACTIONS.map((each) => each.action) },
        max_percent: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
        max_count: { type: 'integer', minimum: 0, maximum: 1000000 },
        at_least: {
          type: 'integer',
          minimum: 1,
          maximum: 1000000,
          description: 'Of a share that comes to fewer, so many all the same',
        },
        of: { enum: ['hosts_in_subnet', 'users_in_group', 'hosts', 'users'] },
        per: {
          enum: ['target', 'connector', 'policy'],
          description: 'A plain rate counts for each of these by itself',
        },
        within: duration,
        on_breach: { enum: ['escalate', 'deny'] },
      },
      oneOf: [
        { required: ['max_percent', 'of'], not: { required: ['per'] } },
        {
          required: ['max_count'],
          not: { anyOf: [{ required: ['max_percent'] }, { required: ['at_least'] }, { required: ['of', 'per'] }] },
        },
      ],
      description: 'Never more than this share or number within that time',
    },
    keep: {
      type: 'object',
      additionalProperties: false,
      required: ['at_least', 'of'],
      properties: {
        at_least: { type: 'integer', minimum: 1, maximum: 1000000 },
        of: {
          type: 'string',
          minLength: 1,
          maxLength: 256,
          description: 'Tag of hosts or users, or group of users, in the inventory',
        },
        also: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          uniqueItems: true,
          items: { type: 'string', minLength: 1, maxLength: 256 },
          description:
            'Connectors that look whether a host can be reached. A host that none of them reaches counts as away',
        },
        on_breach: { enum: ['escalate', 'deny'], description: 'Default escalate' },
      },
      description: 'So many of these stay untouched, whatever single acts are permitted',
    },
    longest: {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'total', 'on_breach'],
      properties: {
        action: { enum: reversible },
        total: duration,
        on_breach: { enum: ['escalate', 'deny'] },
      },
      description: 'A containment lasts no longer than this all in all, whatever puts its end off',
    },
    two_intakes_for: {
      enum: ['critical', 'none'],
      description:
        'Acts on critical assets wait for a person unless sources of two domains report the target. `none` lifts that, ' +
        'once somebody besides its author approved it',
    },
    starts_of_one_intake: {
      type: 'object',
      additionalProperties: false,
      required: ['max_count', 'within'],
      properties: { max_count: { type: 'integer', minimum: 0, maximum: 1000000 }, within: duration },
      description: 'So many acts the events of one intake may start without a person; without it 100 in 60 minutes',
    },
    escalations: {
      type: 'object',
      additionalProperties: false,
      required: ['max_count', 'within', 'beyond'],
      properties: {
        max_count: { type: 'integer', minimum: 0, maximum: MOST_BUDGET },
        within: duration,
        per: {
          enum: ['approver'],
          description:
            '`max_count` for each approver who is here: who may approve and called Reflex within 12 h. Missing: for all together',
        },
        beyond: {
          enum: [...BEYOND_BUDGET],
          description:
            'The next ones: `group` (one card with their count), `hold` (looked at again for up to 4 h, then denied) or ' +
            '`deny`. What is answered by itself is asked all the same',
        },
      },
      description: 'So many acts people are asked about within that time; each agent counts those that it asks about',
    },
    protect: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { ips: words, hosts: words, users: words, domains: words },
      description: 'Targets that no act may touch',
    },
  },
  anyOf: [
    { required: ['when', 'effect'] },
    { required: ['require'] },
    { required: ['limit'] },
    { required: ['keep'] },
    { required: ['longest'] },
    { required: ['two_intakes_for'] },
    { required: ['starts_of_one_intake'] },
    { required: ['escalations'] },
    { required: ['protect'] },
    { required: ['guard'] },
  ],
};

/** How ajv compiles it: every fault, and with each the part of the schema that it is about. */
export const SCHEMA_OPTIONS = { allErrors: true, strict: false, verbose: true } as const;

export const POLICY_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Reflex policy',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { const: 'reflex/v1' },
    kind: { const: 'Policy' },
    metadata: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'title', 'owner'],
      properties: {
        id,
        title: { type: 'string', minLength: 3, maxLength: 200 },
        owner: { type: 'string', minLength: 1, maxLength: 200, description: 'Who answers for it' },
        description: { type: 'string', maxLength: 4000 },
        tags: {
          ...words,
          maxItems: 32,
          description: 'Such as attack.t1071 (MITRE ATT&CK) and d3fend.d3-ntf (MITRE D3FEND)',
        },
      },
    },
    spec: {
      type: 'object',
      required: ['layer', 'mode'],
      properties: { layer: { enum: [...LAYERS] } },
      if: { properties: { layer: { const: 'action' } } },
      then: actionSpec,
      else: judgeSpec,
    },
  },
} as const;
