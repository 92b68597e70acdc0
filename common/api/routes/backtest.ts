import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { VERDICTS } from '../../flow/decision';
import { LABELS } from '../../flow/feedback';
import { MODES } from '../../policy/policy';
import { anything, BASE, idText, MIB, nothing, reasonText, route } from '../contract';

const id = idText;
const sentence = text({ max: 8192 });
const day = text({ min: 10, max: 10 });
const verdict = oneOf(VERDICTS);
const verdicts = record({ permit: number(), escalate: number(), deny: number(), hold: number(), learn: number() });
const acts = list(record({ policy: id, action: id, target: text({ max: 512 }), result: id }), 64);

/** A decision that the candidate decides otherwise. */
export const BacktestExample = record(
  {
    decision_id: id,
    case_id: id,
    at: instant,
    before: verdict,
    after: verdict,
    acts_before: acts,
    acts_after: acts,
    undecidable: t.boolean,
    severity: id,
    summary: sentence,
  },
  { label: oneOf(LABELS) },
);
export type BacktestExample = t.TypeOf<typeof BacktestExample>;

/**
 * What became of an event under one policy that is tried.
 *
 * - `act`: it would have acted; `already`: another policy acted on it then; `brake`: a limit or a protected target
 *   stops it; `ask`: a person is asked; `deny`: refused by the policies; `hold`: it waits to be seen again
 * - `outside`: its target is outside the rollout
 */
export const HIT_OUTCOMES = ['act', 'already', 'brake', 'ask', 'deny', 'hold', 'outside'] as const;
export type HitOutcome = (typeof HIT_OUTCOMES)[number];

/** An event that a policy under test speaks of. `why`: the brake, the other policy, or the reason. */
export const BacktestHit = record(
  { decision_id: id, case_id: id, at: instant, action: id, target: text({ max: 512 }), outcome: oneOf(HIT_OUTCOMES) },
  { why: sentence, label: oneOf(LABELS) },
);
export type BacktestHit = t.TypeOf<typeof BacktestHit>;

/** One policy that the set adds or changes, also in shadow: as if it were in force. Counts are of events. */
export const PolicyUnderTest = record({
  policy: id,
  change: oneOf(['added', 'changed']),
  mode: oneOf(MODES),
  role: described(oneOf(['proposes', 'judges', 'brakes']), '`brakes`: a limit or protected targets'),
  matched: number(),
  outcomes: record({
    act: number(),
    already: number(),
    brake: number(),
    ask: number(),
    deny: number(),
    hold: number(),
    outside: number(),
  }),
  brakes: described(list(record({ brake: id, count: number() }), 20), 'Which stop it, the most first'),
  right: described(number(), 'People agree: it was an attack where it would act, and none where it denies'),
  wrong: described(number(), 'Contradicted by what people said of it'),
  hits: described(list(BacktestHit, 50), 'Newest first; `matched` is how many there are in all'),
});
export type PolicyUnderTest = t.TypeOf<typeof PolicyUnderTest>;

/** What a set of policies would have decided on history, beside what was decided. Counts are of acts, unless said. */
export const BacktestReportView = record(
  {
    /** Decisions that were compared, those that differ, and those that needed facts that nobody had looked up. */
    decisions: number(),
    changed: number(),
    undecidable: number(),
    /** Decisions whose score another model made. */
    other_model: number(),
    permits_before: number(),
    permits_after: number(),
    newly_permitted: number(),
    no_longer_permitted: number(),
    verdicts_before: verdicts,
    verdicts_after: verdicts,
    moves: list(record({ before: verdict, after: verdict, count: number() }), 25),
    policies: list(
      record({
        policy: id,
        before: number(),
        after: number(),
        newly: number(),
        no_longer: number(),
        newly_right: number(),
        newly_wrong: number(),
      }),
      500,
    ),
    targets: list(record({ target: t.string, newly: number(), no_longer: number() }), 50),
    other_targets: number(),
    labels: list(
      record({
        label: oneOf([...LABELS, 'unlabelled'] as const),
        newly_permitted: number(),
        no_longer_permitted: number(),
      }),
      7,
    ),
    days: list(record({ day, before: number(), after: number() }), 400),
    limits: list(
      record({ limit: id, scope: id, most: t.union([number(), t.null]), peak: number(), breaches: number() }),
      200,
    ),
    largest_blast: t.union([record({ action: id, targets: number(), at: instant }), t.null]),
    examples: list(BacktestExample, 400),
  },
  {
    /** Of the decisions that were read: there may be none for much of the time that was asked for. */
    oldest: instant,
    newest: instant,
    under_test: described(
      list(PolicyUnderTest, 200),
      'Policies that differ from those in force, the most matched first; missing in results of earlier versions',
    ),
    under_test_total: described(number(), 'How many differ: more than 200 are not all listed'),
  },
);
export type BacktestReportView = t.TypeOf<typeof BacktestReportView>;

export const BACKTEST_SUBJECTS = ['candidate', 'drafts', 'in_force', 'sources'] as const;

/** One run, under way or over. `rate`: decisions a second. */
export const BacktestView = record(
  {
    /** Of the whole set of policies that was tried. */
    digest: id,
    of: oneOf(BACKTEST_SUBJECTS),
    state: oneOf(['running', 'done', 'cancelled', 'failed']),
    by: id,
    days: number(),
    from: instant,
    to: instant,
    started_at: instant,
    done: number(),
    total: number(),
    rate: number(),
    policies: number(),
  },
  {
    candidate_id: id,
    /** The version that was in force when it began; it is compared with what was decided until then. */
    base_version: number(),
    finished_at: instant,
    why: sentence,
    report: BacktestReportView,
  },
);
export type BacktestView = t.TypeOf<typeof BacktestView>;

/** What a release is measured by. */
export const ReleaseGateView = record(
  {
    rule: oneOf(['required', 'optional']),
    days: number(),
    /**
     * `fewer_days`: it passed, on fewer days than were asked for, since there are decisions of no more.
     * `no_history`: no decision says anything of it, and an approver has not said yet that there is none.
     */
    state: oneOf([
      'passed',
      'fewer_days',
      'first_release',
      'no_history',
      'missing',
      'stale',
      'running',
      'too_many_permits',
      'overridden',
    ]),
    /** True: as things are, a release is not refused for want of a backtest. */
    open: t.boolean,
    text: sentence,
  },
  {
    max_new_permits_percent: number(),
    /** `waits_for_second`: an unknown address had a hand in it, so another approver has to say the same. */
    override: record({ by: sentence, at: instant, reason: sentence }, { waits_for_second: t.boolean }),
  },
);
export type ReleaseGateView = t.TypeOf<typeof ReleaseGateView>;

const days = number({ min: 1, max: 400, integer: true });

export const startBacktest = route({
  method: 'post',
  path: `${BASE}/backtests`,
  summary: 'Try policies on stored decisions: a candidate, the drafts, what is in force, or given texts as a whole set',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record(
    { of: oneOf(BACKTEST_SUBJECTS) },
    {
      candidate_id: id,
      days,
      sources: list(text({ min: 1, max: 262_144 }), 5000),
      guards: list(record({ name: id, source: text({ min: 1, max: 262_144 }) }), 256),
    },
  ),
  answer: BacktestView,
  maxBytes: 16 * MIB,
});

export const listBacktests = route({
  method: 'get',
  path: `${BASE}/backtests`,
  summary: 'Backtests that run here, and those that were kept, without their reports',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, backtests: list(BacktestView, 100) }),
});

export const getBacktest = route({
  method: 'get',
  path: `${BASE}/backtests/{digest}`,
  summary: 'The backtest of a set of policies: its progress, or its result',
  access: 'read',
  params: record({ digest: id }),
  query: nothing,
  body: anything,
  answer: BacktestView,
});

export const cancelBacktest = route({
  method: 'post',
  path: `${BASE}/backtests/{digest}/cancel`,
  summary: 'Stop a backtest that runs here; by who started it, or by whoever may author or approve',
  access: 'read',
  params: record({ digest: id }),
  query: nothing,
  body: nothing,
  answer: BacktestView,
});

export const getCandidateBacktest = route({
  method: 'get',
  path: `${BASE}/policies/candidates/{candidate_id}/backtest`,
  summary: 'Whether a candidate may be released as far as backtests go, and its backtest',
  access: 'read',
  params: record({ candidate_id: id }),
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, gate: ReleaseGateView }, { backtest: BacktestView }),
});

export const overrideBacktest = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/backtest/override`,
  summary: 'Let a candidate be released without the backtest that is asked for, with a reason. Not by its author',
  access: 'approve',
  params: record({ candidate_id: id }),
  query: nothing,
  body: record({ reason: reasonText, digest: id }),
  answer: ReleaseGateView,
});

export const BACKTEST_ROUTES = {
  startBacktest,
  listBacktests,
  getBacktest,
  cancelBacktest,
  getCandidateBacktest,
  overrideBacktest,
} as const;
