/*
 * Texts of events on a terminal: control characters would let them write lines of their own or colour what stands
 * there, and marks of direction would turn it around. They are shown as the escapes that JSON has for them.
 */

const UNSEEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as one line. */
export const inOneLine = (text: string): string => text.replace(UNSEEN, escaped);

/** A text of several lines: their ends, and tabs, stay as they are. */
export const printable = (text: string): string =>
  text.replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
