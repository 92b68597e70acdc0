import { INTEGRITY_STATES } from '../flow/lookup';
import type { LookupHost } from './policy';

/* The part of the schema of policies that declares look-ups, and that of their answers in tests. */

/** @param hosts whom `host_integrity` may ask about */
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
        within: {
          type: 'string',
          pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
          description: 'How far back; at most and by default 24h',
        },
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
  },
};
