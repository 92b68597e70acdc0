import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { MALFORMED_YAML, many, YAML_BOMBS } from '../../../test/samples/malformed_yaml';
import { parseYaml } from './yaml_source';

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

  it.each(MALFORMED_YAML)('refuses %s', (_, source, code) => {
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
    it.each(YAML_BOMBS)('refuses %s within a second', (_, source, code) => {
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
