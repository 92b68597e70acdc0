import { oneLine, Redactor } from './redact';

describe('texts of a target', () => {
  it('shows no secret, in whichever form it comes back', () => {
    const redactor = new Redactor(['p@ss"word', 'p@ss']);
    const said = 'bad p@ss"word, {"pw":"p@ss\\"word"}, ?pw=p%40ss%22word and p@ss';
    expect(redactor.redact(said)).not.toMatch(/p@ss|p%40ss/);
  });

  it('hides what was learnt later', () => {
    const redactor = new Redactor([]);
    expect(redactor.redact('token abcdef')).toContain('abcdef');
    redactor.hide('abcdef');
    expect(redactor.redact('token abcdef')).toBe('token [secret]');
  });

  it('are one line without control characters and direction marks, cut to a length', () => {
    expect(oneLine('a\r\nb\tc\u001b[31md\u202ee', 100)).toBe('a b c [31md e');
    expect(oneLine('x'.repeat(500), 10)).toBe(`${'x'.repeat(10)}…`);
  });
});
