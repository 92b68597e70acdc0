import { present } from '../../../common/present';
import type { JournalEntry, StateKind, Version } from '../ports';
import type { PlannedDoc } from './state_docs';

/** A document as a plan sees it: stored, or as an earlier plan of the same batch leaves it. */
export interface Seen {
  readonly kind: StateKind;
  readonly content: unknown;
  /** Monotonic moment at which this version was known to be there; ages count from it. */
  readonly knownSince: number;
  /** Session that looks after it. */
  readonly owner: string;
}

export interface View {
  readonly get: (id: string) => Seen | undefined;
  /** True if the document was read for this batch, not remembered from an earlier write. */
  readonly isFresh: (id: string) => boolean;
  /** Monotonic ms. */
  readonly now: number;
}

export interface Built<Answer> {
  readonly docs: readonly PlannedDoc[];
  /** Written to the local disk before any of the documents is sent. */
  readonly journal?: readonly JournalEntry[];
  readonly answer: Answer;
}

/** The store looked at a document and turned it down: malformed, or too large. Trying again does not help. */
export class WriteRefused extends Error {
  constructor(
    readonly id: string,
    why: string,
  ) {
    super(`the store refused \`${id}\`: ${why}`);
    this.name = 'WriteRefused';
  }
}

/** What somebody wants to write, made when the batch is made. Must be pure: it may be made more than once. */
export interface Plan<Answer> {
  /** Documents that must be known; read if they are not remembered. */
  readonly reads: readonly string[];
  /** Goes before plans that are not; for critical events and for undoing. */
  readonly urgent?: boolean;
  /** Ends what was begun: undoing, taking back, writing what a command came to. Never waits behind new claims. */
  readonly closing?: boolean;
  /** Documents taken for absent unless something else is remembered: created without asking first. */
  readonly presumedAbsent?: readonly string[];
  /** `read_again`: the answer rests on remembered documents and is worth asking for fresh ones. */
  readonly build: (view: View) => Built<Answer> | 'read_again';
}

export type Committed<Answer> =
  | { readonly kind: 'committed'; readonly answer: Answer }
  /** Some documents were written and some were not: what landed must be taken back. */
  | {
      readonly kind: 'conflict';
      readonly answer: Answer;
      readonly landed: ReadonlySet<string>;
      readonly missed: ReadonlySet<string>;
      /** Why the store will never take one of them; undefined if others were only faster. */
      readonly refused?: WriteRefused;
    };

/** What a batch wrote, by id: the version, or why the store will never take it. */
export type LandedById = ReadonlyMap<string, Version | WriteRefused>;

/** What became of one plan of a batch. */
export const committedOf = ({ docs, answer }: Built<unknown>, landedById: LandedById): Committed<unknown> => {
  const ids = docs.map(({ id }) => id);
  const isThere = (id: string): boolean => {
    const landed = landedById.get(id);
    return landed !== undefined && !(landed instanceof WriteRefused);
  };
  const missed = ids.filter((id) => !isThere(id));
  if (missed.length === 0) return { kind: 'committed', answer };
  const refused = missed.map((id) => landedById.get(id)).find((each) => each instanceof WriteRefused);
  return {
    kind: 'conflict',
    answer,
    landed: new Set(ids.filter(isThere)),
    missed: new Set(missed),
    ...present({ refused }),
  };
};
