import { parseWithDigits } from './json_digits';

describe('JSON whose numbers keep their digits', () => {
  it('has the last of two fields of one name, and reads what is nested deep', () => {
    expect(parseWithDigits('{"a":1,"a":9007199254740993}')).toEqual({ a: '9007199254740993' });
    const deep = `${'['.repeat(500)}9007199254740993${']'.repeat(500)}`;
    expect(JSON.stringify(parseWithDigits(deep))).toBe(deep.replace('9007199254740993', '"9007199254740993"'));
  });

  it('is told where it is none', () => {
    expect(() => parseWithDigits('{"a":9007199254740993')).toThrow(SyntaxError);
  });
});
