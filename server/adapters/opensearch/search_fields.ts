import type { EvidenceFamily } from '../../runner/ports';
import { SEARCH_FIELDS } from './mappings/evidence';

type Plain = string | number | boolean;

const MOST_VALUES = 256;
/** Longer text is searched by its beginning; the record has all of it. */
const MOST_LENGTH = 8_000;

const isPlain = (value: unknown): value is Plain => ['string', 'number', 'boolean'].includes(typeof value);

const step = (values: readonly unknown[], key: string): unknown[] =>
  values
    .filter((value) => typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, key))
    .map((value) => (value as Record<string, unknown>)[key]);

const valuesAt = (body: unknown, path: string): Plain[] => {
  let values: unknown[] = [body];
  for (const part of path.split('.')) {
    const isList = part.endsWith('[]');
    values = step(values, isList ? part.slice(0, -2) : part);
    if (isList) values = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  }
  return values
    .filter(isPlain)
    .filter((value) => value !== '')
    .map((value) => (typeof value === 'string' ? value.slice(0, MOST_LENGTH) : value));
};

/**
 * What a record is found by: values by field of `mappings/evidence.ts`, those that the record does not have left out.
 * A record of an unforeseen shape has fewer fields; nothing of it is lost.
 */
export const searchFieldsOf = (
  family: EvidenceFamily,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, readonly Plain[]>> => {
  const found: Record<string, readonly Plain[]> = {};
  for (const [name, { from }] of Object.entries(SEARCH_FIELDS[family])) {
    const values = [...new Set(from.flatMap((path) => valuesAt(body, path)))].slice(0, MOST_VALUES);
    if (values.length > 0) found[name] = values;
  }
  return found;
};
