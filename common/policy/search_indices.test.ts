import { isAllowedPattern, isSearchable, searchPatternFault } from './search_indices';

describe('a pattern that a search may have', () => {
  it.each(['auth', 'auth-*', 'auth-2026.11.29', 'vpn_log*', '365-logs'])('is %s', (pattern) => {
    expect(searchPatternFault(pattern)).toBeUndefined();
  });

  it.each([
    '',
    '*',
    'a*',
    'au*',
    '*auth',
    'au*th',
    'auth**',
    '.kibana',
    '_all',
    '-auth',
    '+auth',
    'Auth',
    'a,b',
    'far:auth',
    '<auth-{now/d}>',
    'auth?',
    'a/b',
  ])('is not `%s`', (pattern) => {
    expect(searchPatternFault(pattern)).toEqual(expect.any(String));
  });

  it.each(['reflex-state', 'reflex-decisions-*', 'reflex-*', 'reflex*', 'ref*'])(
    'is not `%s`, which has indices of Reflex in it',
    (pattern) => {
      expect(searchPatternFault(pattern)).toContain('of Reflex itself');
    },
  );
});

describe('what an operator allows', () => {
  it.each([
    ['auth-*', 'auth-*', true],
    ['auth-*', 'auth-2026', true],
    ['auth-*', 'auth-vpn-*', true],
    ['auth', 'auth', true],
    ['auth-*', 'aut*', false],
    ['auth-*', 'auth', false],
    ['auth', 'auth*', false],
    ['auth', 'auth-2', false],
  ])('by `%s` includes `%s`: %s', (allowed, asked, isIn) => {
    expect(isAllowedPattern(asked, ['vpn-*', allowed])).toBe(isIn);
  });

  it('is nothing by default', () => {
    expect(isAllowedPattern('auth-*', [])).toBe(false);
  });
});

describe('what a pattern turns out to be', () => {
  it.each([
    ['auth-2026', true],
    ['.ds-auth-000001', true],
    ['reflex-state-1', false],
    ['.opendistro_security', false],
    ['.plugins-ml-config', false],
  ])('may be %s: %s', (index, may) => {
    expect(isSearchable(index)).toBe(may);
  });
});
