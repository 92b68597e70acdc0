/** A part of a mapping, as OpenSearch writes it. */
export type Mapping = { readonly [key: string]: unknown };

/** Longest keyword that is searched by; longer ones are kept but not found. */
const MOST_KEYWORD = 1_024;

export const keyword: Mapping = { type: 'keyword', ignore_above: MOST_KEYWORD };
export const date: Mapping = { type: 'date' };
export const boolean: Mapping = { type: 'boolean' };
export const integer: Mapping = { type: 'integer' };
export const long: Mapping = { type: 'long' };
export const double: Mapping = { type: 'double' };
export const ip: Mapping = { type: 'ip', ignore_malformed: true };
export const words: Mapping = { type: 'text', norms: false };

/**
 * Arbitrary data: one string of JSON that OpenSearch only keeps. As an object it could not be read back whole: the
 * clients refuse every answer that has a key `__proto__` somewhere, and Dashboards' client turns large numbers into
 * BigInt.
 */
export const keptText: Mapping = { type: 'keyword', index: false, doc_values: false };

export interface Mappings {
  readonly dynamic: 'strict';
  readonly _meta: { readonly reflex_schema: number };
  readonly properties: Readonly<Record<string, Mapping>>;
}

/** A strict mapping: what it does not name is refused, so nothing can widen it from outside. */
export const strict = (schema: number, properties: Mappings['properties']): Mappings => ({
  dynamic: 'strict',
  _meta: { reflex_schema: schema },
  properties,
});
