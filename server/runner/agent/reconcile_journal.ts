import { undoStarted, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { isEndedOffline } from '../executing/claim_world';
import { materialise } from '../keeping/evidence_copier';
import { plannedEffect } from '../keeping/kinds/effect';
import { GATE_ID } from '../keeping/kinds/gate';
import { bodyOf, read } from '../keeping/state_docs';
import type { Basics, EvidenceLog, Journal, JournalEntry, StateDoc, StateStore, StateWrite } from '../ports';
import { byEffect } from '../undoing/journal_due';
import { generationsOf, isNamedBy, isProvenOver, readEffects, type Generations, type Seen } from './journal_proof';

interface ReconcilePorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

const AT_ONCE = 500;

/** An effect that this agent began to undo alone, as the state still shows it. */
interface BegunAlone {
  readonly doc: StateDoc;
  readonly effect: Effect;
}

/**
 * Says in the state that effects are being undone, as it was begun while OpenSearch was away. The records stand in the
 * documents too: if this agent dies before it has appended them, whoever takes an effect over does.
 */
const noteUndoing = async (
  { store, evidence, basics }: ReconcilePorts,
  begun: readonly BegunAlone[],
): Promise<void> => {
  if (begun.length === 0) return;
  const at = iso(basics.clock.utc());
  const text = 'undone while OpenSearch was away';
  const planned = begun.map(({ doc, effect }) => {
    const moment = { at, session: effect.session, effectId: doc.id };
    return plannedEffect(doc.id, undoStarted(effect, { by: 'reflex', why: 'ttl', text }, moment), at);
  });
  const writes = planned.flatMap(({ id, facets, content, records = [] }, index): readonly StateWrite[] => {
    const doc = begun[index]?.doc;
    if (doc === undefined) return [];
    const outbox = [...doc.outbox, ...records];
    return [
      { id, expect: doc.version, body: { ...bodyOf(doc), write_id: basics.chance.uuid(), facets, content, outbox } },
    ];
  });
  // INVARIANT (INV-4): refused means that somebody else changed it meanwhile; then it is read again next time, and
  // nothing of it is on record: its number belongs to what the other one wrote.
  const outcomes = await store.bulk(writes);
  const written = planned.filter((_, index) => outcomes[index]?.kind === 'written');
  const records = written.flatMap((each) => (each.records ?? []).map((record) => materialise(record, each)));
  if (records.length > 0) await evidence.append(records);
};

/** What some effects of the journal come to, by what the state says of them. */
interface Compared {
  /** Commands whose entries are over for certain. */
  readonly over: string[];
  /** Entries of another generation of which the state knows too: from now on its documents speak for them. */
  readonly moved: JournalEntry[];
  readonly begun: BegunAlone[];
}

const compareEffect = (
  journal: Pick<Journal, 'ofEffect'>,
  { entries, seen }: { readonly entries: readonly JournalEntry[]; readonly seen: Seen },
  generations: Generations,
  found: Compared,
): void => {
  const { doc } = seen;
  const effect = doc?.content;
  for (const entry of entries) {
    if (isProvenOver(entry, seen, generations)) found.over.push(entry.command_id);
    const isOther = entry.generation !== undefined && entry.generation !== generations.now;
    if (isNamedBy(effect, entry) && isOther) found.moved.push({ ...entry, generation: generations.now });
  }
  if (doc === undefined || effect === undefined || effect.state === 'absent' || effect.state === 'undoing') return;
  if (isEndedOffline(journal, doc.id, effect)) found.begun.push({ doc, effect });
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
    const found: Compared = { over: [], moved: [], begun: [] };
    for (const [id, entries] of some) {
      const seen = all.get(id);
      if (seen) compareEffect(journal, { entries, seen }, generations, found);
    }
    if (found.over.length > 0) await journal.close(found.over);
    if (found.moved.length > 0) await journal.put(found.moved);
    await noteUndoing(ports, found.begun);
  }
};
