import { diffPolicies } from './diff_policies';
import { parseCases } from './parse_cases';
import { parsePolicy } from './parse_policy';

const faultsOf = (spec: string): unknown => {
  const parsed = parsePolicy(
    'p.yaml',
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: a-policy, title: A policy, owner: soc }
spec:
  mode: enforce
${spec}`,
  );
  return parsed.ok ? [] : parsed.error.map(({ code, line }) => [code, line]);
};
const action = (lookups: string, when: string, host = 'event.src_host'): string => `  layer: action
  lookups: ${lookups}
  when: '${when}'
  then: { action: isolate_host, target: { host: '${host}' }, ttl: 1h }
  rollback: { action: release_host }
`;
const judge = (lookups: string, require: string): string => `  layer: contextual
  on: { actions: [isolate_host] }
  lookups: ${lookups}
  require: '${require}'
`;
const HOPS = 'lookups.lateral_chain.hops > 1';

describe('look-ups at review', () => {
  it('may be read where they are declared', () => {
    expect(faultsOf(action('{ lateral_chain: {} }', HOPS))).toEqual([]);
    expect(
      faultsOf(judge('{ host_integrity: { connector: edr, of: target } }', 'lookups.host_integrity.state == "intact"')),
    ).toEqual([]);
  });

  it.each([
    ['another one is read', action('{ host_integrity: { connector: edr } }', HOPS), 'undeclared_lookup', 8],
    ['a judge reads another one', judge('{ host_integrity: { connector: edr } }', HOPS), 'undeclared_lookup', 9],
    ['all of them are read', action('{ lateral_chain: {} }', 'size([lookups]) > 0'), 'undeclared_lookup', 8],
    ['there is none of that name', action('{ lateral_chain: {} }', 'lookups.weather.sunny'), 'bad_condition', 8],
    ['it has no such field', action('{ lateral_chain: {} }', 'lookups.lateral_chain.length > 1'), 'bad_condition', 8],
    ['the type is another', action('{ lateral_chain: {} }', 'lookups.lateral_chain.hops == "2"'), 'bad_condition', 8],
    ['it reaches back too far', action('{ lateral_chain: { within: 25h } }', HOPS), 'lookup_too_long', 7],
    [
      'it would say what to act on',
      action('{ lateral_chain: {} }', HOPS, 'lookups.lateral_chain.hosts[0]'),
      'bad_condition',
      9,
    ],
    ['nothing is declared', action('{}', 'true'), 'schema', 7],
    ['the connector is not named', action('{ host_integrity: {} }', 'true'), 'schema', 7],
    [
      'a proposal asks about a target',
      action('{ host_integrity: { connector: edr, of: target } }', 'true'),
      'schema',
      7,
    ],
  ])('are refused where %s', (_, spec, code, line) => {
    const faults = faultsOf(spec) as ReadonlyArray<readonly [string, number]>;
    if (code !== 'schema') expect(faults).toEqual([[code, line]]);
    else expect(faults).not.toEqual([]);
  });
});

describe('look-ups beside a policy', () => {
  const casesWith = (lookups: string): boolean =>
    parseCases(
      'p.cases.yaml',
      `apiVersion: reflex/v1
kind: PolicyCases
policy: a-policy
cases:
  - { name: one, event: {}, context: { lookups: ${lookups} }, expect: learn }
`,
    ).ok;

  it.each([
    ['{ lateral_chain: { hops: 2, hosts: [a, b, c] } }', true],
    ['{ lateral_chain: { hops: 0 }, host_integrity: { state: altered } }', true],
    ['{ lateral_chain: { hops: two } }', false],
    ['{ host_integrity: { state: broken } }', false],
    ['{ weather: { sunny: true } }', false],
  ])('have answers of their types in tests: %s', (lookups, isRight) => {
    expect(casesWith(lookups)).toBe(isRight);
  });

  it('are part of what changed', () => {
    const policyWith = (spec: string) => {
      const parsed = parsePolicy(
        'p.yaml',
        `apiVersion: reflex/v1\nkind: Policy\nmetadata: { id: a-policy, title: A policy, owner: soc }\nspec:\n  mode: enforce\n${spec}`,
      );
      if (!parsed.ok) throw new Error(parsed.error[0]?.message);
      return parsed.value;
    };
    const [none, some] = [
      policyWith(action('{ lateral_chain: { within: 1h } }', 'true')),
      policyWith(action('{ lateral_chain: {} }', 'true')),
    ];
    expect(diffPolicies([none], [some])[0]?.fields).toEqual([
      { field: 'spec.lookups.lateral_chain', after: '{}' },
      { field: 'spec.lookups.lateral_chain.within', before: '"1h"' },
    ]);
  });
});
