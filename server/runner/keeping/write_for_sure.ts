import { bodyOf } from './state_docs';
import type { Chance, StateStore, StateWrite } from '../ports';

/**
 * Writes one document that stands alone, and says for sure whether it was this write that landed. A refusal may be of
 * one's own write, sent twice by the transport; what is found as one's own is written once more, because a realtime
 * read also shows what is not on the disk yet (`docs/decisions/004-a-read-is-no-proof.md`).
 *
 * @throws StoreUnavailable if the answer was lost: then nothing is known
 */
export const writeForSure = async (
  { store, chance }: { readonly store: StateStore; readonly chance: Chance },
  write: StateWrite,
): Promise<boolean> => {
  for (let next = write; ;) {
    const [outcome] = await store.bulk([next]);
    if (outcome?.kind === 'written') return true;
    if (outcome?.kind === 'failed') return false;
    const doc = await store.get(write.id);
    if (doc?.write_id !== write.body.write_id) return false;
    next = { id: write.id, expect: doc.version, body: { ...bodyOf(doc), touched: chance.uuid() } };
  }
};
