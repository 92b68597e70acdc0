import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { MOST_SOURCE, parseYaml } from './yaml_source';

const codesOf = (source: string): string[] => parseYaml('f.yaml', source).faults.map(({ code }) => code);

describe('parseYaml', () => {
  it('reads a mapping and knows where everything stands', () => {
    const yaml = parseYaml('f.yaml', 'a: 1\nb:\n  - x\n  - { c: "deep" }\n');
    expect(yaml).toMatchObject({ value: { a: 1, b: ['x', { c: 'deep' }] }, faults: [] });
    expect(yaml.placeOf(['b', 1, 'c'])).toEqual({ line: 4, column: 10 });
    expect(yaml.placeOf(['b', 7])).toEqual({ line: 3, column: 3 });
    expect(yaml.placeIn(['b', 1, 'c'], 2)).toEqual({ line: 4, column: 13 });
  });

  it('finds a place in folded text by the word that is there', () => {
    const yaml = parseYaml('f.yaml', 'when: >-\n  first == 1\n  && second == 2\n');
    const offset = (yaml.value as { when: string }).when.indexOf('second');
    expect(yaml.placeIn(['when'], offset)).toEqual({ line: 3, column: 6 });
  });

  it.each([
    ['an alias', 'a: &x [1]\nb: *x\n', 'yaml_alias'],
    ['an anchor alone', 'a: &x 1\n', 'yaml_alias'],
    ['a merge key', 'a: { b: 1 }\n<<: { c: 2 }\n', 'forbidden_key'],
    ['__proto__', '__proto__: { admin: true }\n', 'forbidden_key'],
    ['a nested constructor', 'a: [{ constructor: { prototype: { x: 1 } } }]\n', 'forbidden_key'],
    ['a JavaScript function', 'a: !!js/function "function () { return 1 }"\n', 'yaml_syntax'],
    ['a local tag', 'a: !x 1\n', 'yaml_tag'],
    ['binary', 'a: !!binary aGVsbG8=\n', 'yaml_tag'],
    ['even a tag that says what is so anyway', 'a: !!str text\n', 'yaml_tag'],
    ['a key used twice', 'a: 1\nb: 2\na: 3\n', 'duplicate_key'],
    ['a nested key used twice', 'x: [{ a: 1, "a": 2 }]\n', 'duplicate_key'],
    ['a key used twice in two spellings', '1: a\n"1": b\n', 'duplicate_key'],
    ['a list as key', '? [a, b]\n: c\n', 'forbidden_key'],
    ['NUL', 'a: "x\0y"\n', 'bad_character'],
    ['more than one document', 'a: 1\n---\nb: 2\n', 'yaml_syntax'],
    ['a list', '- a\n', 'not_a_mapping'],
    ['text', 'hello', 'not_a_mapping'],
    ['nothing', '', 'not_a_mapping'],
    ['only a comment', '# nothing\n', 'not_a_mapping'],
    ['a bracket that is not closed', 'a: [1, 2\n', 'yaml_syntax'],
  ])('refuses %s', (_, source, code) => {
    const yaml = parseYaml('f.yaml', source);
    expect(yaml.faults.map((fault) => fault.code)).toContain(code);
    expect(yaml.value).toBeUndefined();
  });

  it('says where a key is used twice', () => {
    expect(parseYaml('f.yaml', 'a: 1\nb: 2\na: 3\n').faults).toEqual([
      { file: 'f.yaml', line: 3, column: 1, code: 'duplicate_key', message: 'key `a` is used twice' },
    ]);
  });

  it('is not fooled by a byte order mark or by carriage returns', () => {
    expect(parseYaml('f.yaml', '\uFEFFa: 1\r\nb: two\r\n')).toMatchObject({ value: { a: 1, b: 'two' }, faults: [] });
  });

  it('leaves words that other versions of YAML read as booleans as they are', () => {
    expect(parseYaml('f.yaml', 'a: no\nb: on\nc: 2026-11-22\nd: 0o17\n').value).toEqual({
      a: 'no',
      b: 'on',
      c: '2026-11-22',
      d: 15,
    });
  });

  it('lets nobody reach the prototype of objects', () => {
    for (const key of ['__proto__', '"__proto__"', '? __proto__\n', 'constructor', 'prototype'])
      parseYaml('f.yaml', `${key}: { polluted: true }\n`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  describe('bombs', () => {
    const many = (count: number, text: string): string => text.repeat(count);
    it.each([
      ['the longest text and one more', 'a'.repeat(MOST_SOURCE + 1), 'too_large'],
      ['10,000 brackets', `a: ${many(10_000, '[')}`, 'too_deep'],
      ['10,000 braces', many(10_000, '{a: '), 'too_deep'],
      ['lists in lists by dashes', many(10_000, '- '), 'too_deep'],
      ['lists in lists by dashes and tabs', many(10_000, '-\t'), 'too_deep'],
      ['keys in keys by question marks', many(10_000, '? '), 'too_deep'],
      ['33 levels by indentation', Array.from({ length: 40 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), 'too_deep'],
      ['30,000 keys', Array.from({ length: 30_000 }, (_, n) => `k${n}:`).join('\n'), 'too_large'],
      ['100,000 quotes', `a: ${many(100_000, '"')}`, 'too_large'],
      ['60,000 tags', many(60_000, '!a '), 'too_large'],
      ['100,000 commas', `a: [${many(100_000, ',')}`, 'too_large'],
      ['30,000 aliases', `a: &a [1]\n${many(30_000, 'b: *a\n')}`, 'too_large'],
      ['60,000 question marks', many(60_000, '? \n'), 'too_large'],
      ['60,000 documents', many(60_000, '---\n'), 'yaml_syntax'],
      ['20,000 directives', many(20_000, '%YAML 1.2\n'), 'yaml_syntax'],
    ])('refuses %s within a second', (_, source, code) => {
      const started = performance.now();
      const codes = codesOf(source);
      expect(performance.now() - started).toBeLessThan(1_000);
      expect(codes.length).toBeLessThanOrEqual(100);
      expect([code, 'too_large']).toContain(codes[0]);
    });

    it('takes a billion laughs for what they are', () => {
      const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${many(9, `*l${n}, `)}]`);
      expect(codesOf(`l0: &l0 lol\n${levels.join('\n')}\n`)).toContain('yaml_alias');
    });

    it('reads a long text within its limits in good time', () => {
      const source = `a: |\n${many(2_000, `  ${'x'.repeat(100)}\n`)}`;
      const started = performance.now();
      expect(parseYaml('f.yaml', source).faults).toEqual([]);
      expect(performance.now() - started).toBeLessThan(1_000);
    });
  });

  it('takes every policy of the starter set', () => {
    const folder = join(__dirname, '..', '..', '..', 'policies');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(codesOf(readFileSync(join(folder, file), 'utf8'))).toEqual([]);
  });
});
