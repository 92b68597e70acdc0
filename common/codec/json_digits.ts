/*
 * JSON whose numbers keep their digits. JavaScript rounds what is beyond 2^53; such a number is read as the text of its
 * digits.
 */

const QUOTE = '"'.charCodeAt(0);

/** Index behind the string that begins at `from` (its opening quote). The text is JSON, so it ends. */
export const endOfString = (text: string, from: number): number => {
  let at = text.indexOf('"', from + 1);
  while (at > 0) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
};

const [MINUS, ZERO, NINE] = [...'-09'].map((each) => each.charCodeAt(0)) as [number, number, number];
/** Without one of these a text has no number beyond 2^53. */
const MAYBE_BEYOND = /\d{16}|\d[eE]/;

const endOfNumber = (text: string, from: number): number => {
  const rest = /[-+.eE\d]*/y;
  rest.lastIndex = from;
  rest.exec(text);
  return rest.lastIndex;
};

const isBeyond = (number: string): boolean =>
  MAYBE_BEYOND.test(number) && Math.abs(Number(number)) > Number.MAX_SAFE_INTEGER;

/** A JSON text in which numbers beyond 2^53 are texts of their digits. Linear in its length. */
const withDigitsKept = (text: string): string => {
  if (!MAYBE_BEYOND.test(text)) return text;
  const kept: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at);
    } else if (character === MINUS || (character >= ZERO && character <= NINE)) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      if (isBeyond(number)) {
        kept.push(text.slice(from, at), '"', number, '"');
        from = end;
      }
      at = end;
    } else at += 1;
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
};

/**
 * The value of a text that is JSON, with the digits of numbers beyond 2^53 as texts; a field that is named twice has
 * its last value. Throws if it is no JSON.
 */
export const parseWithDigits = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  const kept = withDigitsKept(text);
  return kept === text ? value : JSON.parse(kept);
};
