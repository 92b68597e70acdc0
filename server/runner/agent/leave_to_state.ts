import type { Journal, StateStore } from '../ports';
import { byEffect } from '../undoing/journal_due';
import { isNamedBy, readEffects } from './journal_proof';

const AT_ONCE = 500;

/**
 * Takes out of the journal what the state knows of, for it may be old: since it was copied another agent may have kept
 * an effect longer. INVARIANT (INV-4): what is taken out ends by the state, with its newest deadline; what only the
 * journal knows stays in it.
 *
 * @throws StoreUnavailable, DiskFailed
 */
export const leaveToState = async ({
  journal,
  store,
}: {
  readonly journal: Journal;
  readonly store: Pick<StateStore, 'getMany'>;
}): Promise<void> => {
  const effects = [...byEffect(journal.open())];
  for (let at = 0; at < effects.length; at += AT_ONCE) {
    const some = effects.slice(at, at + AT_ONCE);
    const seen = await readEffects(store, some);
    const named = some.flatMap(([id, entries]) =>
      entries.filter((entry) => isNamedBy(seen.get(id)?.doc?.content, entry)),
    );
    await journal.close(named.map(({ command_id }) => command_id));
  }
};
