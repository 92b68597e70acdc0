import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ACTIONS } from '../../common/policy/actions';
import type { JudgeSpec } from '../../common/policy/policy';
import { LAYERS } from '../../common/policy/policy';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { parsePolicies, parsePolicy } from '../../server/engine/policy/parse_policy';
import { runPolicyTests } from '../../server/runner/doctrine/catalog/policy_tests';

const FOLDER = join(__dirname, '../../policies');

const files = LAYERS.flatMap((layer) =>
  readdirSync(join(FOLDER, layer)).map((name) => ({
    layer,
    name,
    path: `${layer}/${name}`,
    source: readFileSync(join(FOLDER, layer, name), 'utf8'),
  })),
);

const policies = files.map(({ path, source, ...rest }) => {
  const parsed = parsePolicy(path, source);
  if (!parsed.ok)
    throw new Error(parsed.error.map((fault) => `${path}:${fault.line}:${fault.column} ${fault.message}`).join('\n'));
  return { path, source, ...rest, file: parsed.value, policy: parsed.value.policy };
});

const model = modelOf(INITIAL_WEIGHTS);

/** MITRE D3FEND techniques that the starter set may name: those of the actions and of the direction of a filter. */
const D3FEND = ['d3-itf', 'd3-otf', ...ACTIONS.map(({ d3fend }) => d3fend.toLowerCase())];

/** MITRE ATT&CK techniques that the starter set names, looked up one by one. */
const ATTACK: Readonly<Record<string, string>> = {
  t1003: 'OS Credential Dumping',
  't1003.001': 'LSASS Memory',
  t1014: 'Rootkit',
  t1021: 'Remote Services',
  't1021.001': 'Remote Desktop Protocol',
  't1021.002': 'SMB/Windows Admin Shares',
  't1021.004': 'SSH',
  't1021.006': 'Windows Remote Management',
  t1041: 'Exfiltration Over C2 Channel',
  t1046: 'Network Service Discovery',
  t1048: 'Exfiltration Over Alternative Protocol',
  t1071: 'Application Layer Protocol',
  't1071.001': 'Web Protocols',
  't1071.004': 'DNS',
  t1078: 'Valid Accounts',
  't1078.004': 'Cloud Accounts',
  t1110: 'Brute Force',
  't1110.001': 'Password Guessing',
  't1110.003': 'Password Spraying',
  t1190: 'Exploit Public-Facing Application',
  't1204.002': 'Malicious File',
  t1210: 'Exploitation of Remote Services',
  t1486: 'Data Encrypted for Impact',
  t1490: 'Inhibit System Recovery',
  t1539: 'Steal Web Session Cookie',
  't1550.004': 'Web Session Cookie',
  't1562.001': 'Disable or Modify Tools',
  't1566.002': 'Spearphishing Link',
  't1595.002': 'Vulnerability Scanning',
};

describe('the starter set', () => {
  it('proposes nothing that no connector does on a real system', () => {
    const proposed = policies.flatMap(({ policy: { spec } }) =>
      spec.layer === 'action' ? [spec.then.action, ...(spec.ladder ?? []).map(({ then }) => then.action)] : [],
    );
    // The reference is made of what each kind says of itself; presets, which were never run, are not in it.
    const reference = readFileSync(join(__dirname, '../../docs/api/connectors.md'), 'utf8');
    const done = [...reference.matchAll(/^\| (\w+)[^|]*\| `([a-z_]+)` \|/gm)].flatMap(([, kind = '', action = '']) =>
      readdirSync(join(__dirname, '../../server/connectors', kind)).some((file) =>
        file.endsWith('.integration.test.ts'),
      )
        ? [action]
        : [],
    );
    expect([...new Set(proposed)].filter((action) => !done.includes(action))).toEqual([]);
  });

  it('is valid as a whole and holds at least 26 policies over all four layers', () => {
    const parsed = parsePolicies(new Map(files.map(({ path, source }) => [path, source])));
    expect(parsed).toMatchObject({ ok: true });
    expect(policies.length).toBeGreaterThanOrEqual(26);
    expect(new Set(policies.map(({ policy }) => policy.spec.layer))).toEqual(new Set(LAYERS));
  });

  it.each(policies)('$path is named by its id and lies in the folder of its layer', ({ name, layer, policy }) => {
    expect(name).toBe(`${policy.metadata.id}.yaml`);
    expect(policy.spec.layer).toBe(layer);
  });

  it.each(policies)('$path says what a tired analyst needs to know', ({ policy: { metadata, spec } }) => {
    expect(metadata.owner).toMatch(/^soc-[a-z]+$/);
    expect(metadata.title.length).toBeLessThanOrEqual(80);
    expect(metadata.description).toMatch(/^[A-Z].{40,}\.$/s);
    expect(spec.mode).toBe('enforce');
    expect(spec.review).toBeDefined();
  });

  it.each(policies)('$path carries only tags of techniques that exist', ({ policy: { metadata } }) => {
    expect(metadata.tags).not.toHaveLength(0);
    for (const tag of metadata.tags ?? []) {
      const [kind, id = ''] = [tag.slice(0, tag.indexOf('.')), tag.slice(tag.indexOf('.') + 1)];
      expect(kind === 'attack' ? Object.keys(ATTACK) : kind === 'd3fend' ? D3FEND : []).toContain(id);
    }
  });

  it.each(policies)('$path passes its own tests, of which there are at least two', ({ file }) => {
    const results = runPolicyTests(file, model);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(2);
  });

  it('tests what each policy does and what it leaves alone', () => {
    const onesided = policies.filter(({ policy: { spec } }) => {
      const expected = new Set((spec.tests ?? []).map(({ expect: verdict }) => verdict));
      return expected.size < 2;
    });
    // The runner cannot fill a ledger, nor make an event whose confidence nobody vouched for.
    expect(onesided.map(({ policy }) => policy.metadata.id)).toEqual([
      'limit-address-blocks',
      'limit-domain-blocks',
      'limit-file-quarantines',
      'limit-process-kills',
      'limit-session-revocations',
      'limit-user-disables',
      'unvouched-sources-ask-first',
    ]);
  });

  const actionSpecs = policies.flatMap(({ policy: { spec } }) => (spec.layer === 'action' ? [spec] : []));
  const limits = policies.flatMap(({ policy: { spec } }) => (spec as JudgeSpec).limit ?? []);

  it.each(ACTIONS)('$action is proposed by a policy and bounded by a limit', ({ action }) => {
    expect(actionSpecs.map(({ then }) => then.action)).toContain(action);
    expect(limits.map((limit) => limit.action)).toContain(action);
  });

  it('names no connector, so that it works wherever one connector offers the action', () => {
    expect(actionSpecs.filter(({ then }) => then.connector !== undefined)).toEqual([]);
  });

  it('says for each act how old an event may be and what happens otherwise', () => {
    for (const spec of actionSpecs)
      expect(spec).toMatchObject({ otherwise: 'none', max_event_age: expect.any(String) });
  });
});
