import { iso } from '../../../../common/iso';
import type { BacktestExample } from '../../../../common/api/routes/backtest';
import type { Label } from '../../../../common/flow/feedback';
import type { Comparison } from './compare_decision';
import type { ComparedAct } from './compared_act';

/** Of each move from one verdict to another the youngest so many. */
const MOST_OF_A_MOVE = 12;
const MOST_ACTS = 8;
const MOST_LETTERS = 300;

/** What people see of an act; the rest is for counting. */
const short = (acts: readonly ComparedAct[]): BacktestExample['acts_before'] =>
  acts
    .slice(0, MOST_ACTS)
    .map(({ policy, action, target, result }) => ({ policy, action, target: target.slice(0, MOST_LETTERS), result }));

/** Keeps some changed decisions of each kind, so that a rare kind is not crowded out by a common one. */
export class Examples {
  private readonly byMove = new Map<string, BacktestExample[]>();

  add({ decision_id, case_id, at, before, after, ...rest }: Comparison): void {
    const example: BacktestExample = {
      decision_id,
      case_id,
      at: iso(at),
      before,
      after,
      acts_before: short(rest.acts_before),
      acts_after: short(rest.acts_after),
      undecidable: rest.undecidable,
      severity: rest.severity,
      summary: rest.summary.slice(0, MOST_LETTERS),
    };
    const move = `${before}\n${after}`;
    const kept = this.byMove.get(move) ?? [];
    kept.push(example);
    if (kept.length > MOST_OF_A_MOVE) kept.shift();
    this.byMove.set(move, kept);
  }

  /** What people said of it. */
  label(decisionId: string, label: Label): void {
    for (const kept of this.byMove.values()) {
      const at = kept.findIndex(({ decision_id }) => decision_id === decisionId);
      const example = kept[at];
      if (example) kept[at] = { ...example, label };
    }
  }

  /** Oldest first. */
  all(): BacktestExample[] {
    return [...this.byMove.values()].flat().sort((a, b) => (a.at < b.at ? -1 : 1));
  }
}
