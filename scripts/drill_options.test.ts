/* What `npm run drill` takes. */

interface DrillOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly json?: string;
}

const { readOptions } = require('./drill.js') as { readonly readOptions: (args: readonly string[]) => DrillOptions };

describe('the options of npm run drill', () => {
  it('have a length by default, and a seed that the report tells', () => {
    const { minutes, seed } = readOptions([]);
    expect(minutes).toBe(10);
    expect(Number.isInteger(seed)).toBe(true);
  });

  it('are read', () => {
    const options = readOptions(['--minutes', '30', '--seed', '7', '--json', '/tmp/drill.json']);
    expect(options).toEqual({ minutes: 30, seed: 7, json: '/tmp/drill.json' });
  });

  it.each([
    [['--minutes', 'long'], '`--minutes long` is no number from 0 to 1440'],
    [['--seed', '-1'], /seed/],
    [['--sed', '1'], /--sed/],
  ])('%j are refused', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
