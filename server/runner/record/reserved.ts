import { mayBeSamePerson } from './person';

/*
 * Names that Reflex itself goes by, on record and before four eyes. What bears one of them could be taken for Reflex:
 * a set of policies by `reflex` needs nobody's approval.
 */

/** The author of what Reflex came with, and whoever does what no person asked for. */
export const REFLEX = 'reflex';
/** Whatever stops by itself what goes wrong too often. */
export const BREAKER = 'reflex breaker';
/** Somebody of whom nothing is known. */
export const ANONYMOUS = 'anonymous';
/** Whoever reaches a host that tells no users apart. */
export const OPERATOR = 'operator';

const RESERVED = [REFLEX, BREAKER, ANONYMOUS, OPERATOR];

/** Whether somebody logs in by a name that would be taken for Reflex, or for nobody, on record. */
export const isTakenForReflex = (name: string): boolean =>
  [REFLEX, BREAKER, ANONYMOUS].some((each) => mayBeSamePerson(each, name));

/** Whether a name might be taken for one of Reflex' own. */
export const isReservedName = (name: string): boolean => RESERVED.some((each) => mayBeSamePerson(each, name));
