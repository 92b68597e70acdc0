import { canonicalJson } from '../../digest/canonical_json';
import { sha256 } from '../../digest/digest';
import {
  formsOf,
  isThere,
  isWanted,
  own,
  valuesAt,
  wordOf,
  type Around,
  type Filter,
  type Found,
  type Pins,
} from './places';
import { isJsonObject } from '../../../../common/codec/json_object';
import { withTextsRead } from './texts_with_json';

/*
 * What one document of a source is made of: JSON in its texts is read, a list in it is split into events, and what is
 * not for Reflex is told apart.
 */

/** How a source's documents are taken apart; part of its map. */
export interface Splitting {
  /** Places whose texts hold JSON. */
  readonly parse?: string | readonly string[] | undefined;
  /** The place of the list whose elements are the events. */
  readonly each?: string | undefined;
  /** What a document, or an element of it, has to hold to be for Reflex. */
  readonly only?: Filter | undefined;
}

/** Content and size of what is kept or told apart. */
interface Content {
  readonly digest: string;
  /** Characters of its canonical JSON. */
  readonly size: number;
}

/** One event's part of a document: the whole of it, or one element of its list with what stands around the list. */
export interface Part {
  /** All values at a place: of the element, or of the document where the element has none. */
  readonly at: (path: string) => readonly Found[];
  /** True if a value is the element's own, not that of what stands around the list. */
  readonly isOwn: (found: Found, path: string) => boolean;
  /** Lists of which it sees only its own element. */
  readonly pins: Pins;
  /** Objects and lists that were read in a text. */
  readonly read: ReadonlySet<object>;
  /** The part as a document of its own. */
  readonly whole: () => unknown;
  /** Undefined where it cannot be written down. */
  readonly content: () => Content | undefined;
  /** Only the element; undefined for a whole document. */
  readonly element?: { readonly value: unknown; readonly content: () => Content | undefined };
  /** Texts that should hold JSON and hold none. */
  readonly unread: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** Most events that a document is split into. */
export const MOST_ELEMENTS = 500;

/**
 * Why a document, or an element of it, is not for Reflex.
 *
 * - `other`: at a place of `only` something else stands; `text` is its beginning
 * - `missing`: nothing stands there
 * - `empty`: its list of events has none
 */
export interface NotOurs {
  readonly path: string;
  readonly why: 'other' | 'missing' | 'empty';
  readonly text?: string;
}

interface Split {
  readonly parts: readonly Part[];
  /** What of it is not for Reflex, one by one. */
  readonly notOurs: readonly NotOurs[];
  /** What is wrong with the document, or with what was left of it. */
  readonly fault?: { readonly path: string; readonly message: string };
  /** Events of its list that were not taken, for there are too many. */
  readonly beyond?: number;
}

const MOST_TEXT = 256;
/** Words that are named of those that stand at a place. */
const MOST_WORDS = 8;

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
};

const contentOf = (make: () => unknown): (() => Content | undefined) =>
  once(() => {
    try {
      const text = canonicalJson(make());
      return { digest: sha256(text), size: text.length };
    } catch {
      // Nested too deep to be written down.
      return undefined;
    }
  });

/** An element of the list, and how it lies in the document. */
interface Element {
  readonly value: unknown;
  readonly around: Around | undefined;
  /** The document as if its lists had no other element than this one. */
  readonly whole: () => unknown;
  /** What stands around each list on the way, from the outside in. */
  readonly layers: ReadonlyArray<() => Content | undefined>;
}

/** The first elements of a list, and how many there are in all. */
interface Elements {
  readonly taken: Element[];
  total: number;
}

interface Way {
  readonly elements: Elements;
  readonly around: Around | undefined;
  /** Puts a value back into the whole document. */
  readonly back: (inner: unknown) => unknown;
  /** Puts a value back into the innermost list element that it lies in. */
  readonly near: (inner: unknown) => unknown;
  readonly layers: Element['layers'];
}

const take = (elements: Elements, element: Element): void => {
  elements.total += 1;
  if (elements.taken.length < MOST_ELEMENTS) elements.taken.push(element);
};

const same = (inner: unknown): unknown => inner;

/** Collects the elements of the list at a place. @returns false where there is no such place */
const collect = (at: unknown, name: string | undefined, way: Way): boolean => {
  const { elements, back, near } = way;
  if (Array.isArray(at)) {
    const layers = [...way.layers, contentOf(() => near([]))];
    const around = { at, outer: way.around };
    let found = name === undefined;
    for (const value of at as readonly unknown[]) {
      const whole = (inner: unknown): unknown => back([inner]);
      if (name === undefined) take(elements, { value, around, whole: () => whole(value), layers });
      else found = collect(value, name, { elements, around, back: whole, near: same, layers }) || found;
    }
    return found;
  }
  if (name === undefined) {
    const layers = [...way.layers, contentOf(() => near([]))];
    if (isThere(at)) take(elements, { value: at, around: way.around, whole: () => back(at), layers });
    return true;
  }
  if (!isJsonObject(at)) return false;
  return [...formsOf(name)].some(([first, rest]) => {
    const inner = own(at, first);
    if (inner === undefined) return false;
    const put = (value: unknown): unknown => ({ ...at, [first]: value });
    const around = { at, outer: way.around };
    return collect(inner, rest, {
      elements,
      around,
      back: (value) => back(put(value)),
      near: (value) => near(put(value)),
      layers: way.layers,
    });
  });
};

type Reading = Pick<Part, 'read' | 'unread'>;

const wholePart = (document: unknown, original: unknown, { read, unread }: Reading): Part => ({
  at: (path) => valuesAt(document, path),
  isOwn: () => true,
  pins: new Map(),
  read,
  whole: () => original,
  content: contentOf(() => original),
  unread,
});

const pinsOf = ({ value, around }: Element): Pins => {
  const pins = new Map<object, unknown>();
  let inner = value;
  for (let each = around; each !== undefined; each = each.outer) {
    if (Array.isArray(each.at)) pins.set(each.at, inner);
    inner = each.at;
  }
  return pins;
};

const partOf = (
  document: unknown,
  element: Element,
  { each, read, unread }: Reading & { readonly each: string },
): Part => {
  const { value, around, whole, layers } = element;
  const pins = pinsOf(element);
  const content = contentOf(() => value);
  return {
    at: (path) => {
      const inside = isJsonObject(value) ? valuesAt(value, path, { around, pins }) : [];
      return inside.length > 0 ? inside : valuesAt(document, path, { pins });
    },
    isOwn: ({ around: lies }, path) => {
      if (path === each) return true;
      for (let at = lies; at !== undefined; at = at.outer) if (at.at === value) return true;
      return false;
    },
    pins,
    read,
    whole,
    content: once(() => {
      const all = [...layers, content].map((layer) => layer());
      const known = all.flatMap((layer) => layer ?? []);
      if (known.length < all.length) return undefined;
      return {
        digest: sha256(known.map(({ digest }) => digest).join()),
        size: known.reduce((sum, { size }) => sum + size, 0),
      };
    }),
    element: { value, content },
    unread,
  };
};

/** The first place of `only` that keeps a part out; undefined for one that is for Reflex. */
const keptOut = (part: Part, only: Filter): NotOurs | undefined => {
  for (const [path, wanted] of Object.entries(only)) {
    const values = part.at(path).map(({ value }) => value);
    if (isWanted(values, wanted)) continue;
    if (values.length === 0) return { path, why: 'missing' };
    const words = values
      .slice(0, MOST_WORDS)
      .map((value) => wordOf(value) ?? 'an object')
      .join(', ');
    return { path, why: 'other', text: words.slice(0, MOST_TEXT).replace(/[\ud800-\udbff]$/, '') };
  }
  return undefined;
};

/** The whole document as one part, as it is. */
export const asOnePart = (document: unknown): Part => wholePart(document, document, { read: new Set(), unread: [] });

/**
 * The events of a document. Of a list that is too long the first 500 are taken, and the fault tells of the rest. A
 * document without the list is a fault, unless `only` says that it is not for Reflex.
 */
export const splitDocument = ({ parse = [], each, only = {} }: Splitting, original: unknown): Split => {
  const { document, read, faults } = withTextsRead(original, typeof parse === 'string' ? [parse] : parse);
  const whole = wholePart(document, original, { read, unread: faults });
  if (each === undefined) {
    const out = keptOut(whole, only);
    return out === undefined ? { parts: [whole], notOurs: [] } : { parts: [], notOurs: [out] };
  }
  const elements: Elements = { taken: [], total: 0 };
  if (!collect(document, each, { elements, around: undefined, back: same, near: same, layers: [] })) {
    const out = keptOut(whole, only);
    if (out !== undefined) return { parts: [], notOurs: [out] };
    return { parts: [], notOurs: [], fault: { path: each, message: 'is the list of events, and is not there' } };
  }
  const { taken, total } = elements;
  // A list without events has nothing to tell.
  if (total === 0) return { parts: [], notOurs: [{ path: each, why: 'empty' }] };
  const parts: Part[] = [];
  const notOurs: NotOurs[] = [];
  for (const element of taken) {
    const part = partOf(document, element, { each, read, unread: faults });
    const out = keptOut(part, only);
    if (out === undefined) parts.push(part);
    else notOurs.push(out);
  }
  const beyond = total - taken.length;
  if (beyond === 0) return { parts, notOurs };
  const message = `has ${total} events, more than ${MOST_ELEMENTS}; ${beyond} of them were not taken`;
  return { parts, notOurs, fault: { path: each, message }, beyond };
};
