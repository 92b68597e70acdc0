import { bodyOf } from './state_docs';
import type { Chance, StateStore, StateWrite, Version } from '../ports';

interface Writer {
  readonly store: StateStore;
  readonly chance: Chance;
}

/**
 * Writes one document that stands alone, and says for sure whether it was this write that landed. A refusal may be of
 * one's own write, sent twice by the transport; what is found as one's own is written once more, because a realtime
 * read also shows what is not on the disk yet (`docs/decisions/004-a-read-is-no-proof.md`).
 *
 * @returns as which version it landed; undefined if it did not
 * @throws StoreUnavailable if the answer was lost: then nothing is known
 */
export const landForSure = async ({ store, chance }: Writer, write: StateWrite): Promise<Version | undefined> => {
  for (let next = write; ;) {
    const [outcome] = await store.bulk([next]);
    if (outcome?.kind === 'written') return outcome.version;
    if (outcome?.kind === 'failed') return undefined;
    const doc = await store.get(write.id);
    if (doc?.write_id !== write.body.write_id) return undefined;
    next = { id: write.id, expect: doc.version, body: { ...bodyOf(doc), touched: chance.uuid() } };
  }
};

/**
 * Whether it was this write that landed; see `landForSure`.
 *
 * @throws StoreUnavailable
 */
export const writeForSure = async (writer: Writer, write: StateWrite): Promise<boolean> =>
  (await landForSure(writer, write)) !== undefined;
