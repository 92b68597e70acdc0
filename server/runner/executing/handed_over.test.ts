import { aCase, aDecisionOf, theAct } from '../../../test/builders/executing';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import { escalationDigest } from './handed_over';

/** What a person agreed to, where the inventory said this when the decision was made. */
const seen = (target: Target, assets: readonly AssetFacts[]): string | undefined => {
  const decision = aDecisionOf([theAct('a0', { target })]);
  const inputs = { ...decision.inputs, assets: [...assets] };
  return escalationDigest(aCase([{ act_id: 'a0', status: 'waiting' }], { decision: { ...decision, inputs } }), 'a0');
};
const facts = (type: AssetFacts['type'], value: string, criticality: AssetFacts['criticality']): AssetFacts => ({
  type,
  value,
  known: true,
  criticality,
});

describe('what an approval binds to', () => {
  it.each<[Target, AssetFacts['type'], string]>([
    [{ type: 'user', value: 'corp\\ana' }, 'user', 'ana@corp'],
    [{ type: 'host', value: 'ws-1' }, 'host', 'ws-1.'],
    [{ type: 'host', value: '10.0.0.7' }, 'ip', '::ffff:10.0.0.7'],
    [{ type: 'file', value: '/tmp/x', host: 'ws-1' }, 'host', 'WS-1'],
    [{ type: 'user', value: 'the * one' }, 'user', 'the * one'],
  ])('are the facts of %j, also where they are of the %s %s', (target, type, value) =>
    expect(seen(target, [facts(type, value, 'low')])).not.toBe(seen(target, [facts(type, value, 'critical')])),
  );

  it.each<[Target, AssetFacts['type'], string]>([
    [{ type: 'user', value: 'web' }, 'host', 'web'],
    [{ type: 'user', value: 'corp\\ana' }, 'user', 'other\\ana'],
    [{ type: 'file', value: '/tmp/x', host: 'ws-1' }, 'host', 'ws-2'],
  ])('are not, of %j, those of the %s %s', (target, type, value) =>
    expect(seen(target, [facts(type, value, 'low')])).toBe(seen(target, [facts(type, value, 'critical')])),
  );
});
