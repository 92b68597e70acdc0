import { undoStarted, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { materialise } from '../keeping/evidence_copier';
import { plannedEffect } from '../keeping/kinds/effect';
import { bodyOf, docOf } from '../keeping/state_docs';
import type { Basics, EvidenceLog, Journal, JournalEntry, StateDoc, StateStore } from '../ports';

interface ReconcilePorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

const isNamedBy = ({ reasons }: Effect, { command_id }: JournalEntry): boolean =>
  reasons.some(({ command }) => command.command_id === command_id);

/** Says in the state that an effect is being undone, as it was begun while OpenSearch was away. */
const noteUndoing = async (
  { store, evidence, basics }: ReconcilePorts,
  doc: StateDoc,
  effect: Effect,
): Promise<void> => {
  const at = iso(basics.clock.utc());
  const moment = { at, session: effect.session, effectId: doc.id };
  const text = 'undone while OpenSearch was away';
  const planned = plannedEffect(doc.id, undoStarted(effect, { by: 'reflex', why: 'ttl', text }, moment), at);
  const { facets, content } = planned;
  const body = { ...bodyOf(doc), write_id: basics.chance.uuid(), facets, content };
  // INVARIANT (INV-4): refused means that somebody else changed it meanwhile; then it is read again next time.
  await store.bulk([{ id: doc.id, expect: doc.version, body }]);
  await evidence.append((planned.records ?? []).map((record) => materialise(record, planned)));
};

/** Before joining: effects that this agent began to undo alone are `undoing` in the state as well. */
export const reconcileJournal = async (ports: ReconcilePorts): Promise<void> => {
  const { journal, store } = ports;
  for (const entry of journal.open()) {
    const doc = await store.get(entry.effect_id);
    const effect = docOf('effect', doc)?.content;
    if (!doc || !effect || !isNamedBy(effect, entry) || effect.state === 'absent') {
      await journal.close([entry.command_id]);
      continue;
    }
    if (entry.undone_offline === true && effect.state !== 'undoing') await noteUndoing(ports, doc, effect);
  }
};
