/*
 * What characters say of a text that names something. There is no table of look-alikes: such tables are never whole.
 * Names that mix scripts are refused for acts, and names beyond ASCII are acted on only where somebody listed them.
 */

/** Control, format (bidi, zero width), private-use and lone surrogate characters: no name has them. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

export const hasHidden = (text: string): boolean => HIDDEN.test(text);

const ASCII = /^[\x20-\x7e]*$/;

export const isAscii = (text: string): boolean => ASCII.test(text);

/** Texts that have been folded before stay as they are: lower case may bring marks that another round joins. */
const MOST_ROUNDS = 4;

/** Compatible forms (full width, ligatures) as usual letters, composed, in lower case. */
export const foldName = (text: string): string => {
  let folded = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = folded.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
    if (next === folded) return next;
    folded = next;
  }
  return folded;
};

/** The letters without their marks: `root` with an accent somewhere has the skeleton `root`. */
export const skeletonOf = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : foldName(text).normalize('NFKD').replace(/\p{M}/gu, '');

/** True if the text is no ASCII but reads as ASCII once its letters have their usual width and form. */
export const isDisguised = (text: string): boolean => !isAscii(text) && isAscii(text.normalize('NFKC'));

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Thai',
  'Cherokee',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
] as const;
type Script = (typeof SCRIPTS)[number] | 'other';

const BY_SCRIPT = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const);

/** Scripts that one name may have beside each other (UTS 39, highly restrictive). */
const TOGETHER: ReadonlyArray<ReadonlySet<Script>> = [
  new Set<Script>(['Latin', 'Han', 'Hiragana', 'Katakana']),
  new Set<Script>(['Latin', 'Han', 'Bopomofo']),
  new Set<Script>(['Latin', 'Han', 'Hangul']),
];

const scriptOf = (letter: string): Script => BY_SCRIPT.find(([, pattern]) => pattern.test(letter))?.[0] ?? 'other';

/** True if letters of scripts stand together that no honest name has together, such as a Cyrillic `o` in `root`. */
export const isMixedScript = (text: string): boolean => {
  if (isAscii(text)) return false;
  const scripts = new Set((text.match(/\p{L}/gu) ?? []).map(scriptOf));
  return scripts.size > 1 && !TOGETHER.some((together) => [...scripts].every((script) => together.has(script)));
};
