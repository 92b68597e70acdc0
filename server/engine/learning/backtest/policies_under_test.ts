import type { BacktestHit, HitOutcome, PolicyUnderTest } from '../../../../common/api/routes/backtest';
import type { Label } from '../../../../common/flow/feedback';
import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import { wordOfLabel } from '../peoples_words';
import type { Braked, BrakeTrial } from './brake_trial';
import type { Tried } from './compare_decision';
import type { ComparedAct } from './compared_act';
import type { TestedAct } from './tested_acts';

/** A policy that differs from the one in force. */
export type PolicyChange = Pick<PolicyUnderTest, 'policy' | 'change' | 'mode' | 'role'>;

const NO_OUTCOMES = (): Record<HitOutcome, number> => ({
  act: 0,
  already: 0,
  brake: 0,
  ask: 0,
  deny: 0,
  hold: 0,
  outside: 0,
});

/** Events that are listed: of one policy, and of all of them. */
const MOST_HITS = { each: 50, all: 1_000, least: 5 };
/** Cases of one policy that are told apart; of more one may count twice. */
const MOST_CASES = 20_000;
const MOST_POLICIES = 200;
const MOST_BRAKES = 20;
const MOST_LETTERS = 300;

/** What became of an event, and what was counted for it. */
interface Came {
  readonly outcome: HitOutcome;
  readonly why?: string;
  readonly brake?: string;
  /** What people said was counted. */
  readonly word?: 'right' | 'wrong';
}

class Tally {
  private readonly outcomes = NO_OUTCOMES();
  private readonly brakes = new Map<string, number>();
  private readonly cases = new Map<string, Came>();
  private hits: BacktestHit[] = [];
  private matched = 0;
  private readonly said = { right: 0, wrong: 0 };

  constructor(
    private readonly change: PolicyChange,
    private readonly mostHits: number,
  ) {}

  /** A case counts once, as it was decided last. */
  add({ case_id, decision_id, at }: Tried, act: ComparedAct, came: Came): void {
    const before = this.cases.get(case_id);
    if (before) this.count(before, -1);
    this.count(came, 1);
    if (before || this.cases.size < MOST_CASES) this.cases.set(case_id, came);
    this.hits = this.hits.filter((hit) => hit.case_id !== case_id);
    this.hits.push({
      decision_id,
      case_id,
      at: iso(at),
      action: act.action,
      target: act.target.slice(0, MOST_LETTERS),
      outcome: came.outcome,
      ...present({ why: came.why?.slice(0, MOST_LETTERS) }),
    });
    if (this.hits.length > this.mostHits) this.hits.shift();
  }

  addLabel(caseId: string, label: Label): void {
    this.hits = this.hits.map((hit) => (hit.case_id === caseId ? { ...hit, label } : hit));
    const came = this.cases.get(caseId);
    const word = came && this.judged(came.outcome, label);
    if (came === undefined || word === undefined || came.word !== undefined) return;
    this.said[word] += 1;
    this.cases.set(caseId, { ...came, word });
  }

  view(): PolicyUnderTest {
    const brakes = [...this.brakes].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
    return {
      ...this.change,
      matched: this.matched,
      outcomes: { ...this.outcomes },
      brakes: brakes.slice(0, MOST_BRAKES).map(([brake, count]) => ({ brake, count })),
      ...this.said,
      hits: [...this.hits].reverse(),
    };
  }

  private count({ outcome, brake, word }: Came, by: 1 | -1): void {
    this.matched += by;
    this.outcomes[outcome] += by;
    if (brake !== undefined) this.brakes.set(brake, (this.brakes.get(brake) ?? 0) + by);
    if (word !== undefined) this.said[word] += by;
  }

  /** Whether people agree; nothing where it leaves the act to a person, or to its brakes. */
  private judged(outcome: HitOutcome, label: Label): 'right' | 'wrong' | undefined {
    const word = wordOfLabel(label);
    if (word === undefined) return undefined;
    if (this.change.role === 'proposes') return outcome === 'act' || outcome === 'already' ? word : undefined;
    if (this.change.role === 'brakes' || outcome !== 'deny') return undefined;
    return word === 'wrong' ? 'right' : 'wrong';
  }
}

/**
 * What each policy that a set adds or changes would have done, as if all of them had been in force, also those in
 * shadow. It keeps a bounded part of what it sees.
 */
export class PoliciesUnderTest {
  private readonly tallies: ReadonlyMap<string, Tally>;

  constructor(
    private readonly changes: readonly PolicyChange[],
    private readonly brakes: BrakeTrial,
  ) {
    const share = Math.floor(MOST_HITS.all / Math.max(1, changes.length));
    const each = Math.max(MOST_HITS.least, Math.min(MOST_HITS.each, share));
    this.tallies = new Map(changes.map((change) => [change.policy, new Tally(change, each)]));
  }

  /** Oldest first. @returns the policies under test that spoke of it */
  add(tried: Tried): readonly string[] {
    // A review starts nothing: it asks whether what is in effect stays.
    if (tried.review) return [];
    const spoke = new Set<string>();
    const note = (policy: string, act: ComparedAct, came: Came): void => {
      const tally = this.tallies.get(policy);
      if (tally === undefined) return;
      tally.add(tried, act, came);
      spoke.add(policy);
    };
    const braked = (act: ComparedAct, by: Braked | undefined): void => {
      if (by) note(by.brake, act, { outcome: 'brake', ...present({ why: by.text }) });
    };
    tried.acts_after.forEach((act, index) => {
      const target = tried.targets_after[index];
      // What a policy under test proposes is followed below, with its outcome.
      if (act.result !== 'permit' || target === undefined || this.tallies.has(act.policy)) return;
      braked(act, this.brakes.start(tried, act, target));
    });
    for (const tested of tried.tested) {
      const came = tested.role === 'judges' ? ofJudge(tested) : this.ofProposal(tried, tested, braked);
      note(tested.policy, tested.act, came);
    }
    return [...spoke];
  }

  addLabel(caseId: string, policies: readonly string[], label: Label): void {
    for (const policy of policies) this.tallies.get(policy)?.addLabel(caseId, label);
  }

  /** The most matched first. */
  views(): { readonly under_test: PolicyUnderTest[]; readonly under_test_total: number } {
    const all = [...this.tallies.values()].map((tally) => tally.view()).sort((a, b) => b.matched - a.matched);
    return { under_test: all.slice(0, MOST_POLICIES), under_test_total: this.changes.length };
  }

  private ofProposal(
    tried: Tried,
    { policy, result, act, target, why }: TestedAct,
    braked: (act: ComparedAct, by: Braked | undefined) => void,
  ): Came {
    switch (result) {
      case 'escalate':
        return { outcome: 'ask', ...present({ why }) };
      case 'deny':
      case 'hold':
      case 'outside':
        return { outcome: result, ...present({ why }) };
      case 'permit': {
        const other = tried.acts_before.find(
          (each) =>
            each.result === 'permit' &&
            each.policy !== policy &&
            each.action === act.action &&
            each.thing === act.thing,
        );
        if (other) return { outcome: 'already', why: other.policy };
        const by = this.brakes.start(tried, act, target);
        braked(act, by);
        return by ? { outcome: 'brake', brake: by.brake, why: by.text ?? by.brake } : { outcome: 'act' };
      }
    }
  }
}

const ofJudge = ({ result, why }: TestedAct): Came => ({
  outcome: result === 'deny' ? 'deny' : 'ask',
  ...present({ why }),
});
