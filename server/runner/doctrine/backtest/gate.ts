import { present } from '../../../../common/present';
import type { AgentWith, WritingAgent } from '../../agent/views';
import { versionInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { BacktestView, ReleaseGateView } from '../../../../common/api/routes/backtest';
import { err, ok, type Result } from '../../../../common/result';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { isByUnknown, isOwnWork } from '../../record/four_eyes';
import { mayBeSamePerson } from '../../record/person';
import { keptBacktest, keptOverride, keepOverride } from './kept';
import type { BacktestOverride } from '../../keeping/kinds/policies';

const DAY_MS = 86_400_000;

/** What has to be there before a candidate is released. */
export interface ReleaseRules {
  /** `required`: a backtest of exactly these policies, unless there is no history or an approver overrides it. */
  readonly backtest: 'required' | 'optional';
  readonly days: number;
  /** A result of more days ago does not count any more. */
  readonly maxAgeDays: number;
  /** More newly permitted acts than this share of the decisions, in percent, take an approver's override. */
  readonly maxNewPermitsPercent?: number;
}

/** A release does not wait. That there are decisions of fewer days only time can mend. */
const PASSED: ReadonlySet<ReleaseGateView['state']> = new Set(['passed', 'fewer_days', 'first_release'] as const);

interface Judged {
  readonly state: ReleaseGateView['state'];
  readonly text: string;
}

/** Whether anything was decided: within some days, or ever. */
const hasHistory = async ({ parts }: AgentWith<'clock' | 'evidence'>, days?: number): Promise<boolean> => {
  const from = days === undefined ? {} : { from: iso(parts.clock.utc() - days * DAY_MS) };
  return (
    (await parts.evidence.find({ family: 'decisions', where: { effectless: false }, ...from, limit: 1 })).total > 0
  );
};

/**
 * No decision says anything of these policies. The first release that people make on a cluster that never decided
 * anything passes, or nothing could ever begin; from then on an approver says so by name.
 */
const withoutHistory = async (agent: AgentWith<'bundles' | 'clock' | 'evidence'>, text: string): Promise<Judged> =>
  versionInForce(agent) <= 1 && !(await hasHistory(agent))
    ? { state: 'first_release', text: 'first release: nothing was ever decided here' }
    : { state: 'no_history', text: `${text}; an approver has to say that there is no history yet` };

/** Why a result says nothing of today any more, or undefined. */
const whyStale = (
  agent: AgentWith<'bundles' | 'clock'>,
  { finished_at, base_version }: BacktestView,
  rules: ReleaseRules,
): string | undefined => {
  const inForce = versionInForce(agent);
  if (base_version !== inForce)
    return `its backtest was made while version ${base_version ?? 'unknown'} was in force, and now it is version ${inForce}`;
  const age = agent.parts.clock.utc() - Date.parse(finished_at ?? '');
  return age <= rules.maxAgeDays * DAY_MS
    ? undefined
    : `its backtest is older than ${rules.maxAgeDays} days (${finished_at ?? 'unknown'})`;
};

/** Whole days at the start of what was asked for of which there is no decision. */
const daysMissing = ({ from, report }: BacktestView): number => {
  const oldest = report?.oldest;
  return oldest === undefined ? 0 : Math.max(0, Math.floor((Date.parse(oldest) - Date.parse(from)) / DAY_MS));
};

const judge = (view: BacktestView, rules: ReleaseRules): Judged => {
  const { report, days } = view;
  const { decisions, newly_permitted } = report ?? { decisions: 0, newly_permitted: 0 };
  const percent = decisions === 0 ? 0 : (newly_permitted / decisions) * 100;
  const most = rules.maxNewPermitsPercent;
  if (most !== undefined && percent > most) {
    return {
      state: 'too_many_permits',
      text: `the backtest permits ${percent.toFixed(1)} % more than was permitted, and at most ${most} % may be new`,
    };
  }
  const missing = daysMissing(view);
  return missing === 0
    ? { state: 'passed', text: `tried on ${decisions} decisions of ${days} days` }
    : {
        state: 'fewer_days',
        text: `tried on ${decisions} decisions of fewer days than asked: ${missing} of the ${days} days have none`,
      };
};

const judgeCandidate = async (
  agent: AgentWith<'bundles' | 'clock' | 'evidence' | 'store'>,
  rules: ReleaseRules,
  digest: string,
  running: boolean,
): Promise<Judged> => {
  const kept = await keptBacktest(agent, digest);
  const done = kept?.state === 'done' && kept.days >= rules.days ? kept : undefined;
  const stale = done && whyStale(agent, done, rules);
  if (done && stale === undefined) {
    return (done.report?.decisions ?? 0) > 0
      ? judge(done, rules)
      : withoutHistory(agent, `its backtest found no decision in ${done.days} days`);
  }
  if (running) return { state: 'running', text: 'its backtest is still running' };
  if (!(await hasHistory(agent, rules.days)))
    return withoutHistory(agent, `nothing was decided in the last ${rules.days} days`);
  if (stale !== undefined) return { state: 'stale', text: `${stale}: run it again, or let an approver override it` };
  return {
    state: 'missing',
    text: `it was not tried on the decisions of the last ${rules.days} days yet: run its backtest, or let an approver override it`,
  };
};

/** Where nobody knows who wrote it, one person's word is nobody's: another one has to say the same. */
const isWhole = ({ waits_for_second }: Pick<BacktestOverride, 'waits_for_second'>): boolean =>
  waits_for_second !== true;

const overridden = ({ text }: Judged, { by, reason }: BacktestOverride): Judged => ({
  state: 'overridden',
  text: `${text}; ${by} overrode it: ${reason}`,
});

/**
 * Whether a set of policies may be released, as far as backtests go.
 *
 * @param running its backtest is under way
 */
export const releaseGate = async (
  agent: AgentWith<'bundles' | 'clock' | 'evidence' | 'store'>,
  rules: ReleaseRules,
  { digest }: { readonly digest: string },
  running = false,
): Promise<ReleaseGateView> => {
  const [judged, override] = await Promise.all([
    judgeCandidate(agent, rules, digest, running),
    keptOverride(agent, digest),
  ]);
  const passed = PASSED.has(judged.state);
  const counts = override !== undefined && isWhole(override);
  return {
    rule: rules.backtest,
    days: rules.days,
    ...(!passed && counts ? overridden(judged, override) : judged),
    open: passed || counts || rules.backtest === 'optional',
    ...present({ max_new_permits_percent: rules.maxNewPermitsPercent, override }),
  };
};

interface Overridden {
  readonly id: string;
  readonly digest: string;
  readonly author: string;
  readonly writers: readonly string[];
  readonly unknown_writers?: readonly string[];
}

interface OverrideWord {
  readonly by: string;
  readonly singleUser: boolean;
  readonly reason: string;
  readonly digest: string;
}

/** One person's word; where an unknown address had a hand in it, another one has to join in. */
const joined = (
  before: BacktestOverride | undefined,
  {
    by,
    reason,
    at,
    isByNobodyKnown,
  }: Omit<BacktestOverride, 'waits_for_second'> & { readonly isByNobodyKnown: boolean },
): BacktestOverride => {
  if (!isByNobodyKnown) return { by, reason, at };
  if (before === undefined) return { by, reason, at, waits_for_second: true };
  // What two people said is not undone by a third who says the same.
  if (isWhole(before)) return before;
  if (mayBeSamePerson(before.by, by)) return { by, reason, at, waits_for_second: true };
  return { by: `${before.by}, ${by}`, reason: `${before.reason}; ${reason}`, at };
};

const WAITS = 'somebody else has to say the same: an unknown address had a hand in it';

/**
 * An approver lets a set of policies be released although its backtest is missing, old, of nothing, or says too much.
 * It is no approval, and not theirs to say who wrote any of it.
 */
export const overrideGate = async (
  agent: WritingAgent,
  candidate: Overridden,
  word: OverrideWord,
): Promise<Result<true, Refusal>> => {
  const { by, singleUser, reason, digest } = word;
  if (!agent.shift) return err(NOT_JOINED);
  if (candidate.digest !== digest)
    return err(refusal('changed', 'what you saw is not what would be released; look again'));
  // INVARIANT (INV-10): nobody lets their own change pass.
  const isOwn = isOwnWork(candidate, by);
  if (isOwn && !singleUser) return err(refusal('not_four_eyes', 'nobody overrides the backtest of their own change'));
  const isByNobodyKnown = isByUnknown(candidate) && !singleUser;
  const at = iso(agent.parts.clock.utc());
  const object = { type: 'candidate', id: candidate.id };
  const entry = { verb: 'override_backtest', by, object, digest, four_eyes: !isOwn, text: reason };
  await keepOverride(agent, digest, (before) => {
    const override = joined(before, { by, reason, at, isByNobodyKnown });
    return { override, entry: isWhole(override) ? entry : { ...entry, outcome: WAITS } };
  });
  return ok(true);
};
