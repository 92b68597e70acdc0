import { brakeFacts } from '../../../../test/builders/brake_facts';
import { aPolicy } from '../../../../test/builders/policies';
import { compileDraft } from '../../policy/compile_bundle';
import { BrakeTrial, type BrakeFacts } from './brake_trial';
import type { ComparedAct } from './compared_act';

/* Brakes that remember what they let pass: what they stop takes no place. */

const HOUR_MS = 3_600_000;

const act = (target: string, change: Partial<ComparedAct> = {}): ComparedAct => ({
  ...{ policy: 'p', action: 'isolate_host', target, thing: `host:${target}`, result: 'permit', lasts_ms: HOUR_MS },
  scopes: { subnets: [], groups: [] },
  ...change,
});
const at = (hours: number, source = 'siem') => ({
  at: hours * HOUR_MS,
  intake: { type: 'webhook', id: source } as const,
  witnesses: { domains: [] },
});

const trialWith = (facts: Partial<BrakeFacts>, ...policies: readonly string[]): BrakeTrial =>
  new BrakeTrial(compileDraft(policies.map(aPolicy)), () => undefined, brakeFacts(facts));
const start = (
  trial: BrakeTrial,
  hours: number,
  target: string,
  { source, ...change }: Partial<ComparedAct> & { readonly source?: string } = {},
) => trial.start(at(hours, source), act(target, change), { type: 'host', value: target })?.brake;

describe('a role that is kept', () => {
  const roles: Partial<BrakeFacts> = {
    rolesReached: (_act, { value }) =>
      value.startsWith('dc') ? [{ brake: 'keep-dcs', text: 'two stay', members: [value], most: 1 }] : [],
  };

  it('lets go as many as may be away at once, and the next one as soon as one is back', () => {
    const trial = trialWith(roles);
    expect(['dc1', 'dc2', 'ws1', 'dc1'].map((name, n) => start(trial, n / 10, name))).toEqual([
      undefined,
      'keep-dcs',
      undefined,
      undefined,
    ]);
    // The second act on dc1 put its end off to 1.3 h.
    expect([start(trial, 1.29, 'dc2'), start(trial, 1.31, 'dc2')]).toEqual(['keep-dcs', undefined]);
  });

  it('keeps for good what is taken for good', () => {
    const trial = trialWith(roles);
    expect([start(trial, 0, 'dc1', { lasts_ms: null }), start(trial, 10_000, 'dc2')]).toEqual([undefined, 'keep-dcs']);
  });
});

describe('a longest time', () => {
  const longest = `apiVersion: reflex/v1
kind: Policy
metadata: { id: two-hours, title: Two hours at most, owner: test }
spec:
  layer: global
  mode: enforce
  longest: { action: isolate_host, total: 2h, on_breach: escalate }
`;

  it('stops what would put an end off beyond it, until what is in effect is over', () => {
    const trial = trialWith({}, longest);
    expect([0, 0.5, 1, 1.1].map((hours) => start(trial, hours, 'ws1'))).toEqual([
      ...[undefined, undefined, undefined],
      'two-hours',
    ]);
    expect([start(trial, 1.1, 'ws2'), start(trial, 2.1, 'ws1')]).toEqual([undefined, undefined]);
    expect(start(trial, 2.2, 'ws1', { action: 'block_ip', lasts_ms: 9 * HOUR_MS })).toBeUndefined();
    expect(start(trial, 2.2, 'ws3', { lasts_ms: 2 * HOUR_MS + 1 })).toBe('two-hours');
  });
});

describe('the bound of one intake', () => {
  const starts = { brake: 'One-intake', text: 'too many', most: 2, withinMs: HOUR_MS };
  const bound: Partial<BrakeFacts> = {
    startsOf: ({ intake: { id } }) => ({ ...starts, speaker: id }),
    oneSource: (_reported, { value }) => (value === 'dc1' ? { brake: 'One-intake', text: 'critical' } : undefined),
  };

  it('counts the starts of each source by itself; what another brake stopped is none', () => {
    const trial = trialWith(bound);
    expect(start(trial, 0, 'dc1')).toBe('One-intake');
    expect(['a', 'b', 'c'].map((name) => start(trial, 0.1, name))).toEqual([undefined, undefined, 'One-intake']);
    expect(start(trial, 0.1, 'c', { source: 'another' })).toBeUndefined();
    expect(start(trial, 1.2, 'c')).toBeUndefined();
  });
});
