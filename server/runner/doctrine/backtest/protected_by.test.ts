import { aPolicy } from '../../../../test/builders/policies';
import { bareIdentities } from '../../../engine/entity/identity';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import { protectedByPolicies } from './protected_by';

const protecting = (id: string, network: string, lines = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Never touched, owner: soc }
spec:
  layer: global
  mode: enforce
  protect: { ips: [${network}] }
${lines}`;

const DAY = Date.parse('2026-11-22T00:00:00.000Z');
const set = compileDraft(
  [
    protecting('ours', '203.0.113.0/24'),
    protecting('lent', '198.51.100.0/24', '  expires: 2026-11-23\n'),
    protecting('off', '192.0.2.0/24').replace('mode: enforce', 'mode: shadow'),
  ].map(aPolicy),
);
const brakeOf = (value: string, at = DAY): string | undefined =>
  protectedByPolicies(set, bareIdentities)({ type: 'ip', value }, at)?.brake;

describe('what protects a target of history', () => {
  it.each([
    ['203.0.113.7', DAY, 'ours'],
    ['198.51.100.7', DAY, 'lent'],
    ['198.51.100.7', DAY + 3 * 86_400_000, undefined],
    ['192.0.2.7', DAY, undefined],
    ['10.0.0.1', DAY, undefined],
  ])('%s at %d: %s', (value, at, brake) => expect(brakeOf(value, at)).toBe(brake));

  it('says it as the brakes do', () =>
    expect(protectedByPolicies(set, bareIdentities)({ type: 'ip', value: '203.0.113.7' }, DAY)?.text).toBe(
      '`203.0.113.7` is protected by `203.0.113.0/24` (ours)',
    ));
});
