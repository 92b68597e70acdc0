import { whyOf } from '../../../common/why';
import { bodyOf } from './state_docs';
import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type StateBody,
  type StateDoc,
  type StateStore,
  type StateWrite,
  type Version,
  type WriteOutcome,
} from '../ports';
import { SessionLost } from './session_lost';

/*
 * After a lost answer nobody knows what was written. It is found out by writing once more: only then is it certain
 * (`protocol.md` 0, `docs/decisions/004-a-read-is-no-proof.md`).
 */

interface Patience {
  readonly clock: Clock;
  readonly isLost: () => boolean;
}

/**
 * Repeats a call while the store is away.
 *
 * @throws SessionLost as soon as the session is
 */
export const patiently = async <Value>({ clock, isLost }: Patience, call: () => Promise<Value>): Promise<Value> => {
  for (let pause = 100; ; pause = Math.min(2_000, pause * 2)) {
    if (isLost()) throw new SessionLost();
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    await clock.sleep(pause);
  }
};

export interface Fencing extends Patience {
  readonly store: StateStore;
  readonly chance: Chance;
  /** The session's next ordinal, for a write without records. */
  readonly emptyOrdinal: () => number;
}

const STATE_OF_EMPTY = { case: 'held', effect: 'absent', ledger: 'empty' } as const;
type ClaimKind = keyof typeof STATE_OF_EMPTY;

const isClaimKind = (kind: string): kind is ClaimKind => kind in STATE_OF_EMPTY;

const blankOf = (kind: ClaimKind, content: object): object => {
  switch (kind) {
    case 'case': {
      const { received } = content as { received?: unknown };
      return { received, state: 'held', acts: [], claims: 0, note: 'its first write was not answered' };
    }
    case 'effect':
      return { ...content, state: 'absent', reasons: [], requested: [], gen: 0, fence: 0, outbox: [] };
    case 'ledger':
      return { ...content, entries: [], buckets: [] };
  }
};

/** A case as held, an effect as absent, a ledger as empty. */
const emptyOf = ({ chance, emptyOrdinal }: Fencing, kind: ClaimKind, body: StateBody): StateBody => ({
  ...body,
  write_id: chance.uuid(),
  ordinal: emptyOrdinal(),
  facets: { ...body.facets, state: STATE_OF_EMPTY[kind] },
  content: blankOf(kind, body.content as object),
  outbox: [],
});

/**
 * What is created where nothing is yet, so that a late creation is refused. Documents that take no part in claims
 * stand alone: for them that is the write itself.
 */
const blockerOf = (fencing: Fencing, write: StateWrite): StateWrite => {
  const { kind } = write.body;
  return isClaimKind(kind) ? { id: write.id, expect: 'absent', body: emptyOf(fencing, kind, write.body) } : write;
};

/** One write that is being found out about. */
interface Doubt {
  readonly write: StateWrite;
  /** How often the store refused to take its document again. */
  refusals: number;
}

/** The store refuses to take one document again so often: its session can find nothing out any more. */
const MOST_REFUSALS = 10;

/** What is written to find out: the document as it is, or what keeps a late creation from landing. */
const repeatOf = (fencing: Fencing, write: StateWrite, doc: StateDoc | undefined): StateWrite =>
  doc === undefined
    ? blockerOf(fencing, write)
    : { id: write.id, expect: doc.version, body: { ...bodyOf(doc), touched: fencing.chance.uuid() } };

const bulkOnce = (fencing: Fencing, writes: readonly StateWrite[]): Promise<readonly (WriteOutcome | undefined)[]> =>
  patiently(fencing, () => fencing.store.bulk(writes)).catch((cause: unknown) => {
    if (cause instanceof SessionLost) throw cause;
    return writes.map((): WriteOutcome => ({ kind: 'failed', message: whyOf(cause) }));
  });

/** One round: a multi-get and one bulk. @returns what is still in doubt */
const findOutOnce = async (
  fencing: Fencing,
  doubts: readonly Doubt[],
  landed: (write: StateWrite, version: Version) => void,
): Promise<readonly Doubt[]> => {
  const found = await patiently(fencing, () => fencing.store.getMany(doubts.map(({ write }) => write.id)));
  const repeats = doubts.map(({ write }) => repeatOf(fencing, write, found.get(write.id)));
  // INVARIANT (INV-1): a realtime read shows what is not on the disk yet and may be gone after a crash of the node.
  // Only an answered write is durable, so what is found as mine is written once more before it counts.
  const outcomes = await bulkOnce(fencing, repeats);
  return doubts.filter((doubt, index) => {
    const { write } = doubt;
    const [outcome, repeat, doc] = [outcomes[index], repeats[index], found.get(write.id)];
    if (outcome?.kind === 'written') {
      const isMine = doc?.write_id === write.body.write_id || repeat === write;
      if (isMine) landed(write, outcome.version);
      return false;
    }
    if (outcome?.kind === 'failed') doubt.refusals += 1;
    // What the store refuses to create, it refused to create before: nothing of it lands any more.
    return doc !== undefined || doubt.refusals < MOST_REFUSALS;
  });
};

/**
 * Finds out which of several writes landed: reads their documents and writes them unchanged, all in one multi-get and
 * one bulk. If a document holds the write, its repetition, once answered, makes that certain; if not, a late item now
 * finds another version and is refused. The repetition keeps the `write_id`: another agent that finds out about the
 * same document, because it lost an answer of its own, goes on recognising what it wrote.
 *
 * @returns by id the version that is certain now; what is not in it was not written and never will be
 * @throws SessionLost, also if the store refuses to take an unchanged document: then nothing can be found out
 */
export const fenceOff = async (
  fencing: Fencing,
  writes: readonly StateWrite[],
): Promise<ReadonlyMap<string, Version>> => {
  const certain = new Map<string, Version>();
  let doubts: readonly Doubt[] = writes.map((write) => ({ write, refusals: 0 }));
  for (;;) {
    doubts = await findOutOnce(fencing, doubts, ({ id }, version) => certain.set(id, version));
    if (doubts.length === 0) return certain;
    const refusals = Math.max(...doubts.map((doubt) => doubt.refusals));
    if (refusals >= MOST_REFUSALS) throw new SessionLost();
    if (refusals > 0) await fencing.clock.sleep(Math.min(2_000, 50 * 2 ** refusals));
  }
};
