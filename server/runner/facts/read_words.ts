import { recordOf } from '../record/records';
import { wordOfLabel, type PeoplesWord } from '../../engine/learning/peoples_words';
import type { EvidenceLog } from '../ports';
import { newestFirst } from './newest_first';

const MOST_WORDS = 50_000;
const EFFECTS_AT_ONCE = 200;
const MOST_ACTIONS = 10_000;

type Body = Readonly<Record<string, unknown>>;

/** Sees the youngest records, newest first. @returns whether there are more than were seen */
const scanned = async (
  evidence: EvidenceLog,
  query: Parameters<EvidenceLog['scan']>[0],
  { most, see }: { readonly most: number; readonly see: (body: Body) => void },
): Promise<boolean> => {
  let seen = 0;
  for await (const { body } of newestFirst(evidence, query)) {
    if (seen >= most) return true;
    see(body);
    seen += 1;
  }
  return false;
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
      const caseId = recordOf('actions', body).command.case_id;
      if (caseId !== undefined) cases.add(caseId);
    }
  }
  return cases;
};

export interface Words {
  readonly words: ReadonlyMap<string, PeoplesWord>;
  /** True: there are more, and these are the youngest. */
  readonly capped: boolean;
}

/**
 * What people made of cases since a moment: by label, by approving or denying what waited, by lifting what was done.
 * A label says more than an answer, and a later word more than an earlier one.
 *
 * @param most records of a kind that are read, the youngest of them
 * @param verbs which answers count besides labels
 */
export const readWords = async (
  evidence: EvidenceLog,
  from: string,
  most = MOST_WORDS,
  verbs: ReadonlyArray<'approve' | 'deny' | 'lift'> = ['approve', 'deny', 'lift'],
): Promise<Words> => {
  const answers = new Map<string, PeoplesWord>();
  const labels = new Map<string, PeoplesWord>();
  const takenBack = new Set<string>();
  const lifted: string[] = [];
  const seeAnswer = (body: Body): void => {
    const { verb, outcome, case_id, effect_id } = body as Readonly<Record<string, string | undefined>>;
    if (verb === 'lift' && effect_id !== undefined) lifted.push(effect_id);
    if (verb !== 'lift' && outcome === 'done' && case_id !== undefined && !answers.has(case_id))
      answers.set(case_id, verb === 'approve' ? 'right' : 'wrong');
  };
  const seeLabel = (body: Body): void => {
    const { feedback } = recordOf('feedback', body);
    // What takes a label back is younger than the label, and the youngest come first.
    if (feedback?.takes_back !== undefined) takenBack.add(feedback.takes_back.feedback_id);
    if (feedback !== undefined && takenBack.has(feedback.feedback_id)) return;
    const word = feedback?.label === undefined ? undefined : wordOfLabel(feedback.label);
    if (feedback && word !== undefined && !labels.has(feedback.case_id)) labels.set(feedback.case_id, word);
  };
  const query = { family: 'audit', where: { verb: verbs }, from } as const;
  const moreAnswers = await scanned(evidence, query, { most, see: seeAnswer });
  for (const caseId of await casesOf(evidence, [...new Set(lifted)])) answers.set(caseId, 'wrong');
  const moreLabels = await scanned(evidence, { family: 'feedback', from }, { most, see: seeLabel });
  return { words: new Map([...answers, ...labels]), capped: moreAnswers || moreLabels };
};
