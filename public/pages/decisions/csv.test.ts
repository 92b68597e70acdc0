import { aBrief, aDecisionBrief } from '../../../test/builders/views';
import { csvCell } from '../../format/csv_cell';
import { csvOf } from './csv';

describe('CSV of decisions', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@sum',
    '\tx',
    '\rx',
    ' =1+1',
    '\u00a0=1+1',
    '\ufeff=1+1',
    '\u200b@sum',
    '\uff1d1+1',
    ' \uff0b1',
    '\uff0d1',
    '\uff20sum',
    '\u22121',
    '\ufe661',
  ])('never lets %j of an alert become a formula', (text) => {
    expect(csvCell(text)).toBe(`"'${text}"`);
  });

  it.each([
    ['a;=HYPERLINK("x")', `"a;'=HYPERLINK(""x"")"`],
    ['a; "=1', `"a; ""'=1"`],
    ['a\n=1', `"a\n'=1"`],
    ['a\t+1', `"a\t'+1"`],
    ['\n=1', `"'\n'=1"`],
  ])('nor %j, where a spreadsheet splits at something else', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it('quotes every text, and leaves numbers and plain texts as they are', () => {
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell('block_ip 203.0.113.9 (present); isolate_host ws-7 (failed)')).toBe(
      '"block_ip 203.0.113.9 (present); isolate_host ws-7 (failed)"',
    );
    expect(csvCell(-1)).toBe('-1');
  });

  it('has a line a decision with as many cells as the head', () => {
    const lines = csvOf([aDecisionBrief({ brief: aBrief({ rule: 'plain' }), summary: 'plain' })])
      .trimEnd()
      .split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]?.split(',')).toHaveLength(lines[0]?.split(',').length ?? 0);
  });
});
