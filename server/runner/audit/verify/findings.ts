import type { AuditExplanation, AuditFinding } from '../../../../common/api/routes/audit';

const MOST = 1_000;

type Why = AuditExplanation['why'];

const WORDS: Readonly<Record<Why, string>> = {
  unanswered: 'never acknowledged by OpenSearch; the agent says so in a signed checkpoint',
  there_already: 'the same record was there already, written by another agent or an earlier start',
  refused: 'OpenSearch refused the record; it is in quarantine',
  fields: 'stored without search fields, because OpenSearch refused them; the content of these is not covered',
  chain: 'stored without a place in the chain, because OpenSearch refused it; the content of these is not covered',
  late: 'landed after its process had died; the record after it, which a checkpoint covers, names its hash',
  upgrade: 'without a chain, from the day on which the chains began: agents of an older version still ran',
};

/** What was found, counted in full and told up to a bound. */
export class Findings {
  private count = 0;
  private readonly told: AuditFinding[] = [];
  private readonly explained = new Map<Why, number>();

  add(finding: AuditFinding): void {
    this.count += 1;
    if (this.told.length < MOST) this.told.push(finding);
  }

  explain(why: Why, records = 1): void {
    if (records > 0) this.explained.set(why, (this.explained.get(why) ?? 0) + records);
  }

  get total(): number {
    return this.count;
  }

  get first(): readonly AuditFinding[] {
    return this.told;
  }

  get explanations(): readonly AuditExplanation[] {
    return [...this.explained].map(([why, records]) => ({ why, records, text: WORDS[why] }));
  }
}
