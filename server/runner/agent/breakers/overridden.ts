import { clearlyAbove } from '../../../engine/brakes/clearly_above';
import { readWords, type Words } from '../../facts/read_words';
import type { Quiet } from '../../keeping/quiet';
import type { EvidenceLog } from '../../ports';
import { recordOf, type Records } from '../../record/records';
import type { RolloutActs } from '../rollout_acts';

/* What people said of acts, as breakers judge policies and sources by it. */

const CASES_AT_ONCE = 200;
const MOST_DECISIONS = 10_000;
const MOST_WORDS = 50_000;
/** What was done and taken back. To deny what waits overrides nothing: a brake had held it, this breaker perhaps. */
const VERBS = ['lift'] as const;

/** Of so many acts at least, no more than this share may clearly be overridden. */
interface OverriddenRule {
  readonly overridden_percent: number;
  readonly acts: number;
}

/** False while this agent is alone and nobody said anything here lately. */
export const mayBeNewWords = (quiet: Pick<Quiet, 'isQuiet'> | undefined): boolean =>
  quiet?.isQuiet('audit', 'feedback') !== true;

/**
 * The youngest words of people, as a text that changes with each new one.
 *
 * @returns undefined while nobody said anything
 * @throws StoreUnavailable
 */
export const newestWords = async (evidence: EvidenceLog, from: string): Promise<readonly string[] | undefined> => {
  const newest = async (query: Pick<Parameters<EvidenceLog['find']>[0], 'family' | 'where'>): Promise<string> => {
    const { total, entries } = await evidence.find({ ...query, from, limit: 1, order: 'newest' });
    return entries[0] === undefined ? '' : `${entries[0].id} ${total}`;
  };
  const words = [await newest({ family: 'audit', where: { verb: VERBS } }), await newest({ family: 'feedback' })];
  return words.every((each) => each === '') ? undefined : words;
};

/** What people said of cases since then. @throws StoreUnavailable */
export const wordsSince = (evidence: EvidenceLog, from: string): Promise<Words> =>
  readWords(evidence, from, MOST_WORDS, VERBS);

/** The decisions about cases that people found wrong. @throws StoreUnavailable */
export const foundWrong = async (
  evidence: EvidenceLog,
  { words }: Words,
): Promise<ReadonlyArray<Records['decisions']>> => {
  const cases = [...words].flatMap(([caseId, word]) => (word === 'wrong' ? [caseId] : []));
  const found: Array<Records['decisions']> = [];
  for (let first = 0; first < cases.length; first += CASES_AT_ONCE) {
    const where = { case_id: cases.slice(first, first + CASES_AT_ONCE) };
    const { entries } = await evidence.find({ family: 'decisions', where, limit: MOST_DECISIONS });
    found.push(...entries.map(({ body }) => recordOf('decisions', body)));
  }
  return found;
};

/**
 * Why acts were overridden too often, or undefined. One on a critical asset is enough: nobody waits for a second wrong
 * containment of what matters most.
 *
 * @param said how many of which acts were overridden, for people
 */
export const whyOverridden = (
  { acts, overriddenCritical, causes }: RolloutActs,
  rule: OverriddenRule,
  said: string,
): string | undefined => {
  if (overriddenCritical > 0) return `${said}, ${overriddenCritical} of them on a critical asset`;
  if (acts < rule.acts || clearlyAbove(causes, rule.overridden_percent / 100) === undefined) return undefined;
  return `${said} (${causes.length} causes): clearly more than ${rule.overridden_percent} %`;
};
