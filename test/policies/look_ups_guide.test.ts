import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { readSettings } from '../../server/hosts/settings';
import { runPolicyTests } from '../../server/runner/doctrine/catalog/policy_tests';

const GUIDE = readFileSync(join(__dirname, '../../docs/guides/look_ups.md'), 'utf8');
const blocks = [...GUIDE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, source = '']) => source);

describe('the guide to look-ups', () => {
  it('has a policy that searches, is valid and passes its tests', () => {
    const [source = ''] = blocks.filter((each) => each.includes('kind: Policy'));
    const parsed = parsePolicy('p.yaml', source);
    if (!parsed.ok) throw new Error(parsed.error.map(({ line, message }) => `${line}: ${message}`).join('\n'));
    const results = runPolicyTests(parsed.value, modelOf(INITIAL_WEIGHTS));
    expect(results.map(({ passed }) => passed)).toEqual([true, true, true]);
  });

  it('shows settings that can be read, and that allow what the policy searches', () => {
    const [text = ''] = blocks.filter((each) => each.startsWith('lookups:'));
    expect(readSettings(parse(text))).toMatchObject({
      ok: true,
      value: { lookups: { indices: ['auth-*', 'vpn-logs'] } },
    });
  });
});
