import { sha256 } from '../../engine/digest/digest';
import type { Part } from '../../engine/intake/documents/split_document';

/* The original alert, kept as evidence. Of one that is too large its beginning, its digest and its size are kept. */

/** Most characters of JSON that are kept as they are. */
const MOST = 60_000;
/** Characters of the beginning; written within JSON they are at most twice as many. */
const HEAD = 24_000;

const NOTE = 'too large to keep whole';

const jsonOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
};

const beginningOf = (json: string): object => ({
  note: NOTE,
  characters: json.length,
  sha256: sha256(json),
  head: json.slice(0, HEAD).replace(/[\ud800-\udbff]$/, ''),
});

/** The same value, or the beginning of one that is too large. */
export const keptValue = (value: unknown): unknown => {
  const json = jsonOf(value);
  if (json === undefined) return { note: 'nested too deep to be kept' };
  return json.length <= MOST ? value : beginningOf(json);
};

/** What is kept of an original, and whether something of it is not. */
interface Kept {
  readonly raw: unknown;
  readonly cut: boolean;
}

const keptWhole = (value: unknown): Kept => {
  const raw = keptValue(value);
  return { raw, cut: raw !== value };
};

/**
 * What is kept of a part of a document as evidence: the part itself, an element without what stands around its list, or
 * the beginning of it with the number of characters and sha256 of its JSON.
 */
export const keptOriginal = (part: Part): Kept => {
  if (part.element === undefined) return keptWhole(part.whole());
  const size = part.content()?.size;
  if (size !== undefined && size <= MOST) return keptWhole(part.whole());
  const raw = { note: 'what stands around the list was too large to keep', element: keptValue(part.element.value) };
  return { raw, cut: true };
};
