import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { digestOf } from '../digest/digest';

/*
 * What a checkpoint says of its leaves. The signed note carries the statement's digest in a line of its own, so the
 * statement is as signed as the tree.
 */

const count = t.number;

/** Records of one chain, one leaf each, in order. */
const Segment = t.readonly(t.type({ chain: t.string, from: count, to: count }));

/** A place of the chain where no record of this agent is, or may not be, and why. */
const Void = t.readonly(
  t.intersection([
    t.type({
      chain: t.string,
      seq: count,
      hash: t.string,
      why: t.keyof({
        /** The append was never answered, and the record was not there when the agent looked. */
        unanswered: null,
        /** The same record was there already, written by another agent or an earlier start. */
        there_already: null,
        /** OpenSearch refused the record; it is in quarantine instead. */
        refused: null,
      }),
    }),
    /** Where the record is that was there already; missing: it has no place in any chain. */
    t.partial({ kept: t.readonly(t.type({ chain: t.string, seq: count, hash: t.string })) }),
  ]),
);

/** A record that was stored with less than was meant, because OpenSearch refused it whole. */
const Lessened = t.readonly(
  t.type({
    chain: t.string,
    seq: count,
    hash: t.string,
    /** `fields`: without its search fields. `chain`: without its place in the chain, too. */
    without: t.keyof({ fields: null, chain: null }),
    family: t.string,
    id: t.string,
  }),
);

export const Statement = t.readonly(
  t.intersection([
    t.type({
      form: t.literal(1),
      at: t.string,
      /** The leaves from the checkpoint before to this one. */
      segments: t.readonlyArray(Segment),
      voids: t.readonlyArray(Void),
      lessened: t.readonlyArray(Lessened),
      /** Indices that these records went to, with the identity that OpenSearch gave each. */
      indices: t.readonly(t.record(t.string, t.string)),
    }),
    /** The last checkpoint of this log that its agent knew when it started, where that was another log. */
    t.partial({ follows: t.readonly(t.type({ origin: t.string, size: count, root: t.string })) }),
  ]),
);

export type Statement = t.TypeOf<typeof Statement>;
export type Segment = t.TypeOf<typeof Segment>;
export type Void = t.TypeOf<typeof Void>;
export type Lessened = t.TypeOf<typeof Lessened>;

/** Reads a statement; undefined if it is none. Believed once it is bound by a signed note. */
export const readStatement = (text: string): Statement | undefined => {
  try {
    const read = Statement.decode(JSON.parse(text));
    return isLeft(read) ? undefined : read.right;
  } catch {
    return undefined;
  }
};

const HEAD = 'reflex-statement sha256:';

/** The line of a checkpoint that binds a statement. */
export const statementLine = (statement: Statement): string => `${HEAD}${digestOf(statement)}`;

/** Whether the lines of a checkpoint bind this statement. */
export const isBound = (statement: Statement, extensions: readonly string[]): boolean =>
  extensions.includes(statementLine(statement));
