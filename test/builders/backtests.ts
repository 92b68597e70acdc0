import type { BacktestReportView, BacktestView, PolicyUnderTest, ReleaseGateView } from '../../common/api/routes';
import { aCandidate, at, NOW } from './views';

/* Backtests as the page gets them. */

export const aGate = (overrides: Partial<ReleaseGateView> = {}): ReleaseGateView => ({
  rule: 'required',
  days: 7,
  state: 'passed',
  open: true,
  text: 'tried on 1204 decisions of 7 days',
  ...overrides,
});

export const aPolicyUnderTest = (overrides: Partial<PolicyUnderTest> = {}): PolicyUnderTest => ({
  policy: 'my-block',
  change: 'added',
  mode: 'shadow',
  role: 'proposes',
  matched: 7,
  outcomes: { act: 3, already: 1, brake: 2, ask: 1, deny: 0, hold: 0, outside: 0 },
  brakes: [{ brake: 'limit-address-blocks', count: 2 }],
  right: 1,
  wrong: 1,
  hits: [
    {
      decision_id: 'decision-12',
      case_id: 'case-12',
      at: at(-9_000),
      action: 'block_ip',
      target: '203.0.113.9',
      outcome: 'brake',
      why: 'limit-address-blocks',
    },
    {
      decision_id: 'decision-11',
      case_id: 'case-11',
      at: at(-10_000),
      action: 'block_ip',
      target: '203.0.113.8',
      outcome: 'act',
      label: 'false_positive',
    },
  ],
  ...overrides,
});

export const aReport = (overrides: Partial<BacktestReportView> = {}): BacktestReportView => ({
  decisions: 1_204,
  changed: 42,
  undecidable: 3,
  other_model: 0,
  permits_before: 120,
  permits_after: 161,
  newly_permitted: 42,
  no_longer_permitted: 1,
  verdicts_before: { permit: 120, escalate: 64, deny: 20, hold: 0, learn: 1_000 },
  verdicts_after: { permit: 161, escalate: 64, deny: 20, hold: 0, learn: 959 },
  moves: [{ before: 'learn', after: 'permit', count: 41 }],
  policies: [
    { policy: 'block-known-ioc', before: 12, after: 53, newly: 42, no_longer: 1, newly_right: 30, newly_wrong: 2 },
  ],
  targets: [{ target: '203.0.113.7', newly: 5, no_longer: 0 }],
  other_targets: 0,
  labels: [
    { label: 'true_positive', newly_permitted: 30, no_longer_permitted: 0 },
    { label: 'unlabelled', newly_permitted: 10, no_longer_permitted: 1 },
  ],
  days: [{ day: '2026-11-21', before: 12, after: 40 }],
  limits: [{ limit: 'limit-address-blocks', scope: 'all', most: 50, peak: 61, breaches: 11 }],
  largest_blast: { action: 'block_ip', targets: 61, at: at(-9_000) },
  examples: [
    {
      decision_id: 'decision-9',
      case_id: 'case-9',
      at: at(-9_000),
      before: 'learn',
      after: 'permit',
      acts_before: [],
      acts_after: [{ policy: 'block-known-ioc', action: 'block_ip', target: '203.0.113.7', result: 'permit' }],
      undecidable: false,
      severity: 'high',
      summary: 'nothing matched',
      label: 'true_positive',
    },
  ],
  under_test: [aPolicyUnderTest()],
  under_test_total: 3,
  ...overrides,
});

export const aBacktest = (overrides: Partial<BacktestView> = {}): BacktestView => ({
  digest: aCandidate().digest,
  of: 'candidate',
  state: 'done',
  by: 'ana',
  days: 7,
  from: at(-604_800),
  to: NOW,
  started_at: at(-60),
  finished_at: at(-50),
  done: 1_204,
  total: 1_204,
  rate: 900,
  policies: 14,
  report: aReport(),
  ...overrides,
});
