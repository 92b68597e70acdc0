import { iso } from '../../../../common/iso';
import type { BacktestReportView } from '../../../../common/api/routes/backtest';
import { VERDICTS, type Verdict } from '../../../../common/flow/decision';
import type { Label } from '../../../../common/flow/feedback';
import type { CompiledPolicies } from '../../policy/compiled';
import { isChanged, permitsOf, type Tried } from './compare_decision';
import type { ComparedAct } from './compared_act';
import { Examples } from './examples';
import type { PoliciesUnderTest } from './policies_under_test';
import { LimitPeaks, type Population } from './limit_peaks';
import { DistinctWindow } from './window';

type PolicyTally = BacktestReportView['policies'][number];
type TargetTally = BacktestReportView['targets'][number];
type DayTally = BacktestReportView['days'][number];
type LabelTally = BacktestReportView['labels'][number];
type VerdictMove = BacktestReportView['moves'][number];

/** A decision whose event may have got a label since. */
export interface ToLabel {
  readonly case_id: string;
  readonly decision_id: string;
  readonly newly: readonly ComparedAct[];
  readonly gone: readonly ComparedAct[];
  /** Policies under test that spoke of it. */
  readonly tested: readonly string[];
}

const NO_VERDICTS = (): Record<Verdict, number> => ({ permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 });
const MOST_REPORTED = { targets: 50, policies: 500, limits: 200 };
const MOST_TARGETS = 20_000;
const HOUR_MS = 3_600_000;
const DAY_LETTERS = 10;

const RIGHT: ReadonlySet<string> = new Set<Label>(['true_positive']);
const WRONG: ReadonlySet<string> = new Set<Label>(['false_positive', 'benign', 'test']);

const known = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};

/**
 * Adds up comparisons, oldest first. What it keeps grows with policies, scopes and days, never with the decisions.
 */
export class BacktestSum {
  private readonly counts = {
    decisions: 0,
    changed: 0,
    undecidable: 0,
    other_model: 0,
    permits_before: 0,
    permits_after: 0,
    newly_permitted: 0,
    no_longer_permitted: 0,
    other_targets: 0,
  };
  private readonly verdictsBefore = NO_VERDICTS();
  private readonly verdictsAfter = NO_VERDICTS();
  private readonly moves = new Map<string, VerdictMove>();
  private readonly policies = new Map<string, PolicyTally>();
  private readonly targets = new Map<string, TargetTally>();
  private readonly labels = new Map<string, LabelTally>();
  private readonly days = new Map<string, DayTally>();
  private readonly limits: LimitPeaks;
  private readonly hours = new Map<string, DistinctWindow>();
  private readonly examples = new Examples();
  private blast: { action: string; targets: number; at: number } | undefined;
  private waiting: ToLabel[] = [];

  /**
   * @param populationOf of today: a limit in percent is judged by it
   * @param underTest what the policies that differ from those in force would have done
   */
  constructor(
    { limits }: Pick<CompiledPolicies, 'limits'>,
    populationOf: Population,
    private readonly underTest: PoliciesUnderTest,
  ) {
    this.limits = new LimitPeaks(limits, populationOf);
  }

  add(comparison: Tried): void {
    const { before, after, at } = comparison;
    const { had, has, newly, gone } = permitsOf(comparison);
    const { counts } = this;
    counts.decisions += 1;
    if (comparison.undecidable) counts.undecidable += 1;
    if (comparison.other_model) counts.other_model += 1;
    counts.permits_before += had.length;
    counts.permits_after += has.length;
    counts.newly_permitted += newly.length;
    counts.no_longer_permitted += gone.length;
    this.verdictsBefore[before] += 1;
    this.verdictsAfter[after] += 1;
    known(this.moves, `${before}\n${after}`, () => ({ before, after, count: 0 })).count += 1;
    for (const { policy } of had) this.policy(policy).before += 1;
    for (const { policy } of has) this.policy(policy).after += 1;
    for (const act of newly) this.noteChange(act, 'newly');
    for (const act of gone) this.noteChange(act, 'no_longer');
    if (had.length + has.length > 0) this.countDay(at, had.length, has.length);
    // A review starts nothing: the effect of its case is there already.
    if (!comparison.review) for (const act of has) this.start(at, act);
    const tested = this.underTest.add(comparison);
    if (isChanged(comparison)) {
      counts.changed += 1;
      this.examples.add(comparison);
    }
    if (newly.length + gone.length + tested.length > 0) {
      const { case_id, decision_id } = comparison;
      this.waiting.push({ case_id, decision_id, newly, gone, tested });
    }
  }

  /** Decisions with changed permits, or of which a policy under test spoke: each is handed out once for its label. */
  get unlabelled(): number {
    return this.waiting.length;
  }
  takeUnlabelled(): readonly ToLabel[] {
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  /** @param label what people said last of the case */
  addLabel({ case_id, decision_id, newly, gone, tested }: ToLabel, label: Label | undefined): void {
    if (label !== undefined) this.underTest.addLabel(case_id, tested, label);
    if (newly.length + gone.length === 0) return;
    const name = label ?? 'unlabelled';
    const tally = known(this.labels, name, () => ({ label: name, newly_permitted: 0, no_longer_permitted: 0 }));
    tally.newly_permitted += newly.length;
    tally.no_longer_permitted += gone.length;
    for (const { policy } of newly) {
      if (RIGHT.has(name)) this.policy(policy).newly_right += 1;
      if (WRONG.has(name)) this.policy(policy).newly_wrong += 1;
    }
    if (label !== undefined) this.examples.label(decision_id, label);
  }

  report(): BacktestReportView {
    const change = ({ newly, no_longer }: { newly: number; no_longer: number }): number => newly + no_longer;
    const byChange = <Tally extends { newly: number; no_longer: number }>(
      tallies: Map<string, Tally>,
      most: number,
    ): Tally[] => [...tallies.values()].sort((a, b) => change(b) - change(a)).slice(0, most);
    return {
      ...this.counts,
      verdicts_before: { ...this.verdictsBefore },
      verdicts_after: { ...this.verdictsAfter },
      moves: VERDICTS.flatMap((before) => VERDICTS.flatMap((after) => this.moves.get(`${before}\n${after}`) ?? [])),
      policies: byChange(this.policies, MOST_REPORTED.policies),
      targets: byChange(this.targets, MOST_REPORTED.targets),
      labels: [...this.labels.values()],
      days: [...this.days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
      limits: this.limits.report().slice(0, MOST_REPORTED.limits),
      largest_blast: this.blast ? { ...this.blast, at: iso(this.blast.at) } : null,
      examples: this.examples.all(),
      ...this.underTest.views(),
    };
  }

  private policy(policy: string): PolicyTally {
    return known(this.policies, policy, () => ({
      policy,
      before: 0,
      after: 0,
      newly: 0,
      no_longer: 0,
      newly_right: 0,
      newly_wrong: 0,
    }));
  }

  private noteChange(act: ComparedAct, change: 'newly' | 'no_longer'): void {
    this.policy(act.policy)[change] += 1;
    if (this.targets.size >= MOST_TARGETS && !this.targets.has(act.thing)) {
      this.counts.other_targets += 1;
      return;
    }
    known(this.targets, act.thing, () => ({ target: act.target, newly: 0, no_longer: 0 }))[change] += 1;
  }

  private countDay(at: number, had: number, has: number): void {
    const day = iso(at).slice(0, DAY_LETTERS);
    const tally = known(this.days, day, () => ({ day, before: 0, after: 0 }));
    tally.before += had;
    tally.after += has;
  }

  private start(at: number, act: ComparedAct): void {
    const targets = known(this.hours, act.action, () => new DistinctWindow(HOUR_MS)).add(at, act.thing);
    if (targets > (this.blast?.targets ?? 0)) this.blast = { action: act.action, targets, at };
    this.limits.add(at, act);
  }
}
