import type { DetectionState } from '../../../../common/flow/event';
import type { FieldMap } from '../field_map';
import { fitsWhere, folded, liesIn } from './places';
import type { Part } from './split_document';

/*
 * What a source says of a detection besides the detection itself: the states of Elastic, Microsoft, AWS and ticket
 * systems, in their own words.
 */

const WORDS: Readonly<Record<DetectionState, readonly string[]>> = {
  acknowledged: ['acknowledged', 'acked', 'assigned', 'in progress', 'in-progress', 'in_progress', 'inprogress'],
  completed: ['closed', 'resolved', 'dismissed', 'archived', 'suppressed', 'completed', 'done'],
};

const BY_WORD: ReadonlyMap<string, DetectionState> = new Map(
  (['acknowledged', 'completed'] as const).flatMap((state) => WORDS[state].map((word) => [word, state] as const)),
);

/** As a map says it. */
const BY_RULE = { open: undefined, acknowledged: 'acknowledged', closed: 'completed' } as const;

/**
 * The state of a part of a document; undefined if it is open, or says a word that is not known. What stands in a text
 * was said by whoever wrote the text, who might close the alert about themselves: it does not count.
 */
export const stateOf = ({ state: given }: FieldMap, part: Part): DetectionState | undefined => {
  if (given === undefined) return undefined;
  const { path, where, values = {} } = typeof given === 'string' ? { path: given } : given;
  const found = (typeof path === 'string' ? [path] : path)
    .flatMap((each) => part.at(each))
    .find((each) => where === undefined || fitsWhere(each, where, part.pins));
  if (found === undefined || liesIn(found, part.read)) return undefined;
  const word = folded(found.value) ?? '';
  const meant = Object.entries(values).find(([from]) => from.toLowerCase() === word)?.[1];
  return meant === undefined ? BY_WORD.get(word) : BY_RULE[meant];
};
