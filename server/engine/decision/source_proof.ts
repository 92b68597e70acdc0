import type { HistoryFacts } from '../../../common/flow/decision';

/*
 * When people's labels prove a source that nobody vouches for. What counts is what they say, not how many there are: a
 * source that is often wrong is never proven, and no one person proves it alone or within a day.
 */

/** Right in at least this share of cases, with 97.5 % confidence, in millionths. */
export const RIGHT_ENOUGH = 800_000;
export const ENOUGH_CASES = 20;
const ENOUGH_PEOPLE = 2;
const ENOUGH_DAYS = 2;

export const isProven = (proof: HistoryFacts['source_proof']): boolean =>
  proof !== undefined &&
  proof.right + proof.wrong >= ENOUGH_CASES &&
  proof.people >= ENOUGH_PEOPLE &&
  proof.days >= ENOUGH_DAYS &&
  proof.least_micro >= RIGHT_ENOUGH;

/** What is still missing, for people. */
export const proofInWords = ({ right, wrong, people, days }: NonNullable<HistoryFacts['source_proof']> = NO_PROOF) =>
  `a score alone does not permit before ${ENOUGH_CASES} of its events were judged, nearly all of them right, ` +
  `by ${ENOUGH_PEOPLE} people on ${ENOUGH_DAYS} days (so far ${right} right and ${wrong} wrong, by ${people} on ${days})`;

const NO_PROOF = { right: 0, wrong: 0, people: 0, days: 0, least_micro: 0 };
