import { commandsOf, undoStarted, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { isEndedOffline } from '../executing/claim_world';
import { materialise } from '../keeping/evidence_copier';
import { plannedEffect } from '../keeping/kinds/effect';
import { GATE_ID } from '../keeping/kinds/gate';
import { bodyOf, contentOf, docOf } from '../keeping/state_docs';
import type { Basics, EvidenceLog, Journal, JournalEntry, StateDoc, StateStore } from '../ports';
import { byEffect } from '../undoing/journal_due';

interface ReconcilePorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

/** The state as it is now, and as this agent knew it when entries did not say of which state they are. */
interface Generations {
  readonly now: string;
  readonly known: string | undefined;
  /** The state went on from this generation to the present one: its documents speak for the same effects. */
  readonly isSame: (generation: string | undefined) => boolean;
}

const AT_ONCE = 500;

const isNamedBy = (effect: Effect | undefined, { command_id }: JournalEntry): boolean =>
  effect !== undefined && effect.state !== 'absent' && commandsOf(effect).includes(command_id);

/** The claim that put the entry never landed: its case counts fewer, and nothing is sent before it landed. */
const neverLanded = async (store: StateStore, { claim }: JournalEntry): Promise<boolean> => {
  const content = claim && contentOf('case', await store.get(claim.case_id));
  return claim !== undefined && content !== undefined && content.claims < claim.claims;
};

/**
 * Whether nothing of an entry is at its target any more, for certain. INVARIANT (INV-4): a missing document proves
 * nothing, nor does any document of another generation of the state than the entry's.
 */
const isProvenOver = async (
  store: StateStore,
  entry: JournalEntry,
  effect: Effect | undefined,
  { known, isSame }: Generations,
): Promise<boolean> => {
  if (isNamedBy(effect, entry)) return false;
  if (entry.gone === true) return true;
  if (!isSame(entry.generation ?? known)) return false;
  return effect !== undefined || neverLanded(store, entry);
};

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

const reconcileEffect = async (
  ports: ReconcilePorts,
  { entries, doc }: { readonly entries: readonly JournalEntry[]; readonly doc: StateDoc | undefined },
  generations: Generations,
): Promise<void> => {
  const { journal, store } = ports;
  const effect = docOf('effect', doc)?.content;
  const over: string[] = [];
  for (const entry of entries) if (await isProvenOver(store, entry, effect, generations)) over.push(entry.command_id);
  if (over.length > 0) await journal.close(over);
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
  const gate = contentOf('gate', await store.get(GATE_ID));
  if (gate === undefined) return;
  const isSame = (generation: string | undefined): boolean =>
    generation === gate.generation || (generation !== undefined && gate.lineage?.includes(generation) === true);
  if (known !== undefined && !isSame(known)) return;
  const generations = { now: gate.generation, known, isSame };
  for (let at = 0; at < effects.length; at += AT_ONCE) {
    const some = effects.slice(at, at + AT_ONCE);
    const docs = await store.getMany(some.map(([id]) => id));
    for (const [id, entries] of some) await reconcileEffect(ports, { entries, doc: docs.get(id) }, generations);
  }
};

/**
 * Effects of the journal that the state does not know: they are undone from the journal. Entries of which nothing is
 * left are closed.
 *
 * @returns their ids
 */
export const unknownToState = async ({
  store,
  journal,
}: Pick<ReconcilePorts, 'store' | 'journal'>): Promise<ReadonlySet<string>> => {
  const effects = [...byEffect(journal.open())];
  const unknown = new Set<string>();
  for (let at = 0; at < effects.length; at += AT_ONCE) {
    const some = effects.slice(at, at + AT_ONCE);
    const docs = await store.getMany(some.map(([id]) => id));
    for (const [id, entries] of some) {
      const effect = docOf('effect', docs.get(id))?.content;
      const over = entries.filter((entry) => entry.gone === true && !isNamedBy(effect, entry));
      if (over.length > 0) await journal.close(over.map((entry) => entry.command_id));
      if (effect === undefined && over.length < entries.length) unknown.add(id);
    }
  }
  return unknown;
};
