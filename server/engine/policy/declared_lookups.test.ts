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

const FAILED =
  'indices: [auth-*], within: 1h, match: { source.ip: { ip: event.source.ip }, event.outcome: { is: failure } }';
const searching = (search: string, when: string): string => action(`{ search: { failed: { ${search} } } }`, when);
const COUNTED = 'lookups.search.failed.count > 1';

describe('searches at review', () => {
  it('may be read by what they answer', () => {
    expect(faultsOf(searching(`${FAILED}, answer: count`, COUNTED))).toEqual([]);
    expect(faultsOf(searching(`${FAILED}, answer: exists`, '!lookups.search.failed.exists'))).toEqual([]);
    const distinct = `${FAILED}, answer: distinct, distinct: { field: user.name, as: user }`;
    expect(faultsOf(searching(distinct, 'lookups.search.failed.distinct >= 5'))).toEqual([]);
    const ofTarget = 'indices: [edr-*], within: 1h, match: { host.name: { host: target } }, answer: count';
    expect(faultsOf(judge(`{ search: { failed: { ${ofTarget} } } }`, COUNTED))).toEqual([]);
  });

  const count = `${FAILED}, answer: count`;
  it.each([
    ['another one is read', searching(count, 'lookups.search.other.count > 1'), 'undeclared_lookup', 8],
    ['another answer is read', searching(count, 'lookups.search.failed.exists'), 'undeclared_lookup', 8],
    ['one is read as a whole', searching(count, 'size([lookups.search.failed]) > 0'), 'undeclared_lookup', 8],
    ['all of them are', searching(count, 'size(lookups.search) > 0'), 'undeclared_lookup', 8],
    ['a name is computed', searching(count, 'lookups.search[event.src_host].count > 1'), 'undeclared_lookup', 8],
    ['there is no such answer', searching(count, 'lookups.search.failed.sum > 1'), 'bad_condition', 8],
    ['the type is another', searching(count, 'lookups.search.failed.count == "1"'), 'bad_condition', 8],
    [
      'it would say what to act on',
      action(`{ search: { failed: { ${count} } } }`, COUNTED, 'string(lookups.search.failed.count)'),
      'bad_condition',
      9,
    ],
    ['it reaches back too far', searching(count.replace('1h', '25h'), COUNTED), 'lookup_too_long', 7],
    ['values are named for nothing', searching(`${count}, distinct: { field: user.name }`, COUNTED), 'bad_search', 7],
    ['Reflex is searched', searching(count.replace('auth-*', 'reflex-state'), COUNTED), 'bad_search', 7],
    ['everything is searched', searching(count.replace('auth-*', '"*"'), COUNTED), 'bad_search', 7],
    ['a system index is searched', searching(count.replace('auth-*', '.kibana'), COUNTED), 'bad_search', 7],
    ['nobody says which values', searching(`${FAILED}, answer: distinct`, COUNTED), 'schema', 7],
    ['an address is taken for a user', searching(count.replace('{ ip:', '{ user:'), COUNTED), 'schema', 7],
    ['a field has a wildcard', searching(count.replace('source.ip:', '"source.*":'), COUNTED), 'schema', 7],
    ['a query is written', searching(`${count}, query: { match_all: {} }`, COUNTED), 'schema', 7],
    [
      'two things are in one field',
      searching(count.replace('{ is: failure }', '{ is: a, ip: event.source.ip }'), COUNTED),
      'schema',
      7,
    ],
    [
      'a proposal searches for its target',
      searching(count.replace('ip: event.source.ip', 'ip: target'), COUNTED),
      'schema',
      7,
    ],
    [
      'nothing has to match',
      searching('indices: [auth-*], within: 1h, match: {}, answer: count', COUNTED),
      'schema',
      7,
    ],
    ['there is no window', searching(count.replace('within: 1h, ', ''), COUNTED), 'schema', 7],
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
    ['{ search: { failed: { count: 2 }, seen: { exists: true } } }', true],
    ['{ search: { failed: { count: two } } }', false],
    ['{ search: { failed: { count: 2, exists: true } } }', false],
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
