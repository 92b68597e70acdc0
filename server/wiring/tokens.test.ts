import { withOwn, sayTokens } from './tokens';

const own = { name: 'local', sha256: 'a'.repeat(64), may: ['intake'] as const, own: true };
const token = { name: 'siem', sha256: 'b'.repeat(64) };

describe('the tokens of a host', () => {
  it('are those of the settings and its own', () => {
    expect(withOwn([token], own)).toEqual([token, own]);
    expect(withOwn([token], undefined)).toEqual([token]);
  });

  it('are refused where one could be taken for its own', () => {
    expect(() => withOwn([token, { ...token, name: 'Local' }], own)).toThrow('`intake.tokens.1.name`: `Local`');
  });

  it('are told of at the start where the settings leave open what they may, or where they are expired', () => {
    const told: unknown[] = [];
    const log = { warn: (message: string, details?: unknown) => told.push([message, details]) };
    sayTokens(log, [{ ...token, may: ['intake'] }, own], 0);
    expect(told).toEqual([]);
    sayTokens(log, [token, { ...own, name: 'old', expires: '2026-01-01T00:00:00.000Z' }], Date.parse('2026-11-28'));
    expect(told).toEqual([
      [expect.stringContaining('may intake, ask, metrics;'), { tokens: ['siem'] }],
      ['tokens of the settings are expired', { tokens: ['old'] }],
    ]);
  });
});
