import { MOST_SOURCE } from '../../common/policy/text/yaml_source';

/** What it is, the text, and the code of a fault that it has. */
type Malformed = readonly [note: string, source: string, code: string];

export const many = (count: number, text: string): string => text.repeat(count);

/** Texts that are no YAML that Reflex takes. */
export const MALFORMED_YAML: readonly Malformed[] = [
  ['an alias', 'a: &x [1]\nb: *x\n', 'yaml_alias'],
  ['an anchor alone', 'a: &x 1\n', 'yaml_alias'],
  ['a merge key', 'a: { b: 1 }\n<<: { c: 2 }\n', 'forbidden_key'],
  ['__proto__', '__proto__: { admin: true }\n', 'forbidden_key'],
  ['a nested constructor', 'a: [{ constructor: { prototype: { x: 1 } } }]\n', 'forbidden_key'],
  ['a JavaScript function', 'a: !!js/function "function () { return 1 }"\n', 'yaml_syntax'],
  ['a local tag', 'a: !x 1\n', 'yaml_tag'],
  ['binary', 'a: !!binary aGVsbG8=\n', 'yaml_tag'],
  ['even a tag that says what is so anyway', 'a: !!str text\n', 'yaml_tag'],
  ['a key used twice', 'a: 1\nb: 2\na: 3\n', 'duplicate_key'],
  ['a nested key used twice', 'x: [{ a: 1, "a": 2 }]\n', 'duplicate_key'],
  ['a key used twice in two spellings', '1: a\n"1": b\n', 'duplicate_key'],
  ['a list as key', '? [a, b]\n: c\n', 'forbidden_key'],
  ['NUL', 'a: "x\0y"\n', 'bad_character'],
  ['more than one document', 'a: 1\n---\nb: 2\n', 'yaml_syntax'],
  ['a list', '- a\n', 'not_a_mapping'],
  ['text', 'hello', 'not_a_mapping'],
  ['nothing', '', 'not_a_mapping'],
  ['only a comment', '# nothing\n', 'not_a_mapping'],
  ['a bracket that is not closed', 'a: [1, 2\n', 'yaml_syntax'],
];

/** Texts that are made to take long; each may also be refused as too large. */
export const YAML_BOMBS: readonly Malformed[] = [
  ['the longest text and one more', 'a'.repeat(MOST_SOURCE + 1), 'too_large'],
  ['10,000 brackets', `a: ${many(10_000, '[')}`, 'too_deep'],
  ['10,000 braces', many(10_000, '{a: '), 'too_deep'],
  ['lists in lists by dashes', many(10_000, '- '), 'too_deep'],
  ['lists in lists by dashes and tabs', many(10_000, '-\t'), 'too_deep'],
  ['keys in keys by question marks', many(10_000, '? '), 'too_deep'],
  ['33 levels by indentation', Array.from({ length: 40 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), 'too_deep'],
  ['30,000 keys', Array.from({ length: 30_000 }, (_, n) => `k${n}:`).join('\n'), 'too_large'],
  ['100,000 quotes', `a: ${many(100_000, '"')}`, 'too_large'],
  ['60,000 tags', many(60_000, '!a '), 'too_large'],
  ['100,000 commas', `a: [${many(100_000, ',')}`, 'too_large'],
  ['30,000 aliases', `a: &a [1]\n${many(30_000, 'b: *a\n')}`, 'too_large'],
  ['60,000 question marks', many(60_000, '? \n'), 'too_large'],
  ['60,000 documents', many(60_000, '---\n'), 'yaml_syntax'],
  ['20,000 directives', many(20_000, '%YAML 1.2\n'), 'yaml_syntax'],
];
