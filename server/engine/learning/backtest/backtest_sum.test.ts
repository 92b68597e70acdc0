import { brakeFacts } from '../../../../test/builders/brake_facts';
import { aPolicy } from '../../../../test/builders/policies';
import { compileDraft } from '../../policy/compile_bundle';
import { BacktestSum } from './backtest_sum';
import type { Tried } from './compare_decision';
import { BrakeTrial } from './brake_trial';
import { PoliciesUnderTest } from './policies_under_test';
import type { ComparedAct } from './compared_act';

const DAY = 86_400_000;

const anAct = (target: string, overrides: Partial<ComparedAct> = {}): ComparedAct => ({
  policy: 'p',
  action: 'isolate_host',
  target,
  thing: `host:${target}`,
  result: 'permit',
  lasts_ms: 3_600_000,
  scopes: { subnets: ['net-1'], groups: [] },
  ...overrides,
});

const comparison = (
  at: number,
  acts: { readonly before?: readonly ComparedAct[]; readonly after?: readonly ComparedAct[] },
  overrides: Partial<Tried> = {},
): Tried => {
  const { before = [], after = [] } = acts;
  return {
    decision_id: `d${at}`,
    case_id: `c${at}`,
    at,
    before: before.length > 0 ? 'permit' : 'learn',
    after: after.length > 0 ? 'permit' : 'learn',
    acts_before: before,
    acts_after: after,
    tested: [],
    targets_after: [],
    intake: { type: 'webhook', id: 'siem' },
    witnesses: { domains: [] },
    undecidable: false,
    other_model: false,
    review: false,
    severity: 'high',
    summary: '',
    ...overrides,
  };
};

const limitPolicy = (id: string, limit: string) => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: A limit, owner: test }
spec:
  layer: global
  mode: enforce
  limit: { action: isolate_host, ${limit}, within: 1m, on_breach: escalate }
`;
const population = (_: string, scope: string): number | undefined => (scope === 'net-1' ? 40 : undefined);
const sumWith = (...limits: string[]) =>
  new BacktestSum(
    compileDraft(limits.map((limit, index) => aPolicy(limitPolicy(`limit-${index}`, limit)))),
    population,
    new PoliciesUnderTest([], new BrakeTrial({ limits: [], longest: [] }, population, brakeFacts())),
  );

describe('the sum of a backtest', () => {
  it('adds up what is newly and no longer permitted, by policy, target and day', () => {
    const sum = sumWith();
    sum.add(comparison(0, { before: [anAct('a')], after: [anAct('a')] }));
    sum.add(comparison(1, { after: [anAct('b')] }));
    sum.add(comparison(DAY, { before: [anAct('c')] }));
    expect(sum.report()).toMatchObject({
      decisions: 3,
      changed: 2,
      permits_before: 2,
      permits_after: 2,
      newly_permitted: 1,
      no_longer_permitted: 1,
      verdicts_before: { permit: 2, learn: 1 },
      moves: [
        { before: 'permit', after: 'permit', count: 1 },
        { before: 'permit', after: 'learn', count: 1 },
        { before: 'learn', after: 'permit', count: 1 },
      ],
      policies: [{ policy: 'p', before: 2, after: 2, newly: 1, no_longer: 1 }],
      targets: [
        { target: 'b', newly: 1, no_longer: 0 },
        { target: 'c', newly: 0, no_longer: 1 },
      ],
      days: [
        { day: '1970-01-01', before: 1, after: 2 },
        { day: '1970-01-02', before: 1, after: 0 },
      ],
    });
  });

  it('hands out changed permits for their labels, once, and says which policy was right', () => {
    const sum = sumWith();
    sum.add(comparison(0, { before: [anAct('a')], after: [anAct('a')] }));
    sum.add(comparison(1, { after: [anAct('b')] }));
    sum.add(comparison(2, { after: [anAct('d')] }));
    sum.add(comparison(3, { before: [anAct('c')] }));
    expect(sum.unlabelled).toBe(3);
    for (const each of sum.takeUnlabelled())
      sum.addLabel(each, each.case_id === 'c1' ? 'true_positive' : each.case_id === 'c2' ? 'benign' : undefined);
    expect(sum.takeUnlabelled()).toEqual([]);
    const { labels, policies, examples } = sum.report();
    expect(labels).toEqual([
      { label: 'true_positive', newly_permitted: 1, no_longer_permitted: 0 },
      { label: 'benign', newly_permitted: 1, no_longer_permitted: 0 },
      { label: 'unlabelled', newly_permitted: 0, no_longer_permitted: 1 },
    ]);
    expect(policies).toMatchObject([{ newly_right: 1, newly_wrong: 1 }]);
    expect(examples.map(({ label }) => label)).toEqual(['true_positive', 'benign', undefined]);
  });

  it('keeps examples of every kind of change, the youngest of each', () => {
    const sum = sumWith();
    sum.add(comparison(0, { before: [anAct('rare')] }));
    for (let at = 1; at <= 500; at += 1) sum.add(comparison(at, { after: [anAct(`t${at}`)] }));
    const { examples } = sum.report();
    expect(examples[0]?.acts_before).toMatchObject([{ target: 'rare' }]);
    expect(examples).toHaveLength(13);
    expect(examples.at(-1)?.decision_id).toBe('d500');
  });

  it('finds the largest blast within an hour, without reviews of what is there already', () => {
    const sum = sumWith();
    [0, 10, 20, 3_700_000].forEach((at, n) => sum.add(comparison(at, { after: [anAct(`t${n}`)] })));
    sum.add(comparison(3_700_001, { after: [anAct('x'), anAct('y'), anAct('z'), anAct('u')] }, { review: true }));
    expect(sum.report().largest_blast).toEqual({
      action: 'isolate_host',
      targets: 3,
      at: '1970-01-01T00:00:00.020Z',
    });
  });

  it('counts distinct targets of a share, and every start of a rate', () => {
    const sum = sumWith('max_percent: 5, of: hosts_in_subnet', 'max_count: 3');
    ['a', 'b', 'a', 'a', 'c'].forEach((target, at) => sum.add(comparison(at, { after: [anAct(target)] })));
    expect(sum.report().limits).toEqual([
      { limit: 'limit-1', scope: 'all', most: 3, peak: 5, breaches: 2 },
      { limit: 'limit-0', scope: 'net-1', most: 2, peak: 3, breaches: 1 },
    ]);
  });

  it('takes a scope that nobody knows for a breach, as the brakes do', () => {
    const sum = sumWith('max_count: 9, of: hosts_in_subnet');
    sum.add(comparison(0, { after: [anAct('a', { scopes: { subnets: [], groups: [] } })] }));
    expect(sum.report().limits).toEqual([{ limit: 'limit-0', scope: 'unknown', most: null, peak: 1, breaches: 1 }]);
  });

  it('names a bounded number of targets, and counts the rest', () => {
    const sum = sumWith();
    for (let at = 0; at < 20_010; at += 1) sum.add(comparison(at, { after: [anAct(`t${at}`)] }));
    const { targets, other_targets } = sum.report();
    expect([targets.length, other_targets]).toEqual([50, 10]);
  });
});
