import type { GrantPreviewView } from '../../../../common/api/routes/grants';
import { voiceIn } from '../../../../common/flow/claims';
import { VERDICTS, type DecisionRecord, type Verdict } from '../../../../common/flow/decision';
import { VOICE_FIELDS, type Origin, type Voice, type VoiceField } from '../../../../common/flow/voice';
import { iso } from '../../../../common/iso';
import { digestOf } from '../../digest/digest';
import { isChanged, permitsOf, type Again, type Comparison } from '../backtest/compare_decision';
import type { ComparedAct } from '../backtest/compared_act';

type Example = GrantPreviewView['examples'][number];

/** Of each move from one verdict to another the youngest so many. */
const MOST_OF_A_MOVE = 6;
const MOST_ACTS = 8;
const MOST_LETTERS = 300;

const NO_VERDICTS = (): Record<Verdict, number> => ({ permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 });

/** A stored decision, made again as its event counted, and as it would count. */
export interface GrantComparison {
  readonly record: DecisionRecord;
  /** The same event with what would count of it. */
  readonly given: DecisionRecord['event'];
  readonly before: Again;
  readonly after: Again;
}

const acts = (compared: readonly ComparedAct[]): Example['acts_before'] =>
  compared.slice(0, MOST_ACTS).map(({ action, target, result, policy }) => ({
    policy,
    action,
    target: target.slice(0, MOST_LETTERS),
    result,
  }));

/** Fields that had one origin and would have the other. */
const moved = (before: Voice, after: Voice, [from, to]: readonly [Origin, Origin]): VoiceField[] =>
  VOICE_FIELDS.filter((field) => before.origins[field] === from && after.origins[field] === to);

const whatCounts = ({ origins, counts, tags_left, domain }: Voice): string =>
  digestOf([origins, counts ?? null, tags_left ?? [], domain ?? null]);

/** As backtests compare; both sides were decided again. */
const comparisonOf = ({ record: { event, decision }, before, after }: GrantComparison): Comparison => ({
  decision_id: decision.decision_id,
  case_id: decision.case_id,
  at: Date.parse(decision.decided_at),
  before: before.verdict,
  after: after.verdict,
  acts_before: before.acts,
  acts_after: after.acts,
  undecidable: before.undecidable || after.undecidable,
  other_model: false,
  review: decision.inputs.review === true,
  severity: event.event.severity,
  summary: decision.summary,
});

/** Adds up what a grant would have meant, youngest decision first. */
export class GrantSum {
  private readonly counts = {
    decisions: 0,
    changed: 0,
    undecidable: 0,
    newly_permitted: 0,
    no_longer_permitted: 0,
    score_raised: 0,
    score_lowered: 0,
  };
  private readonly seen = new Set<string>();
  private readonly otherwise = new Set<string>();
  private readonly fields = new Map<VoiceField, { granted: number; claimed: number }>();
  private readonly verdictsBefore = NO_VERDICTS();
  private readonly verdictsAfter = NO_VERDICTS();
  private readonly moves = new Map<string, { before: Verdict; after: Verdict; count: number; examples: Example[] }>();

  add(compared: GrantComparison): void {
    const { record, given, before, after } = compared;
    const comparison = comparisonOf(compared);
    const { newly, gone } = permitsOf(comparison);
    const { counts } = this;
    counts.decisions += 1;
    if (comparison.undecidable) counts.undecidable += 1;
    counts.newly_permitted += newly.length;
    counts.no_longer_permitted += gone.length;
    if (after.score > before.score) counts.score_raised += 1;
    if (after.score < before.score) counts.score_lowered += 1;
    this.verdictsBefore[before.verdict] += 1;
    this.verdictsAfter[after.verdict] += 1;
    this.noteEvent(record.event.case_id, voiceIn(record.event), voiceIn(given));
    if (!isChanged(comparison)) return;
    counts.changed += 1;
    this.noteMove(compared, comparison);
  }

  report(): Omit<GrantPreviewView, 'as_of' | 'days' | 'from' | 'recorded' | 'untold' | 'cut' | 'version'> {
    const moves = VERDICTS.flatMap((before) =>
      VERDICTS.flatMap((after) => this.moves.get(`${before}\n${after}`) ?? []),
    );
    return {
      ...this.counts,
      events: this.seen.size,
      events_otherwise: this.otherwise.size,
      fields: VOICE_FIELDS.flatMap((field) => {
        const tally = this.fields.get(field);
        return tally === undefined ? [] : [{ field, ...tally }];
      }),
      verdicts_before: { ...this.verdictsBefore },
      verdicts_after: { ...this.verdictsAfter },
      moves: moves.map(({ before, after, count }) => ({ before, after, count })),
      examples: moves.flatMap(({ examples }) => examples),
    };
  }

  /** An event counts once, however often it was decided. */
  private noteEvent(caseId: string, before: Voice, after: Voice): void {
    if (this.seen.has(caseId)) return;
    this.seen.add(caseId);
    if (whatCounts(before) !== whatCounts(after)) this.otherwise.add(caseId);
    for (const field of moved(before, after, ['claimed', 'granted'])) this.tally(field).granted += 1;
    for (const field of moved(before, after, ['granted', 'claimed'])) this.tally(field).claimed += 1;
  }

  private tally(field: VoiceField): { granted: number; claimed: number } {
    const known = this.fields.get(field) ?? { granted: 0, claimed: 0 };
    this.fields.set(field, known);
    return known;
  }

  private noteMove({ record, given, before, after }: GrantComparison, comparison: Comparison): void {
    const key = `${before.verdict}\n${after.verdict}`;
    const move = this.moves.get(key) ?? { before: before.verdict, after: after.verdict, count: 0, examples: [] };
    this.moves.set(key, move);
    move.count += 1;
    if (move.examples.length >= MOST_OF_A_MOVE) return;
    move.examples.push({
      decision_id: comparison.decision_id,
      case_id: comparison.case_id,
      at: iso(comparison.at),
      before: before.verdict,
      after: after.verdict,
      recorded: record.decision.verdict,
      score_before: before.score,
      score_after: after.score,
      granted: moved(voiceIn(record.event), voiceIn(given), ['claimed', 'granted']),
      acts_before: acts(before.acts),
      acts_after: acts(after.acts),
      undecidable: comparison.undecidable,
      summary: comparison.summary.slice(0, MOST_LETTERS),
    });
  }
}
