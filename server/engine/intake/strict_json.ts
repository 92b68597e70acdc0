import { endOfString, parseWithDigits } from '../../../common/codec/json_digits';
import { err, ok, type Result } from '../../../common/result';

/*
 * JSON in which no object names a field twice. Readers disagree on which of the two counts, so that a signature, a
 * filter and Reflex could each see another event (RFC 8259, section 4).
 *
 * Numbers beyond 2^53 are read as texts of their digits: rounded, two flows would be one, and evidence would not be
 * what was sent.
 */

/** Deeper than this nothing of ours is nested, and nothing after it has to cope with it. */
const MOST_DEPTH = 64;
const [QUOTE, BRACE, BRACKET, END_OF_BRACE, END_OF_BRACKET] = [...'"{[}]'].map((each) => each.charCodeAt(0));
const DUPLICATE = 'names a field twice in one object';
const DEEP = `is nested deeper than ${MOST_DEPTH}`;

const isName = (text: string, end: number): boolean => {
  let at = end;
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1;
  return text[at] === ':';
};

/** Names are compared as they are meant: `\u0061` is `a`. */
const meant = (quoted: string): string => (quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1));

/**
 * Whether something is nested too deep, told without reading the text as JSON: a parser works for seconds, or for want
 * of stack not at all, on megabytes of `[`. Linear in the length, and right for every text that is JSON.
 */
const isTooDeep = (text: string): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (character === BRACE || character === BRACKET) {
      depth += 1;
      if (depth > MOST_DEPTH) return true;
    } else if (character === END_OF_BRACE || character === END_OF_BRACKET) depth -= 1;
    at += 1;
  }
  return false;
};

/** The field that an object of a text names twice; the text is JSON. Linear in its length. */
const faultIn = (text: string): string | undefined => {
  const open: Array<Set<string> | undefined> = [];
  for (let at = 0; at < text.length;) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const names = open[open.length - 1];
      if (names !== undefined && isName(text, end)) {
        const name = meant(text.slice(at, end));
        if (names.has(name)) return DUPLICATE;
        names.add(name);
      }
      at = end;
      continue;
    }
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
    } else if (character === '}' || character === ']') open.pop();
    at += 1;
  }
  return undefined;
};

/** @returns the value; or why it is none, as the rest of a sentence about the text */
export const readJson = (text: string): Result<unknown, string> => {
  if (isTooDeep(text)) return err(DEEP);
  let value: unknown;
  try {
    value = parseWithDigits(text);
  } catch {
    return err('is not JSON');
  }
  const fault = faultIn(text);
  return fault === undefined ? ok(value) : err(fault);
};
