import type { BadField } from '../../../common/codec/decode';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * What Dashboards' reader makes of some settings before a plugin sees them: of a mapping whose keys are whole numbers a
 * list, of a time without quotes `{}`. The first is put back here, the second can only be told.
 */

/** No list may stand at these, but pairs of words and meanings. */
const KEYED = new Set(['values', 'schemas']);
const TIMES = new Set(['expires', 'not_before', 'not_after']);

const keyed = (value: unknown): unknown => {
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, keyed(inside)]));
  if (!Array.isArray(value)) return value;
  // Keys that nobody wrote are holes, or `undefined`: Dashboards fills holes when it copies its settings.
  return keyed(Object.fromEntries(Object.entries(value).filter(([, inside]) => inside !== undefined)));
};

const isPairs = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && Object.keys(value).length === value.length && value.every(isInside);
const isInside = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The settings as they stood in the YAML file. */
export const asWritten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asWritten);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => {
      if (key === 'parameters') return [key, inside];
      if (!KEYED.has(key)) return [key, asWritten(inside)];
      return [key, isPairs(inside) ? inside.map(keyed) : keyed(inside)];
    }),
  );
};

/** Times that Dashboards' reader has lost. */
export const lostTimes = (value: unknown, place = ''): readonly BadField[] => {
  if (!isInside(value)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, inside]) => {
    if (key === 'parameters') return [];
    const isLost = TIMES.has(key) && isJsonObject(inside) && Object.keys(inside).length === 0;
    const message = "is a time without quotes, which Dashboards does not hand on: write `'2027-06-30T00:00:00Z'`";
    return isLost ? [{ path: `${place}${key}`, message }] : lostTimes(inside, `${place}${key}.`);
  });
};
