import { indentEdit, newLineEdit, nextPlace, offsetOf, outdentEdit, type Edit } from './editing';

const applied = (value: string, { from, to, text }: Edit): string => value.slice(0, from) + text + value.slice(to);

describe('editing', () => {
  it('indents at the caret, or every selected line', () => {
    expect(applied('ab', indentEdit({ value: 'ab', start: 1, end: 1 }))).toBe('a  b');
    expect(applied('a\nb\nc', indentEdit({ value: 'a\nb\nc', start: 0, end: 3 }))).toBe('  a\n  b\nc');
  });

  it('takes at most one step of indentation away', () => {
    expect(applied('   a', outdentEdit({ value: '   a', start: 3, end: 3 }))).toBe(' a');
    expect(applied('a', outdentEdit({ value: 'a', start: 0, end: 1 }))).toBe('a');
  });

  it('begins the next line where this one does', () => {
    expect(applied('  a: 1', newLineEdit({ value: '  a: 1', start: 6, end: 6 }))).toBe('  a: 1\n  ');
  });

  it('finds a place by line and column, or the nearest', () => {
    expect(offsetOf('ab\ncd', { line: 2, column: 2 })).toBe(4);
    expect(offsetOf('ab\ncd', { line: 9, column: 9 })).toBe(5);
  });

  it('finds the next place and the one before, round the end', () => {
    const value = 'ab\ncd\nef';
    const places = [{ line: 3 }, { line: 1, column: 2 }];
    expect(nextPlace(places, { value, at: 0 }, false)).toEqual({ line: 1, column: 2 });
    expect(nextPlace(places, { value, at: 1 }, false)).toEqual({ line: 3 });
    expect(nextPlace(places, { value, at: 6 }, false)).toEqual({ line: 1, column: 2 });
    expect(nextPlace(places, { value, at: 6 }, true)).toEqual({ line: 1, column: 2 });
    expect(nextPlace(places, { value, at: 1 }, true)).toEqual({ line: 3 });
    expect(nextPlace([], { value, at: 1 }, true)).toBeUndefined();
  });
});
