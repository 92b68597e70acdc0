import { isJsonObject, type JsonObject } from '../../../../common/codec/json_object';

/*
 * Dotted places of a document. A name is found whether the document nests it or writes the dots; a path reaches through
 * lists, however many. Looks only at own fields, and takes a bounded number of steps.
 */

/** What lies around a value, from the inside out: the objects and lists on the way to it. */
export interface Around {
  readonly at: object;
  readonly outer: Around | undefined;
}

/** One value at a place. */
export interface Found {
  readonly value: unknown;
  readonly around: Around | undefined;
}

/** Lists of which an event sees only its own element. */
export type Pins = ReadonlyMap<object, unknown>;

/** Objects and list elements that are looked at for one place. */
const MOST_STEPS = 2_000;
const NO_PINS: Pins = new Map();

export const own = (value: JsonObject, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

export const isThere = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** Elements of a list that count. */
export const elementsIn = (list: readonly unknown[], pins: Pins): readonly unknown[] =>
  pins.has(list) ? [pins.get(list)] : list;

/** The ways to split a dotted name: the whole first, then the shortest beginning. */
export function* formsOf(name: string): Generator<readonly [first: string, rest: string | undefined]> {
  yield [name, undefined];
  for (let at = name.indexOf('.'); at > 0; at = name.indexOf('.', at + 1))
    yield [name.slice(0, at), name.slice(at + 1)];
}

interface Walk {
  readonly pins: Pins;
  readonly found: Found[];
  left: number;
}

const walk = (at: unknown, name: string | undefined, around: Around | undefined, walked: Walk): void => {
  if (Array.isArray(at)) {
    for (const element of elementsIn(at, walked.pins)) {
      if ((walked.left -= 1) < 0) return;
      walk(element, name, { at, outer: around }, walked);
    }
    return;
  }
  if (name === undefined) {
    if (isThere(at)) walked.found.push({ value: at, around });
    return;
  }
  if (!isJsonObject(at) || (walked.left -= 1) < 0) return;
  const before = walked.found.length;
  for (const [first, rest] of formsOf(name)) {
    const inner = own(at, first);
    if (inner !== undefined) walk(inner, rest, { at, outer: around }, walked);
    if (walked.found.length > before) return;
  }
};

/**
 * All values at a place, in their order; those of a list one by one. What is empty is not there.
 *
 * @param from where the path begins
 * @param around what lies around that
 */
export const valuesAt = (
  from: unknown,
  path: string,
  { around, pins = NO_PINS }: { readonly around?: Around | undefined; readonly pins?: Pins } = {},
): readonly Found[] => {
  const walked: Walk = { pins, found: [], left: MOST_STEPS };
  walk(from, path, around, walked);
  return walked.found;
};

/** True if something that a value lies in is one of these. */
export const liesIn = ({ around }: Found, places: ReadonlySet<object>): boolean => {
  for (let each = around; each !== undefined; each = each.outer) if (places.has(each.at)) return true;
  return false;
};

/** A scalar as a text without space around it; undefined for an object or a list. */
export const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** What two texts are compared by in tables and filters: the case does not count. */
export const folded = (value: unknown): string | undefined => wordOf(value)?.toLowerCase();

/** What a filter asks for: the place, and the words that it may hold. */
export type Filter = Readonly<Record<string, string | number | boolean | ReadonlyArray<string | number | boolean>>>;

/** True if one of the values is one of the words that a filter asks for. */
export const isWanted = (values: readonly unknown[], wanted: Filter[string]): boolean => {
  const words = (Array.isArray(wanted) ? wanted : [wanted]).map(folded);
  return values.some((value) => {
    const word = folded(value);
    return word !== undefined && words.includes(word);
  });
};

/** The innermost object on the way to a value that has a field. */
const besideIt = ({ around }: Found, name: string, pins: Pins): readonly unknown[] => {
  for (let each = around; each !== undefined; each = each.outer) {
    if (!isJsonObject(each.at)) continue;
    const values = valuesAt(each.at, name, { pins });
    if (values.length > 0) return values.map(({ value }) => value);
  }
  return [];
};

/**
 * True if a value lies beside what a filter asks for: `{ Type: ip }` is looked for in the element that the value is in,
 * then in what lies around that. Nowhere there is no match.
 */
export const fitsWhere = (found: Found, where: Filter, pins: Pins = NO_PINS): boolean =>
  Object.entries(where).every(([name, wanted]) => isWanted(besideIt(found, name, pins), wanted));
