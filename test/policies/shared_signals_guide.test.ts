import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { makeConnectors } from '../../server/connectors/registry';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { runPolicyTests } from '../../server/runner/doctrine/catalog/policy_tests';
import { newSigningKey } from '../targets/ssf_receiver';

const GUIDE = readFileSync(join(__dirname, '../../docs/guides/shared_signals.md'), 'utf8');
const blocks = [...GUIDE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, source = '']) => source);

describe('the guide to shared signals', () => {
  it('has a policy that is valid, lets a person approve, and passes its tests', () => {
    const [source = ''] = blocks.filter((each) => each.includes('kind: Policy'));
    const parsed = parsePolicy('p.yaml', source);
    if (!parsed.ok) throw new Error(parsed.error.map(({ line, message }) => `${line}: ${message}`).join('\n'));
    const results = runPolicyTests(parsed.value, modelOf(INITIAL_WEIGHTS));
    expect(results.map(({ name, passed }) => [name, passed])).toEqual([
      ['waits for a person', true],
      ['leaves a weak signal alone', true],
    ]);
  });

  it('shows a connector that can be made', () => {
    const [text = ''] = blocks.filter((each) => each.startsWith('connectors:'));
    const { connectors } = parse(text) as { connectors: Parameters<typeof makeConnectors>[0] };
    const key = newSigningKey('rsa');
    const made = makeConnectors(connectors, (name) => (name === 'ssf-signing' ? key : 'a-secret'));
    expect([made.faults, [...made.connectors.keys()]]).toEqual([[], ['caep']]);
  });
});
