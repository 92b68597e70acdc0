import { follow } from './pointer';
import { isJsonObject } from '../../../common/codec/json_object';

const LONGEST = 256;

/** The revision that an answer shows: a short text or a number; anything else is none. */
export const revisionAt = (document: unknown, pointer: string): string | number | undefined => {
  const found = follow(document, pointer);
  if (!found.found) return undefined;
  if (typeof found.value === 'number') return found.value;
  return typeof found.value === 'string' && found.value.length <= LONGEST ? found.value : undefined;
};

/** The revision that our own order left behind, as `execute` recorded it. */
export const revisionLeft = (after: unknown): unknown => (isJsonObject(after) ? after.revision : undefined);
