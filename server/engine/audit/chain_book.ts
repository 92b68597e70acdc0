import { NOTHING_BEFORE, recordHash } from './record_hash';
import { digestOf, sha256 } from '../digest/digest';
import type { Lessened, Void } from './statement';

/** Where a record stands in a chain. */
export interface Stamp {
  readonly chain: string;
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly salt: string;
}

/** A record that is to be appended. */
export interface Unstamped {
  readonly family: string;
  readonly id: string;
  readonly at: string;
  readonly record: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What became of one try to append a record. */
export type Tried = 'appended' | 'without_fields' | 'without_chain' | 'refused' | 'there' | 'unanswered';

/** A place that was given to a record. */
export interface Place {
  readonly stamp: Stamp;
  readonly family: string;
  readonly id: string;
  readonly at: string;
  /** Tells whether a second try is for the same content. */
  readonly content: string;
  /** Tries under way. */
  readonly trying: number;
  /** When the last try ended, monotonic ms. */
  readonly triedAt: number;
  readonly state: 'open' | 'doubtful' | 'settled';
  readonly fault?: Void | Lessened;
}

/** Where a record is that is stored. */
export type Kept = Pick<Stamp, 'chain' | 'seq' | 'hash'> & { readonly fieldless: boolean };

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const keyOf = ({ family, id }: Pick<Unstamped, 'family' | 'id'>): string => `${family}/${id}`;

/**
 * Gives each record its place in the chain of this process, and knows which places are settled. A second try for the
 * same record gets the same place. What was settled and taken is forgotten.
 */
export class ChainBook {
  private head: string;
  private next = 0;
  private readonly open = new Map<string, Place>();
  private readonly places = new Map<number, Mutable<Place>>();
  private first = 0;

  /** @param before digest of the last checkpoint that this agent knows of */
  constructor(
    readonly chain: string,
    before: string = NOTHING_BEFORE,
  ) {
    this.head = before;
  }

  /** Places that were given. */
  get size(): number {
    return this.next;
  }

  /** Places that were given and not yet taken into a checkpoint. */
  get waiting(): number {
    return this.places.size;
  }

  /** @param salt for a record that is new: 16 bytes of chance, base64 */
  stamp(entry: Unstamped, salt: () => string): Stamp {
    const content = sha256(entry.record);
    const known = this.open.get(keyOf(entry));
    if (known !== undefined && known.content === content && known.at === entry.at && known.state !== 'settled') {
      (known as Mutable<Place>).trying += 1;
      return known.stamp;
    }
    const unhashed = { chain: this.chain, seq: this.next, prev: this.head, salt: salt() };
    // As they will be read back.
    const fields = JSON.parse(JSON.stringify(entry.fields)) as Unstamped['fields'];
    const stamp = { ...unhashed, hash: recordHash({ ...entry, fields, ...unhashed }) };
    const { family, id, at } = entry;
    const place: Mutable<Place> = { stamp, family, id, at, content, trying: 1, triedAt: 0, state: 'open' };
    this.places.set(stamp.seq, place);
    this.open.set(keyOf(entry), place);
    this.head = stamp.hash;
    this.next += 1;
    return stamp;
  }

  /** Notes how a try for a place ended. */
  tried({ seq }: Pick<Stamp, 'seq'>, how: Tried, now: number): void {
    const place = this.places.get(seq);
    if (place === undefined) return;
    place.trying -= 1;
    place.triedAt = now;
    if (place.state === 'settled' || how === 'unanswered') return;
    if (how === 'there') place.state = 'doubtful';
    else this.settle(place, how === 'appended' ? undefined : faultOf(place, how));
  }

  /**
   * Places of which somebody has to look whose record is there: a conflict, or nobody tried again for a while.
   *
   * @param patienceMs for which a record may be tried again
   */
  doubtful(now: number, patienceMs: number): readonly Place[] {
    return [...this.places.values()].filter(
      ({ state, trying, triedAt }) =>
        trying === 0 && (state === 'doubtful' || (state === 'open' && now - triedAt >= patienceMs)),
    );
  }

  /**
   * Notes what is stored under the identity of a doubtful place.
   *
   * @param kept its place; null: it is there and has none; undefined: there is no such record
   */
  found({ stamp: { seq } }: Place, kept: Kept | null | undefined): void {
    const place = this.places.get(seq);
    if (place === undefined || place.state === 'settled' || place.trying > 0) return;
    const { chain, hash } = place.stamp;
    const base = { chain, seq, hash };
    if (kept === undefined) return this.settle(place, { ...base, why: 'unanswered' });
    if (kept === null) return this.settle(place, { ...base, why: 'there_already' });
    const isOurs = kept.chain === chain && kept.seq === seq && kept.hash === hash;
    if (isOurs) return this.settle(place, kept.fieldless ? faultOf(place, 'without_fields') : undefined);
    const other = { chain: kept.chain, seq: kept.seq, hash: kept.hash };
    this.settle(place, { ...base, why: 'there_already', kept: other });
  }

  /** The settled places that follow what was taken, without a gap. They stay until `forget`. */
  settled(): readonly Place[] {
    const found: Place[] = [];
    for (let seq = this.first; ; seq += 1) {
      const place = this.places.get(seq);
      if (place?.state !== 'settled') return found;
      found.push(place);
    }
  }

  /** These were taken into a checkpoint. */
  forget(taken: readonly Place[]): void {
    for (const { stamp } of taken) this.places.delete(stamp.seq);
    this.first += taken.length;
  }

  private settle(place: Mutable<Place>, fault: Place['fault']): void {
    place.state = 'settled';
    if (fault !== undefined) place.fault = fault;
    if (this.open.get(keyOf(place)) === place) this.open.delete(keyOf(place));
  }
}

const faultOf = (
  { stamp: { chain, seq, hash }, family, id }: Place,
  how: 'without_fields' | 'without_chain' | 'refused',
): Void | Lessened =>
  how === 'refused'
    ? { chain, seq, hash, why: 'refused' }
    : { chain, seq, hash, family, id, without: how === 'without_fields' ? 'fields' : 'chain' };

/** What the first record of a chain names: the last checkpoint that its agent knows of. */
export const afterCheckpoint = (note: string | undefined): string =>
  note === undefined ? NOTHING_BEFORE : digestOf(note);
