import { RE2JS } from 're2js';

/**
 * Regular expressions in conditions are RE2: linear in the input whatever the pattern, unlike the language's own
 * (28 characters took that 1.3 s). Patterns come from signed policies, so their number is bounded by the bundle.
 */
const compiled = new Map<string, RE2JS>();
const MOST_PATTERNS = 10_000;
/** Most instructions: the time for a text grows with them, and `(a{1,100}){1,10}` took 6 s for 64 Ki characters. */
const MOST_INSTRUCTIONS = 1_000;

/** Compiles and keeps a pattern. Throws if it is not valid RE2, or too costly. */
export const compilePattern = (pattern: string): RE2JS => {
  const known = compiled.get(pattern);
  if (known) return known;
  if (compiled.size >= MOST_PATTERNS) compiled.clear();
  const made = RE2JS.compile(pattern);
  if (made.programSize() > MOST_INSTRUCTIONS) throw new Error(`needs more than ${MOST_INSTRUCTIONS} instructions`);
  compiled.set(pattern, made);
  return made;
};

/** CEL's `matches`: true if the pattern is found anywhere in the text. */
export const matchesPattern = (value: string, pattern: string): boolean =>
  compilePattern(pattern).matcher(value).find();
