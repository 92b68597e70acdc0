import type { Stopped } from '../../../common/flow/clearance';
import type { Target } from '../../../common/flow/decision';
import { stop } from './stop';

/** What a person said about a target lately; until then nothing is done to it without a person. */
export interface PersonsWord {
  readonly verb: 'lift' | 'deny';
  readonly by: string;
  /** UTC. */
  readonly until: string;
}

const WHAT: Readonly<Record<PersonsWord['verb'], string>> = {
  lift: 'lifted an effect on',
  deny: 'denied an act on',
};

/** The word that holds longest at a moment (UTC, ms), undefined if none holds. */
export const wordAt = <Word extends PersonsWord>(words: readonly Word[], now: number): Word | undefined =>
  words
    .filter(({ until }) => Date.parse(until) > now)
    .reduce<Word | undefined>((last, word) => (last === undefined || word.until > last.until ? word : last), undefined);

/** An act on a target about which a person said something: a person decides again. */
export const wordHolds = ({ value }: Target, word: PersonsWord | undefined): Stopped | undefined =>
  word === undefined
    ? undefined
    : stop(
        'persons_word',
        'escalate',
        `\`${word.by}\` ${WHAT[word.verb]} \`${value}\`: a person decides about it until ${word.until}`,
      );
