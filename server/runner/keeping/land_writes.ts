import { StoreUnavailable, type Log, type StateWrite, type Version, type WriteOutcome } from '../ports';
import { fenceOff, patiently, type Fencing } from './fence_off';
import { WriteRefused } from './plan';

interface Landing extends Fencing {
  readonly log: Log;
}

/** What a write came to for certain: its version, or why the store will never take it, or that others were faster. */
type Landed = Version | WriteRefused | undefined;

/** Sends a bulk; undefined if its answer was lost. */
const send = async (
  { store, log }: Landing,
  writes: readonly StateWrite[],
): Promise<readonly WriteOutcome[] | undefined> => {
  try {
    return await store.bulk(writes);
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    log.warn('the answer to a write was lost; finding out what was written', { writes: writes.length });
    return undefined;
  }
};

/** Those of some writes whose document is their own, with its version. */
const foundAsMine = async (
  landing: Landing,
  writes: readonly StateWrite[],
): Promise<ReadonlyMap<StateWrite, Version>> => {
  if (writes.length === 0) return new Map();
  const docs = await patiently(landing, () => landing.store.getMany(writes.map(({ id }) => id)));
  return new Map(
    writes.flatMap((write) => {
      const doc = docs.get(write.id);
      return doc?.write_id === write.body.write_id ? [[write, doc.version] as const] : [];
    }),
  );
};

const landedOf = ({ log }: Landing, { id }: StateWrite, outcome: WriteOutcome | undefined): Landed => {
  if (outcome?.kind === 'written') return outcome.version;
  if (outcome?.kind !== 'failed') return undefined;
  log.warn('one write of a batch failed', { id, why: outcome.message });
  return new WriteRefused(id, outcome.message);
};

/**
 * Writes a bulk and says for sure what of it landed.
 *
 * @param told of each write in its turn
 * @returns false if the answer was lost and had to be found out
 * @throws SessionLost; and what nobody expected, once each write was told. That was an answer, of the store or of this
 *   process: what is not there by then does not come later
 */
export const landWrites = async (
  landing: Landing,
  writes: readonly StateWrite[],
  told: (write: StateWrite, landed: Landed) => void,
): Promise<boolean> => {
  const outcomes = await send(landing, writes).catch(async (cause: unknown) => {
    const mine = await foundAsMine(landing, writes);
    for (const write of writes) told(write, mine.get(write));
    throw cause;
  });
  const refused = writes.filter((_, index) => outcomes?.[index]?.kind === 'conflict');
  // Refused, and its own all the same: the transport sent it twice.
  const doubtful = outcomes ? [...(await foundAsMine(landing, refused)).keys()] : writes;
  const found = doubtful.length === 0 ? new Map<string, Version>() : await fenceOff(landing, doubtful);
  for (const [index, write] of writes.entries())
    told(write, found.get(write.id) ?? landedOf(landing, write, outcomes?.[index]));
  return outcomes !== undefined;
};
