import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';
import { LETTERS_MATTER, rule as entityTexts } from './scripts/entity_texts_rule.js';
import * as moments from './scripts/moments_rule.js';

const inEngine = 'comes in as a value: the engine is pure (docs/decisions/001-layers.md)';

export default tseslint.config(
  { ignores: ['node_modules/', 'target/', 'build/', 'coverage/'] },
  {
    files: ['{common,server,public,test,scripts}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false, fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-len': ['error', { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignorePattern: '\\bsay\\(' }],
      'no-warning-comments': ['error', { terms: ['prettier-ignore'], location: 'anywhere' }],
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'export by name, so that a reader sees what is public' }],
    },
  },
  {
    files: ['server/engine/**/*.ts', 'server/runner/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...['process', 'fetch', 'console', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'crypto'].map((name) => ({ name, message: inEngine }))],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: `the time ${inEngine}` }, { object: 'Math', property: 'random', message: `chance ${inEngine}` }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'export by name, so that a reader sees what is public' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `the time ${inEngine}` },
      ],
    },
  },
  {
    // One thing has many spellings, and these rooms know them (docs/decisions/024-one-identity-per-thing.md).
    files: ['{common,server,public}/**/*.{ts,tsx}'],
    ignores: ['common/entity/**', 'server/engine/entity/**', '**/*.test.{ts,tsx}', ...Object.keys(LETTERS_MATTER)],
    plugins: { reflex: { rules: { 'entity-texts': entityTexts } } },
    rules: { 'reflex/entity-texts': 'error' },
  },
  {
    // By the zone and the format of the host (docs/decisions/051-as-a-neighbour-would.md).
    files: ['public/**/*.{ts,tsx}'],
    ignores: [...moments.WRITERS, '**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': moments.imports,
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'export by name, so that a reader sees what is public' },
        ...moments.syntax,
      ],
    },
  },
  {
    // Parts that need each other are bound in sight (`late_bound.ts`), not by a closure over a later constant.
    files: ['server/wiring.ts', 'server/wiring/**/*.ts', 'server/routes/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-use-before-define': ['error', { functions: false, classes: true, variables: true }] },
  },
  {
    files: ['scripts/**', 'server/hosts/cli/**', 'server/hosts/standalone/**', 'test/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/max-params': 'off' },
  },
);
