import { bodyOf } from './state_docs';
import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type StateBody,
  type StateStore,
  type StateWrite,
  type Version,
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

/**
 * Finds out whether a write landed: reads the document and writes it unchanged. If it was this one, the second write,
 * once answered, makes it certain; if not, a late item now finds another version and is refused.
 *
 * @returns the version that is certain now, or undefined if it was not written and never will be
 * @throws SessionLost
 */
export const fenceOff = async (fencing: Fencing, write: StateWrite): Promise<Version | undefined> => {
  const { store, chance } = fencing;
  /** Ids under which the content of the write may be found: its own, and those of its repetitions. */
  const mine = new Set([write.body.write_id]);
  for (;;) {
    const doc = await patiently(fencing, () => store.get(write.id));
    const isMine = doc !== undefined && mine.has(doc.write_id);
    const write_id = chance.uuid();
    // INVARIANT (INV-1): a realtime read shows what is not on the disk yet and may be gone after a crash of the node.
    // Only an answered write is durable, so what is found as mine is written once more before it counts.
    const again: StateWrite =
      doc === undefined
        ? blockerOf(fencing, write)
        : { id: write.id, expect: doc.version, body: { ...bodyOf(doc), write_id } };
    if (isMine || again === write) mine.add(again.body.write_id);
    const [outcome] = await patiently(fencing, () => store.bulk([again])).catch((cause: unknown) => {
      if (cause instanceof SessionLost) throw cause;
      return [undefined];
    });
    if (outcome?.kind === 'written') return isMine || again === write ? outcome.version : undefined;
  }
};
