/** A text with what is selected of it; `start` and `end` count characters. */
interface Selected {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Replace `from` to `to` by `text`, then select `start` to `end`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const INDENT = '  ';

const lineStart = (value: string, at: number): number => value.lastIndexOf('\n', at - 1) + 1;

const wholeLines = ({ value, start, end }: Selected): readonly [number, number] => {
  const next = value.indexOf('\n', end > start && value[end - 1] === '\n' ? end - 1 : end);
  return [lineStart(value, start), next === -1 ? value.length : next];
};

/** Tab: two spaces at the caret, or in front of every selected line. */
export const indentEdit = (selected: Selected): Edit => {
  const { value, start, end } = selected;
  if (!value.slice(start, end).includes('\n')) {
    return { from: start, to: end, text: INDENT, start: start + INDENT.length, end: start + INDENT.length };
  }
  const [from, to] = wholeLines(selected);
  const text = value.slice(from, to).replace(/^/gm, INDENT);
  return { from, to, text, start: from, end: from + text.length };
};

/** Shift and Tab: up to two spaces less in front of every line concerned. */
export const outdentEdit = (selected: Selected): Edit => {
  const { value, start, end } = selected;
  const [from, to] = wholeLines(selected);
  const lines = value.slice(from, to);
  const text = lines.replace(/^ {1,2}/gm, '');
  if (start !== end) return { from, to, text, start: from, end: from + text.length };
  const caret = Math.max(from, start - (lines.length - text.length));
  return { from, to, text, start: caret, end: caret };
};

/** Enter: the next line begins where this one does. */
export const newLineEdit = ({ value, start, end }: Selected): Edit => {
  const begin = lineStart(value, start);
  const indent = /^ */.exec(value.slice(begin, start))?.[0] ?? '';
  const caret = start + 1 + indent.length;
  return { from: start, to: end, text: `\n${indent}`, start: caret, end: caret };
};

/** Where line and column (from 1) are in a text, as a number of characters; the nearest place if they are not. */
export const offsetOf = (
  value: string,
  { line, column }: { readonly line: number; readonly column: number },
): number => {
  const lines = value.split('\n');
  const index = Math.max(0, Math.min(line, lines.length) - 1);
  const before = lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
  return before + Math.max(0, Math.min(column - 1, lines[index]?.length ?? 0));
};

interface Place {
  readonly line: number;
  readonly column?: number;
}

/**
 * The next place behind the caret, or in front of it; from the last one on to the first. Undefined if there is none.
 */
export const nextPlace = <Each extends Place>(
  places: readonly Each[],
  caret: { readonly value: string; readonly at: number },
  backwards: boolean,
): Each | undefined => {
  const offset = ({ line, column = 1 }: Place): number => offsetOf(caret.value, { line, column });
  const inOrder = [...places].sort((a, b) => offset(a) - offset(b));
  return backwards
    ? (inOrder.filter((each) => offset(each) < caret.at).at(-1) ?? inOrder.at(-1))
    : (inOrder.find((each) => offset(each) > caret.at) ?? inOrder[0]);
};
