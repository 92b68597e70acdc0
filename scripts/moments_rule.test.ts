import { Linter } from 'eslint';

/* Whoever writes a moment past the host's zone and format hears of it from the linter. */

const { imports, syntax } = require('./moments_rule.js') as {
  readonly imports: Linter.RuleEntry;
  readonly syntax: readonly object[];
};
const { parser } = require('typescript-eslint') as { readonly parser: Linter.Parser };

const faultsOf = (text: string): readonly string[] =>
  new Linter({ configType: 'flat' })
    .verify(text, {
      languageOptions: { parser },
      rules: { 'no-restricted-imports': imports, 'no-restricted-syntax': ['error', ...syntax] },
    })
    .map(({ message }) => message);

describe('the rule for moments on the page', () => {
  it.each([
    'new Date(0).toLocaleTimeString();',
    "new Date(0).toLocaleString('en');",
    'const hours = at.getHours();',
    "new Intl.DateTimeFormat('en');",
    "import moment from 'moment';",
    "import moment from 'moment-timezone';",
  ])('refuses %s', (text) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining('public/format/time.ts')]);
  });

  it.each(["(1e6).toLocaleString('en');", 'new Date(0).toISOString();'])('lets %s pass', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });
});
