import { recordHash, type ChainedRecord } from './record_hash';
import type { Lessened, Void } from './statement';

/** A record as it is found, with the place that it claims. */
export interface FoundAtPlace extends ChainedRecord {
  readonly hash: string;
  readonly index: string;
  /** The id that it says of itself, where it is stored under another. */
  readonly saysId?: string;
}

/** What is known of a place besides what is found there. */
export interface KnownPlace {
  readonly chain: string;
  readonly seq: number;
  /** Hash of the place before it; undefined where it is not known. */
  readonly prev: string | undefined;
  /** Its own hash, from leaves that are proven; undefined where nobody kept them. */
  readonly expected: string | undefined;
  /** What the signed statement says of it. */
  readonly fault: Void | Lessened | undefined;
}

export type PlaceVerdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'explained'; readonly why: Void['why'] | Lessened['without'] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'edited'; readonly record: FoundAtPlace }
  /** It is what it says it is, and does not follow the record before it: one of the two was written anew. */
  | { readonly kind: 'unlinked'; readonly record: FoundAtPlace }
  | { readonly kind: 'moved'; readonly record: FoundAtPlace };

export interface Checked {
  readonly verdict: PlaceVerdict;
  /** The hash of the place; undefined if nobody knows it any more. */
  readonly hash: string | undefined;
  /** Records that are there besides: somebody put them there. */
  readonly besides: readonly FoundAtPlace[];
}

/** The hash of what a record is now; undefined if it is no record any more. */
export const hashNow = (record: ChainedRecord): string | undefined => {
  try {
    return recordHash(record);
  } catch {
    return undefined;
  }
};

const isItself = (record: FoundAtPlace, { expected }: KnownPlace): boolean =>
  record.saysId === undefined &&
  hashNow(record) === record.hash &&
  (expected === undefined || record.hash === expected);

const follows = (record: FoundAtPlace, { prev, expected }: KnownPlace): boolean =>
  // What is known to be the record cannot be at fault for the one before it.
  expected !== undefined || prev === undefined || record.prev === prev;

/** Whether it is whole under the id that it says of itself: somebody stored it under another. */
const isMoved = (record: FoundAtPlace): boolean =>
  record.saysId !== undefined && hashNow({ ...record, id: record.saysId }) === record.hash;

const isFieldless = ({ fields }: FoundAtPlace): boolean => Object.keys(fields).length === 0;

const verdictOf = (place: KnownPlace, record: FoundAtPlace | undefined): PlaceVerdict => {
  const { fault } = place;
  if (record === undefined) {
    if (fault === undefined) return { kind: 'missing' };
    if ('why' in fault) return { kind: 'explained', why: fault.why };
    return fault.without === 'chain' ? { kind: 'explained', why: 'chain' } : { kind: 'missing' };
  }
  if (isItself(record, place)) return follows(record, place) ? { kind: 'whole' } : { kind: 'unlinked', record };
  const isLessened = fault !== undefined && 'without' in fault && fault.without === 'fields';
  if (isLessened && record.saysId === undefined && isFieldless(record)) return { kind: 'explained', why: 'fields' };
  return { kind: isMoved(record) ? 'moved' : 'edited', record };
};

/** Judges one place of a chain by all that is found there. Pure: two who see the same judge the same. */
export const checkPlace = (place: KnownPlace, found: readonly FoundAtPlace[]): Checked => {
  const best = found.find((record) => isItself(record, place) && follows(record, place)) ?? found[0];
  const verdict = verdictOf(place, best);
  const hash = place.expected ?? place.fault?.hash ?? best?.hash;
  return { verdict, hash, besides: found.filter((record) => record !== best) };
};

/** Whether two edited records have each other's content. */
export const areSwapped = (one: FoundAtPlace, other: FoundAtPlace): boolean => {
  const withContentOf = (to: FoundAtPlace, from: FoundAtPlace): boolean =>
    hashNow({ ...to, record: from.record, fields: from.fields }) === to.hash ||
    hashNow({ ...to, record: from.record }) === to.hash;
  return withContentOf(one, other) && withContentOf(other, one);
};
