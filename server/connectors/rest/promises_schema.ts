/** A share, 0 to 1. */
const share = { type: 'number', minimum: 0, maximum: 1 };
const words = { type: 'string', minLength: 1, maxLength: 200 };

/** A queue is no longer than an effect may be. */
const LONGEST_QUEUE_S = 30 * 86_400;

/** JSON Schema of `ActionPromise`. */
export const PROMISES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['disruption', 'offline', 'needs'],
  properties: {
    disruption: {
      type: 'object',
      additionalProperties: false,
      required: ['usual'],
      description: 'share of its work that the target loses, 0 to 1',
      properties: {
        usual: share,
        by_tag: {
          type: 'object',
          maxProperties: 32,
          propertyNames: { minLength: 1, maxLength: 256 },
          additionalProperties: share,
          description: 'for targets with such a tag in the inventory',
        },
      },
    },
    offline: {
      type: 'object',
      additionalProperties: false,
      required: ['order'],
      description: 'what becomes of an order for a target that is off or asleep',
      properties: {
        order: { enum: ['not_needed', 'refused', 'queued'] },
        for_s: { type: 'integer', minimum: 1, maximum: LONGEST_QUEUE_S, description: 'how long it is queued' },
        ends: { enum: ['cancelled', 'by_itself'], description: 'whether `cancel` takes it out of the queue' },
      },
      if: { properties: { order: { const: 'queued' } } },
      then: { required: ['for_s', 'ends'] },
      else: { properties: { for_s: false, ends: false } },
    },
    second_observer: { ...words, description: 'another system behind `verify` than the one that takes the order' },
    test_target: {
      type: 'object',
      additionalProperties: false,
      required: ['value'],
      description: 'an account, a host or a file that nobody uses, for self-tests',
      properties: { value: { type: 'string', minLength: 1, maxLength: 4096 }, host: words },
    },
    needs: { type: 'array', maxItems: 16, items: words, description: 'permissions of our account at the target' },
  },
};
