import { compilePattern, matchesPattern } from './regex';

/** A matcher that tries every way would take longer than the universe is old; a loaded machine must not fail this. */
const PATIENCE_MS = 5_000;

describe('matchesPattern', () => {
  it.each([
    ['^known', 'known_ioc', true],
    ['ioc$', 'known_ioc', true],
    ['n_i', 'known_ioc', true],
    ['^ioc', 'known_ioc', false],
    ['(?i)KNOWN', 'known_ioc', true],
    ['\\d{3}', 'a123', true],
    ['', '', true],
    ['^.$', '😀', true],
  ])('finds %s in %s: %s', (pattern, text, found) => {
    expect(matchesPattern(text, pattern)).toBe(found);
  });

  it.each([
    '(a)\\1',
    '(?=a)',
    '(?<!a)b',
    '(',
    '[z-a]',
    'a{2,1}',
    '*',
    '((a{100}){100}){100}',
    '(?:(?:a{1,40}){1,20}b){1,1}(?:(?:a{1,40}){1,20})',
  ])('refuses %s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow();
  });

  // The language's own expressions need seconds, or for ever, for 30 characters of some of these.
  it.each([
    '(a+)+$',
    '(a|aa)+$',
    '(a|a?)+$',
    '(.*a){20}',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(.*)(.*)(.*)(.*)=$',
    'a{0,200}b',
    '\\s+$',
  ])('is quick with %s on 4,096 characters, the longest field of an event', (pattern) => {
    const text = `${'a'.repeat(4_095)}!`;
    matchesPattern(text, pattern);
    const started = performance.now();
    matchesPattern(text, pattern);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
  });
});
