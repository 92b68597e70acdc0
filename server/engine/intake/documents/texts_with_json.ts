import { readJson } from '../strict_json';
import { elementsIn, formsOf, own } from './places';
import { isJsonObject, type JsonObject } from '../../../../common/codec/json_object';

/* Texts in a document that hold JSON: the message of a notification service, a list that was written as a text. */

/** Texts that are read at one place. */
const MOST_TEXTS = 500;

interface Reading {
  /** What was read in texts. Whoever wrote the text said it, not the source. */
  readonly read: Set<object>;
  readonly faults: string[];
  left: number;
}

const textRead = (text: string, reading: Reading): unknown => {
  if ((reading.left -= 1) < 0) {
    reading.faults.push(`is in more than ${MOST_TEXTS} texts`);
    return text;
  }
  const json = readJson(text);
  if (!json.ok) {
    reading.faults.push(json.error);
    return text;
  }
  if (typeof json.value !== 'object' || json.value === null) return text;
  reading.read.add(json.value);
  return json.value;
};

const withInner = (outer: JsonObject, name: string, inner: unknown): JsonObject => ({ ...outer, [name]: inner });

/** The same value, or a copy in which the texts at a place are read. */
const readAt = (at: unknown, name: string | undefined, reading: Reading): unknown => {
  if (Array.isArray(at)) {
    const elements = elementsIn(at, new Map()).map((each) => readAt(each, name, reading));
    if (elements.every((each, index) => each === at[index])) return at;
    return kept(at, elements, reading);
  }
  if (name === undefined) return typeof at === 'string' && at.trim() !== '' ? textRead(at, reading) : at;
  if (!isJsonObject(at)) return at;
  for (const [first, rest] of formsOf(name)) {
    const inner = own(at, first);
    const next = inner === undefined ? inner : readAt(inner, rest, reading);
    if (next !== inner) return kept(at, withInner(at, first, next), reading);
  }
  return at;
};

/** A copy of what was read in a text was read in it as well. */
const kept = (before: object, copy: object, { read }: Reading): object => {
  if (read.has(before)) read.add(copy);
  return copy;
};

interface WithTexts {
  readonly document: unknown;
  /** Objects and lists that were read in a text. */
  readonly read: ReadonlySet<object>;
  /** Places whose texts hold no JSON, and why. */
  readonly faults: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/**
 * Reads the texts at some places as JSON, one level for each place. A text that holds none stays a text. Strict: no
 * field twice, no deeper than 64.
 */
export const withTextsRead = (document: unknown, paths: readonly string[]): WithTexts => {
  const read = new Set<object>();
  const faults: Array<{ readonly path: string; readonly message: string }> = [];
  let now = document;
  for (const path of paths) {
    const reading: Reading = { read, faults: [], left: MOST_TEXTS };
    now = readAt(now, path, reading);
    const [message] = reading.faults;
    if (message !== undefined) faults.push({ path, message });
  }
  return { document: now, read, faults };
};
