import {
  INTEGRITY_STATES,
  MOST_COUNTED,
  MOST_VALUES,
  SEARCH_ANSWERS,
  SEARCH_KINDS,
  type SearchKind,
} from '../flow/lookup';
import { ACTIONS } from './actions';
import { SEARCH_SUBJECTS, type LookupHost } from './policy';

/* The part of the schema of policies that declares look-ups, and that of their answers in tests. */

const WITHIN = { type: 'string', pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$' };
const FIELD = {
  type: 'string',
  pattern: '^[A-Za-z@][A-Za-z0-9_@.-]{0,254}$',
  description: 'The whole name of a field, such as `source.ip`; no wildcard',
};
const SEARCH_NAME = {
  type: 'string',
  pattern: '^[a-z][a-z0-9_]{0,63}$',
  description: 'A name of lower case letters, digits and `_`, for conditions to read as `lookups.search.<name>`',
};
const CONSTANT = { type: ['string', 'number', 'boolean'], minLength: 1, maxLength: 256 };

/** A host has addresses and an address may be a host's, by the inventory; nothing else is also something else. */
const mayHold = (held: SearchKind, of: SearchKind | undefined): boolean => {
  const isHost = (kind: SearchKind): boolean => kind === 'host' || kind === 'ip';
  return of === undefined || of === held || (isHost(of) && isHost(held));
};

const subjectsFor = (held: SearchKind, hosts: readonly LookupHost[]): readonly string[] =>
  Object.entries<SearchKind | undefined>(SEARCH_SUBJECTS)
    .filter(([subject, of]) => (subject === 'target' ? hosts.includes('target') : mayHold(held, of)))
    .map(([subject]) => subject);

const matchSchema = (hosts: readonly LookupHost[]) => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 8,
  propertyNames: FIELD,
  description: 'By field: what documents have in it. All of them have to fit',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    properties: {
      ...Object.fromEntries(
        SEARCH_KINDS.map((kind) => [
          kind,
          {
            enum: [...subjectsFor(kind, hosts)],
            description: `It holds this ${kind}, by any name that the inventory lists`,
          },
        ]),
      ),
      is: {
        description: 'It holds exactly this, or one of these',
        anyOf: [CONSTANT, { type: 'array', items: CONSTANT, minItems: 1, maxItems: 16 }],
      },
    },
  },
});

const searchSchema = (hosts: readonly LookupHost[]) => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 8,
  propertyNames: SEARCH_NAME,
  description: 'How many documents of the indices that `lookups.indices` of the settings allows fit, by name',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['indices', 'within', 'match', 'answer'],
    properties: {
      indices: {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 255 },
        minItems: 1,
        maxItems: 8,
        uniqueItems: true,
        description: 'Names of indices, or starts of names such as `auth-*`',
      },
      within: { ...WITHIN, description: 'How far back; at most 24h' },
      time: { ...FIELD, description: 'The whole name of the field with the time of a document; default `@timestamp`' },
      match: matchSchema(hosts),
      answer: {
        enum: [...SEARCH_ANSWERS],
        description: 'How many documents (`count`), whether there is one (`exists`), or how many values (`distinct`)',
      },
      distinct: {
        type: 'object',
        additionalProperties: false,
        required: ['field'],
        description: 'Whose values are counted',
        properties: {
          field: FIELD,
          as: { enum: [...SEARCH_KINDS], description: 'Count things of this kind, however they are spelt' },
        },
      },
    },
    if: { required: ['answer'], properties: { answer: { const: 'distinct' } } },
    then: { required: ['distinct'] },
  },
});

/** @param hosts whom `host_integrity` may ask about; whoever may ask about the target may search for it */
export const lookupsSchema = (hosts: readonly LookupHost[]) => ({
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  description: 'What is asked before it decides, for conditions to read as `lookups.<name>`',
  properties: {
    lateral_chain: {
      type: 'object',
      additionalProperties: false,
      description: 'Over how many hosts the records of Reflex lead from the source of the event to its destination',
      properties: {
        within: { ...WITHIN, description: 'How far back; at most and by default 24h' },
      },
    },
    host_integrity: {
      type: 'object',
      additionalProperties: false,
      required: ['connector'],
      description: 'Whether a host is intact, as a connector says it',
      properties: {
        connector: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,79}$', description: 'Connector by name' },
        of: { enum: [...hosts], description: 'Which host; default the source of the event' },
      },
    },
    search: searchSchema(hosts),
  },
});

/** What a test says that look-ups answer. */
export const LOOKUP_ANSWERS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  description: 'Answers of the look-ups that the policy declares; one that is left out has no answer',
  properties: {
    lateral_chain: {
      type: 'object',
      additionalProperties: false,
      required: ['hops'],
      properties: {
        hops: { type: 'integer', minimum: 0, maximum: 16 },
        hosts: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 17 },
      },
    },
    host_integrity: {
      type: 'object',
      additionalProperties: false,
      required: ['state'],
      properties: { state: { enum: [...INTEGRITY_STATES] } },
    },
    earlier_step: {
      type: 'object',
      description: 'Of a ladder: since when milder steps are in effect (UTC), by action; one that is left out is not',
      propertyNames: { enum: ACTIONS.map(({ action }) => action) },
      additionalProperties: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$' },
    },
    search: {
      type: 'object',
      propertyNames: SEARCH_NAME,
      description: 'By name of the search: the `count`, `exists` or `distinct` that it answers',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          count: { type: 'integer', minimum: 0, maximum: MOST_COUNTED },
          exists: { type: 'boolean' },
          distinct: { type: 'integer', minimum: 0, maximum: MOST_VALUES },
        },
      },
    },
  },
};
