import { readFileSync } from 'fs';
import { join } from 'path';
import { CONDITION_FUNCTIONS, CONDITION_VARIABLES } from '../../common/policy/condition_fields';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { parsePolicies, parsePolicy } from '../../server/engine/policy/parse_policy';
import { runPolicyTests } from '../../server/runner/doctrine/catalog/policy_tests';
import { readStarterSet, starterFolder } from '../../server/wiring/starter_set';

const GUIDE = readFileSync(join(__dirname, '../../docs/guides/write_a_policy.md'), 'utf8');

const examples = [...GUIDE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, source = '']) => {
  const [, id = ''] = /^ {2}id: (.*)$/m.exec(source) ?? [];
  return { id, source };
});

const words = (text: string): string[] => [...text.matchAll(/`([a-zA-Z_]+)`/g)].map(([, word = '']) => word);

describe('the guide to writing a policy', () => {
  it('has three examples', () => {
    expect(examples).toHaveLength(3);
  });

  it.each(examples)('$id is valid and passes its tests', ({ id, source }) => {
    const parsed = parsePolicy(`${id}.yaml`, source);
    if (!parsed.ok) throw new Error(parsed.error.map(({ line, message }) => `${line}: ${message}`).join('\n'));
    const results = runPolicyTests(parsed.value, modelOf(INITIAL_WEIGHTS));
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(4);
  });

  it('has examples that fit into the starter set as they stand', async () => {
    const starter = await readStarterSet(starterFolder() ?? '', false);
    const sources = new Map(starter.map(({ path, source }) => [path, source]));
    for (const { id, source } of examples) sources.set(`${id}.yaml`, source);
    const parsed = parsePolicies(sources);
    if (!parsed.ok) throw new Error(parsed.error[0]?.message);
    expect(compileDraft(parsed.value).hashes.size).toBe(starter.length + examples.length);
  });

  it('names every variable and every function of conditions', () => {
    const [, section = ''] = GUIDE.split('## What conditions may use');
    const [table = '', functions = ''] = section.split('Functions:');
    const variables = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => words(line.split('|')[1] ?? ''));
    expect(variables.sort()).toEqual(CONDITION_VARIABLES.map(({ name }) => name).sort());
    expect(words(functions.split('. A field')[0] ?? '').sort()).toEqual([...CONDITION_FUNCTIONS].sort());
  });

  it('refers only to policies that exist', async () => {
    const known = (await readStarterSet(starterFolder() ?? '', false)).map(({ policy }) => policy.metadata.id);
    const named = [...GUIDE.matchAll(/`([a-z]+(?:-[a-z]+){2,})`/g)].map(([, id = '']) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });
});
