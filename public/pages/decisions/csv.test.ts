import { aBrief, aDecisionBrief } from '../../../test/builders/views';
import { csvCell, csvOf } from './csv';

describe('CSV of decisions', () => {
  it.each(['=1+1', '+1', '-1', '@sum', '\tx'])('never lets `%s` of an alert become a formula', (text) => {
    expect(csvCell(text)).toBe(`'${text}`);
  });

  it('quotes commas, quotes and line ends', () => {
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
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
