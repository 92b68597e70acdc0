import type { BacktestView, ReleaseGateView } from '../../../common/api/routes/backtest';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent';
import { audit } from '../operations/audit';
import { NOT_JOINED, refusal, type Refusal } from '../operations/refusal';
import { isoOf } from '../shift_parts';
import { keptBacktest, keptOverride, keepOverride } from './kept';

const DAY_MS = 86_400_000;

/** What has to be there before a candidate is released. */
export interface ReleaseRules {
  /** `required`: a backtest of exactly these policies, unless there is no history or an approver overrides it. */
  readonly backtest: 'required' | 'optional';
  readonly days: number;
  /** More newly permitted acts than this share of the decisions, in percent, take an approver's override. */
  readonly maxNewPermitsPercent?: number;
}

interface Judged {
  readonly state: ReleaseGateView['state'];
  readonly text: string;
}

const hasHistory = async ({ parts }: Agent, days: number): Promise<boolean> => {
  const from = new Date(parts.clock.utc() - days * DAY_MS).toISOString();
  return (await parts.evidence.find({ family: 'decisions', where: { effectless: false }, from, limit: 1 })).total > 0;
};

const judge = ({ report, days }: BacktestView, rules: ReleaseRules): Judged => {
  const { decisions, newly_permitted } = report ?? { decisions: 0, newly_permitted: 0 };
  const percent = decisions === 0 ? 0 : (newly_permitted / decisions) * 100;
  const most = rules.maxNewPermitsPercent;
  if (most !== undefined && percent > most) {
    return {
      state: 'too_many_permits',
      text: `the backtest permits ${percent.toFixed(1)} % more than was permitted, and at most ${most} % may be new`,
    };
  }
  return { state: 'passed', text: `tried on ${decisions} decisions of ${days} days` };
};

const judgeCandidate = async (agent: Agent, rules: ReleaseRules, digest: string, running: boolean): Promise<Judged> => {
  const kept = await keptBacktest(agent, digest);
  if (kept?.state === 'done' && kept.days >= rules.days) return judge(kept, rules);
  if (running) return { state: 'running', text: 'its backtest is still running' };
  if (!(await hasHistory(agent, rules.days)))
    return { state: 'no_history', text: `no history: nothing was decided in the last ${rules.days} days` };
  return {
    state: 'missing',
    text: `it was not tried on the decisions of the last ${rules.days} days yet: run its backtest, or let an approver override it`,
  };
};

/**
 * Whether a set of policies may be released, as far as backtests go.
 *
 * @param running its backtest is under way
 */
export const releaseGate = async (
  agent: Agent,
  rules: ReleaseRules,
  { digest }: { readonly digest: string },
  running = false,
): Promise<ReleaseGateView> => {
  const [judged, override] = await Promise.all([
    judgeCandidate(agent, rules, digest, running),
    keptOverride(agent, digest),
  ]);
  const passed = judged.state === 'passed' || judged.state === 'no_history';
  return {
    rule: rules.backtest,
    days: rules.days,
    ...(!passed && override ? { state: 'overridden', text: `${judged.text}; ${override.by} overrode it` } : judged),
    open: passed || override !== undefined || rules.backtest === 'optional',
    ...(rules.maxNewPermitsPercent === undefined ? {} : { max_new_permits_percent: rules.maxNewPermitsPercent }),
    ...(override ? { override } : {}),
  };
};

/** An approver lets a set of policies be released although its backtest is missing or says too much. */
export const overrideGate = async (
  agent: Agent,
  candidate: {
    readonly id: string;
    readonly digest: string;
    readonly author: string;
    readonly writers: readonly string[];
  },
  word: {
    readonly by: string;
    readonly singleUser: boolean;
    readonly reason: string;
    readonly digest: string;
  },
): Promise<Result<true, Refusal>> => {
  const { by, singleUser, reason, digest } = word;
  if (!agent.shift) return err(NOT_JOINED);
  if (candidate.digest !== digest)
    return err(refusal('changed', 'what you saw is not what would be released; look again'));
  // INVARIANT (INV-10): nobody lets their own change pass.
  const isOwn = candidate.author === by || candidate.writers.includes(by);
  if (isOwn && !singleUser) return err(refusal('not_four_eyes', 'nobody overrides the backtest of their own change'));
  await keepOverride(agent, digest, { by, reason, at: isoOf(agent.parts.clock) });
  await audit(agent, {
    verb: 'override_backtest',
    by,
    object: { type: 'candidate', id: candidate.id },
    digest,
    four_eyes: !isOwn,
    text: reason,
  });
  return ok(true);
};
