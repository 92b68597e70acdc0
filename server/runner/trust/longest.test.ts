import { aBundle } from '../../../test/builders/policies';
import { compileBundle } from '../../engine/policy/compile_bundle';
import { brakeRulesOf } from './bundle_keeper';

/* A longest time, from the text of a policy to the brakes. */

const policy = (layer: string, mode: string, more = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: a-day-at-most, title: Nothing is isolated for more than a day, owner: test }
spec:
  layer: ${layer}
  mode: ${mode}
  longest: { action: isolate_host, total: 24h, on_breach: escalate }
${more}`;

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const longestOf = (text: string, now = NOW) => brakeRulesOf(compileBundle(aBundle([text]).trusted), now).longest;

describe('a policy with a longest time', () => {
  it('tells the brakes which action it bounds, for how long, and what happens beyond it', () => {
    expect(longestOf(policy('global', 'enforce'))).toMatchObject([
      { name: 'a-day-at-most', totalMs: 86_400_000, longest: { action: 'isolate_host', on_breach: 'escalate' } },
    ]);
  });

  it('says nothing in shadow, and nothing once it has expired', () => {
    expect(longestOf(policy('global', 'shadow'))).toBeUndefined();
    const expiring = policy('global', 'enforce', "  expires: '2026-11-23'\n");
    expect(longestOf(expiring)).toHaveLength(1);
    expect(longestOf(expiring, NOW + 86_400_000)).toBeUndefined();
  });
});
