import { recordOf } from '../../record/records';
import type { BacktestReportView } from '../../../../common/api/routes/backtest';
import type { Label } from '../../../../common/flow/feedback';
import type { Lookups } from '../../../engine/decision/lookups';
import type { Model } from '../../../engine/decision/model';
import { present } from '../../../../common/present';
import type { ScopeFacts } from '../../../engine/brakes/clear';
import { BrakeTrial } from '../../../engine/learning/backtest/brake_trial';
import { PoliciesUnderTest, type PolicyChange } from '../../../engine/learning/backtest/policies_under_test';
import { BacktestSum, type ToLabel } from '../../../engine/learning/backtest/backtest_sum';
import { compareDecision } from '../../../engine/learning/backtest/compare_decision';
import type { Population } from '../../../engine/learning/backtest/limit_peaks';
import type { CompiledPolicies } from '../../../engine/policy/compiled';
import type { Clock, EvidenceLog } from '../../ports';
import { brakeFactsOf } from './brake_facts';

/** After so much work in one go others get a turn, ms: an alert that comes meanwhile waits no longer. */
const SLICE_MS = 8;
const TURN_MS = 1;
/** Cases that are asked about in one query. */
const LABELS_AT_ONCE = 500;
const MOST_FEEDBACK = 10_000;

interface BacktestWorld {
  readonly evidence: Pick<EvidenceLog, 'scan' | 'find'>;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly model: Model;
  readonly populationOf: Population;
  /** Who is who, and what has which task, as the inventory is today. */
  readonly scopes: ScopeFacts;
  /** Asks the candidate's Rego guards. */
  readonly guard?: Lookups['guard'];
}

interface BacktestOrder {
  readonly candidate: CompiledPolicies;
  /** Where it differs from what is in force. */
  readonly changes: readonly PolicyChange[];
  /** UTC; from inclusive, to exclusive. */
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  /** Told how many decisions were compared, now and then. */
  readonly tell: (done: number) => void;
}

/** What people said last of each case. */
const labelsOf = async (
  { evidence }: Pick<BacktestWorld, 'evidence'>,
  cases: readonly string[],
): Promise<ReadonlyMap<string, Label>> => {
  const labels = new Map<string, Label>();
  const found = await evidence.find({
    family: 'feedback',
    where: { case_id: [...new Set(cases)] },
    order: 'oldest',
    limit: MOST_FEEDBACK,
  });
  for (const { body } of found.entries) {
    const { feedback } = recordOf('feedback', body);
    if (feedback?.label !== undefined) labels.set(feedback.case_id, feedback.label);
  }
  return labels;
};

const addLabels = async (world: BacktestWorld, sum: BacktestSum, waiting: readonly ToLabel[]): Promise<void> => {
  if (waiting.length === 0) return;
  const labels = await labelsOf(
    world,
    waiting.map(({ case_id }) => case_id),
  );
  for (const each of waiting) sum.addLabel(each, labels.get(each.case_id));
};

/**
 * Tries policies on stored decisions, oldest first and page by page; nothing is kept of a page once it is added up.
 * Answers to askers are left out: they were never to be executed.
 *
 * @returns undefined if it was cancelled
 */
export const runBacktest = async (
  world: BacktestWorld,
  order: BacktestOrder,
): Promise<BacktestReportView | undefined> => {
  const { evidence, clock, model, populationOf, scopes, guard } = world;
  const { candidate, changes, from, to, signal, tell } = order;
  const brakes = new BrakeTrial(candidate, populationOf, brakeFactsOf(candidate, scopes));
  const sum = new BacktestSum(candidate, populationOf, new PoliciesUnderTest(changes, brakes));
  const changed = new Set(changes.map(({ policy }) => policy));
  const deciders = { bundle: candidate, model, tests: (policy: string) => changed.has(policy), ...present({ guard }) };
  let done = 0;
  let began = clock.monotonic();
  let oldest: string | undefined;
  let newest: string | undefined;
  for await (const { at, body } of evidence.scan({ family: 'decisions', where: { effectless: false }, from, to })) {
    if (signal.aborted) return undefined;
    const record = recordOf('decisions', body);
    done += 1;
    oldest ??= at;
    newest = at;
    if (record.decision.effectless !== true) sum.add(compareDecision(record, deciders));
    if (sum.unlabelled >= LABELS_AT_ONCE) await addLabels(world, sum, sum.takeUnlabelled());
    if (clock.monotonic() - began < SLICE_MS) continue;
    tell(done);
    await clock.sleep(TURN_MS);
    began = clock.monotonic();
  }
  await addLabels(world, sum, sum.takeUnlabelled());
  tell(done);
  if (signal.aborted) return undefined;
  return { ...sum.report(), ...(oldest !== undefined && newest !== undefined ? { oldest, newest } : {}) };
};
