import { undoStarted, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { isEndedOffline } from '../executing/claim_world';
import { materialise } from '../keeping/evidence_copier';
import { plannedEffect } from '../keeping/kinds/effect';
import { GATE_ID } from '../keeping/kinds/gate';
import { bodyOf, read } from '../keeping/state_docs';
import type { Basics, EvidenceLog, Journal, JournalEntry, StateDoc, StateStore } from '../ports';
import { byEffect } from '../undoing/journal_due';
import { generationsOf, isNamedBy, isProvenOver, readEffects, type Generations, type Seen } from './journal_proof';

interface ReconcilePorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

const AT_ONCE = 500;

/**
 * Says in the state that an effect is being undone, as it was begun while OpenSearch was away. Its records are in the
 * document first: whoever writes that next copies them as well, should they not be appended here.
 */
const noteUndoing = async (
  { store, evidence, basics }: ReconcilePorts,
  doc: StateDoc,
  effect: Effect,
): Promise<void> => {
  const at = iso(basics.clock.utc());
  const moment = { at, session: effect.session, effectId: doc.id };
  const text = 'undone while OpenSearch was away';
  const planned = plannedEffect(doc.id, undoStarted(effect, { by: 'reflex', why: 'ttl', text }, moment), at);
  const { facets, content, records = [] } = planned;
  const outbox = [...doc.outbox, ...records];
  const body = { ...bodyOf(doc), write_id: basics.chance.uuid(), facets, content, outbox };
  // INVARIANT (INV-4): refused means that somebody else changed it meanwhile; then it is read again next time. Nothing
  // is on record of it either: the records of that change have the same names.
  const [outcome] = await store.bulk([{ id: doc.id, expect: doc.version, body }]);
  if (outcome?.kind === 'written') await evidence.append(records.map((record) => materialise(record, planned)));
};

const reconcileEffect = async (
  ports: ReconcilePorts,
  { entries, seen }: { readonly entries: readonly JournalEntry[]; readonly seen: Seen },
  generations: Generations,
): Promise<void> => {
  const { journal } = ports;
  const { doc } = seen;
  const effect = doc?.content;
  const over = entries.filter((entry) => isProvenOver(entry, seen, generations));
  if (over.length > 0) await journal.close(over.map(({ command_id }) => command_id));
  const named = entries.filter((entry) => isNamedBy(effect, entry));
  // The state of another generation knows of it too: from now on its documents speak for this entry.
  const moved = named.filter(({ generation }) => generation !== undefined && generation !== generations.now);
  if (moved.length > 0) await journal.put(moved.map((entry) => ({ ...entry, generation: generations.now })));
  const isUndone = effect !== undefined && isEndedOffline(journal, doc?.id ?? '', effect);
  if (doc && isUndone && effect.state !== 'undoing') await noteUndoing(ports, doc, effect);
};

/**
 * Before joining: effects that this agent began to undo alone are `undoing` in the state as well, and entries that are
 * over for certain are closed. A state without a gate, or of another generation than this agent knows, changes nothing.
 *
 * @param known the generation of the state that this agent knows; undefined at its very first start
 */
export const reconcileJournal = async (ports: ReconcilePorts, known: string | undefined): Promise<void> => {
  const { journal, store } = ports;
  const effects = [...byEffect(journal.open())];
  if (effects.length === 0) return;
  const generations = generationsOf(await read(store, 'gate', GATE_ID), known);
  if (generations === undefined) return;
  for (let at = 0; at < effects.length; at += AT_ONCE) {
    const some = effects.slice(at, at + AT_ONCE);
    const all = await readEffects(store, some);
    for (const [id, entries] of some) {
      const seen = all.get(id);
      if (seen) await reconcileEffect(ports, { entries, seen }, generations);
    }
  }
};
