import type { ActionSpec } from '../../../common/policy/policy';
import { readStarterSet, starterFolder } from '../starter_set';
import { mayHaveDemo } from './demo';
import { demoPolicies } from './demo_policies';
import { FALSE_POSITIVE_POLICY } from './scenarios/false_positive';

describe('where the demo is', () => {
  it.each([
    ['the node that the standalone host started itself', 'standalone', true, true],
    ['a cluster that was named', 'standalone', false, false],
    ['Dashboards, whatever it says', 'dashboards', true, false],
    ['an agent, whatever it says', 'agent', true, false],
  ] as const)('on %s', (_where, kind, demo, expected) => {
    expect(mayHaveDemo({ kind, demo })).toBe(expected);
  });
});

describe('the policies of the demo', () => {
  const ttls = async (): Promise<ReadonlyMap<string, string>> => {
    const policies = demoPolicies(await readStarterSet(starterFolder() ?? '', false));
    const actions = policies.filter(({ policy }) => policy.spec.layer === 'action');
    return new Map(
      actions.flatMap(({ policy }) => {
        const { ttl } = (policy.spec as ActionSpec).then;
        return ttl === undefined ? [] : [[policy.metadata.id, ttl]];
      }),
    );
  };

  it('lift what they do after 90 s, but the one block that a person is to lift', async () => {
    const { [FALSE_POSITIVE_POLICY]: lasting, ...others } = Object.fromEntries(await ttls());
    expect(lasting).toBe('4h');
    expect(new Set(Object.values(others))).toEqual(new Set(['90s']));
    expect(Object.keys(others).length).toBeGreaterThan(10);
  });

  it('say so', async () => {
    const [shortened] = demoPolicies(await readStarterSet(starterFolder() ?? '', false)).filter(
      ({ policy }) => policy.metadata.id === 'block-c2-address',
    );
    expect(shortened?.policy.metadata.description).toMatch(/In the demo the effect lasts 90s only\.$/);
  });
});
