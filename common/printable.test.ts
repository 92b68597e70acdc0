import { inOneLine, printable } from './printable';

describe('a text on a terminal', () => {
  it.each([
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['a\u009b31mred', 'a\\u009b31mred'],
    ['a\rb', 'a\\u000db'],
    ['exe.\u202efdp', 'exe.\\u202efdp'],
    ['\u2066a\u2069', '\\u2066a\\u2069'],
    ['a\u0007b\u0000c\u007fd', 'a\\u0007b\\u0000c\\u007fd'],
    ['Grüße, 日本 🙂', 'Grüße, 日本 🙂'],
  ])('shows %j as it is spelled', (text, shown) => {
    expect([printable(text), inOneLine(text)]).toEqual([shown, shown]);
  });

  it('keeps its own lines, and none in one line', () => {
    expect(printable('a\n\tb')).toBe('a\n\tb');
    expect(inOneLine('a\n\tb\u2028c')).toBe('a\\u000a\\u0009b\\u2028c');
  });

  it('stays the same JSON', () => {
    const value = { text: 'a\u009bb\u202ec\u2028d' };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });
});
