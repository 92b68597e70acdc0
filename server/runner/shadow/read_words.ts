import type { Feedback } from '../../../common/flow/feedback';
import { wordOfLabel, type PeoplesWord } from '../../engine/learning/peoples_words';
import type { EvidenceLog } from '../ports';

const MOST_WORDS = 50_000;
const EFFECTS_AT_ONCE = 200;
const MOST_ACTIONS = 10_000;

type Body = Readonly<Record<string, unknown>>;

const scanned = async (
  evidence: EvidenceLog,
  query: Parameters<EvidenceLog['scan']>[0],
  see: (body: Body) => void,
): Promise<void> => {
  let seen = 0;
  for await (const { body } of evidence.scan(query)) {
    see(body);
    seen += 1;
    if (seen >= MOST_WORDS) return;
  }
};

/** The cases that effects were made for. */
const casesOf = async (evidence: EvidenceLog, effects: readonly string[]): Promise<ReadonlySet<string>> => {
  const cases = new Set<string>();
  for (let first = 0; first < effects.length; first += EFFECTS_AT_ONCE) {
    const found = await evidence.find({
      family: 'actions',
      where: { effect_id: effects.slice(first, first + EFFECTS_AT_ONCE) },
      limit: MOST_ACTIONS,
    });
    for (const { body } of found.entries) {
      const caseId = (body as { command?: { case_id?: string } }).command?.case_id;
      if (caseId !== undefined) cases.add(caseId);
    }
  }
  return cases;
};

/**
 * What people made of cases since a moment: by label, by approving or denying what waited, by lifting what was done.
 * A label says more than an answer, and a later word more than an earlier one.
 */
export const readWords = async (evidence: EvidenceLog, from: string): Promise<ReadonlyMap<string, PeoplesWord>> => {
  const answers = new Map<string, PeoplesWord>();
  const lifted: string[] = [];
  await scanned(evidence, { family: 'audit', where: { verb: ['approve', 'deny', 'lift'] }, from }, (body) => {
    const { verb, outcome, case_id, effect_id } = body as Readonly<Record<string, string | undefined>>;
    if (verb === 'lift' && effect_id !== undefined) lifted.push(effect_id);
    if (verb !== 'lift' && outcome === 'done' && case_id !== undefined)
      answers.set(case_id, verb === 'approve' ? 'right' : 'wrong');
  });
  for (const caseId of await casesOf(evidence, [...new Set(lifted)])) answers.set(caseId, 'wrong');
  await scanned(evidence, { family: 'feedback', from }, (body) => {
    const { feedback } = body as { readonly feedback?: Feedback };
    const word = feedback?.label === undefined ? undefined : wordOfLabel(feedback.label);
    if (feedback && word !== undefined) answers.set(feedback.case_id, word);
  });
  return answers;
};
