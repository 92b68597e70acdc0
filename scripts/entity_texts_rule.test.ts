import { Linter, type ESLint } from 'eslint';
import { existsSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

/* What the rule takes for a comparison of entities by hand, and what for something else. */

const { rule, LETTERS_MATTER } = require('./entity_texts_rule.js') as {
  readonly rule: NonNullable<ESLint.Plugin['rules']>[string];
  readonly LETTERS_MATTER: Readonly<Record<string, string>>;
};
const { parser } = require('typescript-eslint') as { readonly parser: Linter.Parser };

const FILE = '/snippet.ts';
const TYPES = `
interface Target { type: 'ip' | 'host' | 'user' | 'file'; value: string; host?: string }
interface Event { src_host?: string; source?: { ip?: string }; destination?: { domain?: string }; user?: { name?: string } }
interface Field { target: { value: string; name: string } }
type Read = { ok: true; value: string } | { ok: false };
declare const a: { target: Target }, b: { target: Target }, event: Event, typed: Field, read: Read;
declare const account: { user: { name: string } }, form: { type: 'text' | 'number'; value: string };
declare const wanted: string, names: Set<string>, texts: Map<string, string>, who: { find(type: string, text: string): string };
declare const find: (is: (each: Target) => boolean) => void;
declare const keyOf: (type: string, text: string) => string | undefined;
`;

/** A program of one file, for the rule asks for types. */
const programOf = (text: string): ts.Program => {
  const file = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2022, true);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === FILE ? file : undefined),
    getDefaultLibFileName: () => 'none',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
  };
  return ts.createProgram([FILE], { noLib: true, strict: true, noResolve: true }, host);
};

const faultsIn = (code: string): readonly string[] => {
  const text = `${TYPES}${code}\n`;
  const found = new Linter({ cwd: '/' }).verify(
    text,
    {
      files: ['**/*.ts'],
      languageOptions: { parser, parserOptions: { programs: [programOf(text)] } },
      plugins: { reflex: { rules: { 'entity-texts': rule } } },
      rules: { 'reflex/entity-texts': 'error' },
    },
    FILE,
  );
  return [...new Set(found.map(({ ruleId, message }) => ruleId ?? message))];
};

describe('the rule about texts of entities', () => {
  it.each([
    'a.target.value === b.target.value;',
    'wanted !== a.target.value;',
    'a.target.host === b.target.host;',
    'a.target.value < b.target.value;',
    "a.target.value === 'ws-1';",
    'a.target.value.toLowerCase();',
    'a.target.host?.toLowerCase();',
    'a.target.value.trim() === wanted;',
    '(a.target.host ?? wanted) === wanted;',
    '`${a.target.value} ${a.target.host}`.toLowerCase();',
    'a.target.value.startsWith(wanted);',
    "a.target.value.includes('admin');",
    'names.has(a.target.value);',
    'texts.get(a.target.value);',
    'names.has(a.target.value.toLowerCase());',
    'find(({ value }) => value === wanted);',
    'find(({ value: text }) => text === wanted);',
    'const { value } = a.target; value === wanted;',
    'switch (a.target.value) { case wanted: }',
    'event.src_host?.toLowerCase();',
    'event.source?.ip === wanted;',
    'event.destination?.domain?.toLowerCase();',
    'event.user?.name === wanted;',
    'const { src_host } = event; src_host === wanted;',
    'const { user } = event; user?.name === wanted;',
    'const name = a.target.value; name === wanted;',
    'const is = (text: string) => text === wanted; is(a.target.value);',
    'const is = (text: string) => text.trim() === wanted; is(a.target.value);',
    'const is = (_: string, text: string) => text.toLowerCase(); is(wanted, a.target.value);',
    'const is = (text: string) => names.has(text); is(a.target.value);',
    'const is = (text: string) => { switch (text) { case wanted: return 1; } return 2; }; is(a.target.value);',
    'function is(text: string) { return wanted.length > 0 && text.startsWith(wanted); } is(a.target.value);',
    'class Who { is(text: string) { return text === wanted; } } new Who().is(a.target.value);',
    'const is = (text: string) => text === wanted; const two = (text: string) => is(text); two(a.target.value);',
    'const is = (text: string): boolean => text === wanted || is(text); is(a.target.value);',
    'const { value } = a.target; const is = (text: string) => text === wanted; is(value);',
  ])('finds %s', (code) => expect(faultsIn(code)).toEqual(['reflex/entity-texts']));

  it.each([
    "a.target.value === '';",
    "a.target.value.trim() === '';",
    'a.target.host !== undefined;',
    "a.target.value.includes('/');",
    "a.target.value.split('/');",
    'a.target.type === b.target.type;',
    'keyOf(a.target.type, a.target.value) === keyOf(b.target.type, b.target.value);',
    "who.find('host', a.target.value);",
    '`${a.target.value} is contained`;',
    'typed.target.value === wanted;',
    'typed.target.value.toLowerCase();',
    'read.ok && read.value === wanted;',
    'form.value === wanted;',
    'account.user.name === wanted;',
    'wanted.toLowerCase();',
    'event.src_host === undefined;',
    'const name = a.target.value; `${name} is contained`;',
    "const is = (text: string) => text === ''; is(a.target.value);",
    'const show = (text: string) => `${text} is contained`; show(a.target.value);',
    'const show = (text: string): string => show(text); show(a.target.value);',
    'const is = (text: string, other: string) => other === wanted ? text : other; is(a.target.value, wanted);',
    'const is = (text: string) => text === wanted; is(typed.target.value);',
  ])('leaves %s alone', (code) => expect(faultsIn(code)).toEqual([]));

  it('leaves out files that are there, each for a reason', () => {
    for (const [file, reason] of Object.entries(LETTERS_MATTER)) {
      expect(existsSync(join(__dirname, '..', file))).toBe(true);
      expect(reason).toMatch(/[:,] /);
    }
  });
});
