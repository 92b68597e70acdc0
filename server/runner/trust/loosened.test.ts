import { aBundle, compiled } from '../../../test/builders/policies';
import type { BundleStatement } from '../../../common/policy/bundle';
import { compileDraft } from '../../engine/policy/compile_bundle';
import type { CompiledBundle } from '../../engine/policy/compiled';
import { brakeRulesOf } from './bundle_keeper';
import { boundReport, loosenedBy } from './loosened';

const HOUR = 3_600_000;
const policy = (id: string, says: string, more = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: what one intake may do, owner: soc }
spec:
  layer: global
  mode: enforce
  ${says}
${more}`;
const LIFTS = policy('lifts', 'two_intakes_for: none');
const KEEPS = policy('keeps', 'two_intakes_for: critical');
const starts = (id: string, count: number, within: string): string =>
  policy(id, `starts_of_one_intake: { max_count: ${count}, within: ${within} }`);

const approval = (four_eyes: boolean): BundleStatement['approvals'][number] => ({
  user: 'bo',
  at: '2026-11-22T09:00:00.000Z',
  reason: 'it is right',
  digest: 'd',
  four_eyes,
});
const inForce = (sources: readonly string[], approvals: BundleStatement['approvals'] = []): CompiledBundle => {
  const bundle = compiled(sources);
  const { statement } = bundle.bundle;
  return { ...bundle, bundle: { ...bundle.bundle, statement: { ...statement, approvals } } };
};
const approved = (...sources: string[]): CompiledBundle => inForce(sources, [approval(true)]);
const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('the bound of one intake', () => {
  it('is as it is where no policy speaks of it, or says the same', () => {
    expect([loosenedBy(approved(), NOW), loosenedBy(approved(KEEPS), NOW)]).toEqual([undefined, undefined]);
  });

  it('is loosened only by what somebody besides its author approved', () => {
    const loose = [LIFTS, starts('more', 500, '60m')];
    const is = { critical: true, starts: { most: 500, withinMs: HOUR } };
    expect(loosenedBy(approved(...loose), NOW)).toEqual(is);
    for (const approvals of [[], [approval(false)]]) expect(loosenedBy(inForce(loose, approvals), NOW)).toBeUndefined();
    expect(brakeRulesOf(approved(...loose), NOW).loosened).toEqual(is);
    expect(brakeRulesOf(inForce(loose), NOW).loosened).toBeUndefined();
  });

  it('is loosened where policies are only tried out: they are tested as if they were approved', () => {
    const { trusted } = aBundle([LIFTS]);
    expect(loosenedBy(compileDraft(trusted.policies), NOW)).toEqual({ critical: true });
  });

  it.each([
    ['fewer an hour', 20, '60m', true],
    ['the same an hour', 100, '60m', true],
    ['one more', 101, '60m', false],
    ['fewer a minute, and more an hour', 2, '1m', false],
    ['fewer a minute, and no more an hour', 1, '1m', true],
    ['more at once, in a longer time', 150, '3h', false],
    ['no more at once, in a longer time', 100, '3h', true],
    ['none', 0, '60m', true],
  ])('that is tightened needs nobody: %s', (_note, count, within, isTight) => {
    const [limit] = [loosenedBy(inForce([starts('few', count, within)]), NOW)];
    expect(limit?.starts?.most).toBe(isTight ? count : undefined);
    expect(boundReport(approved(starts('few', count, within)), NOW).lifted).toEqual(isTight ? [] : ['few']);
  });

  it('is the smallest of several numbers', () => {
    const all = [starts('n-a', 500, '60m'), starts('n-b', 10, '60m'), starts('n-c', 10, '1m')];
    expect(loosenedBy(approved(...all), NOW)?.starts).toEqual({ most: 10, withinMs: HOUR });
  });

  it('is not loosened by a policy that has expired or is in shadow', () => {
    const expired = policy('lifts', 'two_intakes_for: none', '  expires: 2026-11-01\n');
    const shadow = LIFTS.replace('enforce', 'shadow');
    expect([loosenedBy(approved(expired), NOW), loosenedBy(approved(shadow), NOW)]).toEqual([undefined, undefined]);
    expect(boundReport(approved(expired, shadow.replace('id: lifts', 'id: other')), NOW)).toEqual({
      lifted: [],
      refused: [],
    });
  });

  it('is reported with the policies that loosen it, or would', () => {
    const loose = [LIFTS, starts('more', 500, '60m'), KEEPS];
    expect(boundReport(approved(...loose), NOW)).toEqual({ lifted: ['lifts', 'more'], refused: [] });
    expect(boundReport(inForce(loose), NOW)).toEqual({ lifted: [], refused: ['lifts', 'more'] });
    expect(boundReport(undefined, NOW)).toEqual({ lifted: [], refused: [] });
  });
});
