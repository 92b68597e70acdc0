import type { ComparisonView } from '../../../common/api/routes/comparison';
import type { Act, DecisionRecord } from '../../../common/flow/decision';
import type { PeoplesWord } from './peoples_words';

type Tally = ComparisonView['policies'][number];
type Arm = Tally['arm'];

const MOST_EXAMPLES = 10;
const MOST_LETTERS = 300;

/** In shadow as a whole, outside the targets that it is rolled out to, or in force. */
const armOf = ({ shadow, reasons }: Act): Arm => {
  if (!shadow) return 'in_force';
  return reasons.some(({ code }) => code === 'outside_rollout') ? 'outside_rollout' : 'shadow';
};

/**
 * What policies would have decided beside what people did: an act that is permitted agrees with people who acted or
 * called the event an attack, one that is denied with people who did not. What is left to a person is counted and
 * agrees with nobody. A case counts once for each policy, as it was decided last.
 */
export class ShadowComparison {
  private readonly latest = new Map<string, { readonly record: DecisionRecord; readonly act: Act }>();

  /** @param arms which acts are looked at */
  constructor(private readonly wants: (policy: string, arm: Arm) => boolean) {}

  /** Oldest first. */
  add(record: DecisionRecord): void {
    const { effectless, inputs } = record.decision;
    // A review asks whether an effect stays; what people did is beside the decision that it came from.
    if (effectless === true || inputs.review === true) return;
    for (const act of record.decision.acts) {
      if (this.wants(act.policy.id, armOf(act)))
        this.latest.set(`${act.policy.id}\n${armOf(act)}\n${record.decision.case_id}`, { record, act });
    }
  }

  /** @param wordOf what people made of a case, if anything */
  report(wordOf: (caseId: string) => PeoplesWord | undefined): readonly Tally[] {
    const tallies = new Map<string, Tally>();
    for (const { record, act } of this.latest.values()) {
      const arm = armOf(act);
      const key = `${act.policy.id}\n${arm}`;
      const tally = tallies.get(key) ?? noTally(act.policy.id, arm);
      tallies.set(key, tally);
      tally.cases += 1;
      tally[act.result] += 1;
      const word = wordOf(record.decision.case_id);
      if (word === undefined || act.result === 'escalate') continue;
      tally.judged += 1;
      if ((act.result === 'permit') === (word === 'right')) tally.same += 1;
      else differs(tally, record, act, word);
    }
    return [...tallies.values()].sort((a, b) => b.cases - a.cases || (a.policy < b.policy ? -1 : 1));
  }
}

const noTally = (policy: string, arm: Arm): Tally => ({
  policy,
  arm,
  cases: 0,
  permit: 0,
  escalate: 0,
  deny: 0,
  judged: 0,
  same: 0,
  differ: [],
});

const differs = (
  tally: Tally,
  { decision }: DecisionRecord,
  { target, action, result }: Act,
  word: PeoplesWord,
): void => {
  tally.differ.push({
    decision_id: decision.decision_id,
    at: decision.decided_at,
    action,
    target: target.value.slice(0, MOST_LETTERS),
    would: result,
    people: word,
  });
  if (tally.differ.length > MOST_EXAMPLES) tally.differ.shift();
};
