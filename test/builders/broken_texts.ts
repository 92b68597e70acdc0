import type { Dice } from '../fakes/scheduler';

/* Texts that nobody wrote by hand. */

export const SEED = 20261122;

/** Pieces that YAML texts are put together of. */
export const YAML_PARTS = [
  'a',
  'b: ',
  ': ',
  '- ',
  '\n',
  '\n  ',
  '\n\t',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '"',
  "'",
  '|\n',
  '>-\n',
  '&x ',
  '*x',
  '!!str ',
  '!!binary ',
  '!t ',
  '<<: ',
  '__proto__: ',
  'constructor',
  '? ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '#',
  ' ',
  '~',
  '0x1F',
  '1e999',
  '.nan',
  '\uFEFF',
  '\u0000',
  '\u2028',
  '\ud800',
  '😀',
  '\r\n',
  '2026-11-22',
  'null',
  '\\',
  '\\u',
  '@',
  '`',
];

/** Pieces that conditions are put together of. */
export const CEL_PARTS = [
  'event',
  '.severity',
  '.confidence',
  '.tags',
  '.rule',
  '.id',
  'score.value',
  'src.asset',
  '["tags"]',
  '[0]',
  ' == ',
  ' != ',
  ' > ',
  ' in ',
  ' && ',
  ' || ',
  '!',
  '-',
  ' + ',
  ' / ',
  ' % ',
  ' ? ',
  ' : ',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"x"',
  "'y'",
  '"\\u00e9"',
  '"\\',
  'r"\\d"',
  'b"x"',
  '1',
  '0.5',
  '0',
  '9223372036854775808',
  '-9223372036854775808',
  '1u',
  '1e400',
  'true',
  'null',
  'size(',
  '.size()',
  '.exists(t, ',
  '.map(t, t)',
  '.filter(',
  '.matches("',
  '(a+)+$',
  '")',
  '.inCidr("10.0.0.0/8")',
  'has(',
  'int(',
  'string(',
  'dyn(',
  '__proto__',
  'constructor',
  '\n',
  '//',
  '\u0000',
  '😀',
];

export const assemble = (dice: Dice, parts: readonly string[], most: number): string => {
  let text = '';
  for (let left = dice.whole(1, most); left > 0; left -= 1) text += dice.pick(parts);
  return text;
};

/** A text with some of it doubled, left out, put elsewhere or replaced. */
export const mutated = (dice: Dice, source: string, parts: readonly string[]): string => {
  let text = source;
  for (let left = dice.whole(1, 3); left > 0; left -= 1) {
    const at = dice.whole(0, text.length);
    const end = Math.min(text.length, at + dice.whole(0, 12));
    const middle = dice.pick(['', text.slice(at, end).repeat(3), dice.pick(parts), text.slice(end, end + 20)]);
    text = text.slice(0, at) + middle + text.slice(end);
  }
  return text;
};
