import { iso } from '../../../../common/iso';
import type { BacktestView } from '../../../../common/api/routes/backtest';
import type { Agent } from '../../agent/agent';
import { releaseGate, type ReleaseRules } from './gate';

/* What a backtest has to be so that a release does not wait for a person. */

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const DAY_MS = 86_400_000;
const RULES: ReleaseRules = { backtest: 'required', days: 7, maxAgeDays: 7 };
const daysAgo = (days: number): string => iso(NOW - days * DAY_MS);

interface World {
  readonly kept?: Partial<BacktestView> & { readonly decisions?: number; readonly oldest?: string };
  readonly override?: object;
  /** Moments of what was decided. */
  readonly decided?: readonly string[];
  readonly version?: number;
}

const gateIn = ({ kept, override, decided = [daysAgo(1)], version = 3 }: World, rules = RULES) => {
  const { decisions = 100, oldest = daysAgo(7), ...view } = kept ?? {};
  const report = { decisions, newly_permitted: 5, oldest };
  const backtest = {
    state: 'done',
    days: 7,
    from: daysAgo(7),
    finished_at: daysAgo(0),
    base_version: 3,
    report,
    ...view,
  };
  const docs: Readonly<Record<string, unknown>> = {
    ...(kept ? { 'backtest:d': { kind: 'backtest', content: backtest } } : {}),
    ...(override ? { 'backtest_override:d': { kind: 'backtest_override', content: override } } : {}),
  };
  const agent = {
    parts: {
      clock: { utc: () => NOW },
      store: { get: async (id: string) => docs[id] },
      evidence: { find: async ({ from = '' }) => ({ total: decided.filter((at) => at >= from).length, entries: [] }) },
      bundles: { active: { bundle: { statement: { version } } } },
    },
  } as unknown as Agent;
  return releaseGate(agent, rules, { digest: 'd' });
};

describe('the gate', () => {
  it.each<readonly [string, World, string, boolean, string]>([
    ['a fresh backtest', { kept: {} }, 'passed', true, 'tried on 100 decisions of 7 days'],
    ['one that is as old as it may be', { kept: { finished_at: daysAgo(7) } }, 'passed', true, 'tried on'],
    ['an old one', { kept: { finished_at: daysAgo(7.1) } }, 'stale', false, 'older than 7 days'],
    [
      'one of before another version',
      { kept: { base_version: 2 } },
      'stale',
      false,
      'version 2 was in force, and now it is version 3',
    ],
    ['one that does not say of when', { kept: { base_version: undefined as never } }, 'stale', false, 'unknown'],
    ['one of too few days', { kept: { days: 6 } }, 'missing', false, 'was not tried'],
    ['none', {}, 'missing', false, 'was not tried'],
    ['one over nothing', { kept: { decisions: 0 } }, 'no_history', false, 'found no decision in 7 days'],
    [
      'one over nothing on a cluster that decided before',
      { kept: { decisions: 0, base_version: 1 }, version: 1, decided: [daysAgo(30)] },
      'no_history',
      false,
      'no decision',
    ],
    [
      'none, and nothing decided lately',
      { decided: [daysAgo(30)] },
      'no_history',
      false,
      'nothing was decided in the last 7 days',
    ],
    ['none, and nothing ever decided', { decided: [] }, 'no_history', false, 'nothing was decided'],
    [
      'none, at the first release where nothing was ever decided',
      { decided: [], version: 1 },
      'first_release',
      true,
      'first release',
    ],
    [
      'one over nothing, at that release',
      { kept: { decisions: 0, base_version: 1 }, decided: [], version: 1 },
      'first_release',
      true,
      'first release',
    ],
    [
      'one over nothing, with the word of an approver',
      { kept: { decisions: 0 }, override: { by: 'ben', at: '', reason: 'new cluster' } },
      'overridden',
      true,
      'ben overrode it: new cluster',
    ],
    [
      'none, with half a word',
      { override: { by: 'ben', at: '', reason: 'x', waits_for_second: true } },
      'missing',
      false,
      'was not tried',
    ],
    [
      'one of which most days have nothing',
      { kept: { oldest: daysAgo(2) } },
      'fewer_days',
      true,
      'of fewer days than asked: 5 of the 7 days have none',
    ],
  ])('with %s', async (_what, world, ...[state, open, text]) => {
    const gate = await gateIn(world);
    expect([gate.state, gate.open]).toEqual([state, open]);
    expect(gate.text).toContain(text);
  });

  it('takes an override where too much is newly permitted, and lets all pass where it is optional', async () => {
    expect(await gateIn({ kept: {} }, { ...RULES, maxNewPermitsPercent: 4 })).toMatchObject({
      state: 'too_many_permits',
      open: false,
    });
    expect(await gateIn({}, { ...RULES, backtest: 'optional' })).toMatchObject({ state: 'missing', open: true });
  });
});
