import { StoreUnavailable, type Log, type StateWrite, type Version, type WriteOutcome } from '../ports';
import { fenceOff, patiently, type Fencing } from './fence_off';

interface Landing extends Fencing {
  readonly log: Log;
}

/** A conflict may be with my own write, when the transport sent it twice. */
const foundAsMine = async (
  landing: Landing,
  write: StateWrite,
  outcome: WriteOutcome | undefined,
): Promise<Version | undefined> => {
  if (outcome?.kind === 'written') return outcome.version;
  if (outcome?.kind === 'failed')
    landing.log.warn('one write of a batch failed', { id: write.id, why: outcome.message });
  if (outcome?.kind !== 'conflict') return undefined;
  const doc = await patiently(landing, () => landing.store.get(write.id));
  return doc?.write_id === write.body.write_id ? fenceOff(landing, write) : undefined;
};

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

/**
 * Writes a bulk and says for sure what of it landed.
 *
 * @param told of each write in its turn: the version that is certain now, or undefined if it never will be there
 * @throws SessionLost
 */
export const landWrites = async (
  landing: Landing,
  writes: readonly StateWrite[],
  told: (write: StateWrite, version: Version | undefined) => void,
): Promise<void> => {
  const outcomes = await send(landing, writes);
  for (const [index, write] of writes.entries())
    told(write, outcomes ? await foundAsMine(landing, write, outcomes[index]) : await fenceOff(landing, write));
};
