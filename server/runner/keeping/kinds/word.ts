import { overlaps } from '../../../../common/entity/address';
import { keyKind, keyText, type EntityKey } from '../../../../common/entity/entity';
import type { Target } from '../../../../common/flow/decision';
import type { PersonsWord } from '../../../engine/brakes/persons_word';
import { digestOf } from '../../../engine/digest/digest';

/*
 * What a person said about a target: lifted, or denied. It stands under every name of the target, so that whoever names
 * it in another way reads it as well.
 */

/** A person decided otherwise than the policies did. */
interface Said {
  readonly verb: PersonsWord['verb'];
  /** UTC. */
  readonly at: string;
}

export interface WordContent extends PersonsWord {
  readonly target: Target;
  readonly names: readonly string[];
  readonly reason: string;
  /** UTC. */
  readonly at: string;
  /** What people said of it within 30 days, the oldest first; this word is the last. */
  readonly said: readonly Said[];
}

/** More names than this no target has: the inventory joins a few addresses and names. */
const MOST_NAMES = 16;
const MOST_SAID = 64;
const MONTH_MS = 30 * 86_400_000;

export const wordId = (name: EntityKey): string => `word:${digestOf(name)}`;

/** Documents in which a word about a target with these names may stand. */
export const wordIds = (names: readonly EntityKey[]): readonly string[] => names.slice(0, MOST_NAMES).map(wordId);

/** A word as it stands after another one was said. */
export const saidAgain = (before: WordContent | undefined, word: Omit<WordContent, 'said'>): WordContent => {
  const since = Date.parse(word.at) - MONTH_MS;
  const earlier = (before?.said ?? []).filter(({ at }) => Date.parse(at) > since);
  return { ...word, said: [...earlier, { verb: word.verb, at: word.at }].slice(-MOST_SAID) };
};

/** Whether two names may be those of one target: the same, or networks and addresses that overlap. */
const meets = (one: EntityKey, other: EntityKey): boolean => {
  if (one === other) return true;
  const areAddresses = [one, other].every((key) => keyKind(key) === 'ip' || keyKind(key) === 'network');
  return areAddresses && overlaps(keyText(one), keyText(other));
};

export const isAbout = ({ names }: Pick<WordContent, 'names'>, asked: readonly EntityKey[]): boolean =>
  names.some((name) => asked.some((key) => meets(name as EntityKey, key)));
