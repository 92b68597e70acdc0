import { aPolicy } from '../../../../test/builders/policies';
import { Inventory } from '../../facts/inventory';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import { brakeFactsOf } from './brake_facts';

/* The brakes of today's inventory, asked about acts of history. */

const global = (id: string, spec: string, lines = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: A brake, owner: test }
spec:
  layer: global
  mode: enforce
  ${spec}
${lines}`;

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const inventory = new Inventory('v1', [
  { type: 'host', value: 'dc01', addresses: ['10.0.0.10'], tags: ['dc'], criticality: 'critical', origin: 'file' },
  { type: 'host', value: 'dc02', addresses: ['10.0.0.11'], tags: ['dc'], origin: 'file' },
  { type: 'host', value: 'ws-1', addresses: ['10.0.1.1'], origin: 'file' },
]);
const factsOf = (...policies: readonly string[]) => brakeFactsOf(compileDraft(policies.map(aPolicy)), inventory);
const host = (value: string) => ({ type: 'host', value }) as const;
const reported = (...domains: string[]) => ({
  ...{ at: NOW, intake: { type: 'asker', id: 'soar' } as const },
  witnesses: { domains },
});

describe('what the brakes say of an act of history', () => {
  it('is whom of a kept role it takes away, and how many may be away, as long as the policy counts', () => {
    const { rolesReached } = factsOf(global('keep-dcs', 'keep: { at_least: 1, of: dc }', "  expires: '2026-11-23'\n"));
    const [role] = rolesReached({ action: 'isolate_host' }, { type: 'ip', value: '10.0.0.10' }, NOW);
    expect(role).toMatchObject({ brake: 'keep-dcs', most: 1 });
    expect([role?.members.length, role?.text.includes('keeps 1 of `dc`')]).toEqual([1, true]);
    expect(rolesReached({ action: 'isolate_host' }, host('ws-1'), NOW)).toEqual([]);
    expect(rolesReached({ action: 'isolate_host' }, host('dc01'), NOW + 86_400_000)).toEqual([]);
  });

  it('is that one source alone reports a critical target, unless a policy lifts that', () => {
    const { oneSource } = factsOf();
    expect(oneSource(reported('network'), host('dc01'))?.brake).toBe('One-intake');
    expect(oneSource(reported('network', 'endpoint'), host('dc01'))).toBeUndefined();
    expect(oneSource(reported('network'), host('ws-1'))).toBeUndefined();
    const lifted = factsOf(global('one-is-enough', 'two_intakes_for: none'));
    expect(lifted.oneSource(reported('network'), host('dc01'))).toBeUndefined();
  });

  it('is how many acts the events of a source may start, whoever handed them in', () => {
    expect(factsOf().startsOf(reported())).toMatchObject({ speaker: 'webhook:soar', most: 100, withinMs: 3_600_000 });
    const fewer = factsOf(global('few', 'starts_of_one_intake: { max_count: 5, within: 10m }'));
    expect(fewer.startsOf(reported())).toMatchObject({ most: 5, withinMs: 600_000 });
  });
});
