import { endOfString } from '../../../common/codec/json_digits';

/* Where a text stops being JSON. The parser of the language says so in some of its messages only. */

/** What may come next. */
type Next = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'more' | 'nothing';

const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true(?!\w)|false(?!\w)|null(?!\w)/y;

const isSpace = (character: string): boolean => ' \t\r\n'.includes(character);

interface Step {
  /** Where it goes on; undefined if what stands there is no JSON. */
  readonly at?: number;
  readonly next: Next;
}

const NO_STEP: Step = { next: 'nothing' };

/** After a value: what stands around it goes on, or nothing is left. */
const after = (open: readonly string[]): Next => (open.length === 0 ? 'nothing' : 'more');

const close = (open: string[], bracket: string, at: number): Step => {
  if (open.pop() !== (bracket === '}' ? '{' : '[')) return NO_STEP;
  return { at: at + 1, next: after(open) };
};

const readValue = (text: string, at: number, open: string[]): Step => {
  const character = text[at] ?? '';
  if (character === '{' || character === '[') {
    open.push(character);
    return { at: at + 1, next: character === '{' ? 'name or end' : 'value or end' };
  }
  if (character === '"') return { at: endOfString(text, at), next: after(open) };
  WORD.lastIndex = at;
  return WORD.test(text) ? { at: WORD.lastIndex, next: after(open) } : NO_STEP;
};

const readMore = (text: string, at: number, open: string[]): Step => {
  const character = text[at] ?? '';
  if (character !== ',') return character === '}' || character === ']' ? close(open, character, at) : NO_STEP;
  return { at: at + 1, next: open[open.length - 1] === '{' ? 'name' : 'value' };
};

const step = (text: string, { at, next }: { readonly at: number; readonly next: Next }, open: string[]): Step => {
  const character = text[at] ?? '';
  switch (next) {
    case 'value':
      return readValue(text, at, open);
    case 'value or end':
      return character === ']' ? close(open, character, at) : readValue(text, at, open);
    case 'name':
    case 'name or end':
      if (character === '"') return { at: endOfString(text, at), next: 'colon' };
      return character === '}' && next === 'name or end' ? close(open, character, at) : NO_STEP;
    case 'colon':
      return character === ':' ? { at: at + 1, next: 'value' } : NO_STEP;
    case 'more':
      return readMore(text, at, open);
    case 'nothing':
      return NO_STEP;
  }
};

/** Index of the first character that keeps a text from being JSON; its length where something is missing at its end. */
export const jsonFaultAt = (text: string): number => {
  const open: string[] = [];
  let now: { readonly at: number; readonly next: Next } = { at: 0, next: 'value' };
  for (;;) {
    let { at } = now;
    while (isSpace(text[at] ?? 'x')) at += 1;
    const { at: to, next } = step(text, { at, next: now.next }, open);
    if (to === undefined) return Math.min(at, text.length);
    now = { at: to, next };
  }
};

/** Line and column of an index, both from 1. */
export const placeAt = (text: string, index: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
};
