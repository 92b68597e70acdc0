import { commandsOf, type Effect } from '../../engine/execution/effect';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import type { Gate } from '../keeping/kinds/gate';
import { docOf, readMany, type StateDocOf } from '../keeping/state_docs';
import type { JournalEntry, StateStore } from '../ports';

/*
 * What proves that nothing of a journal entry is at its target any more. INVARIANT (INV-4): a missing document proves
 * nothing, nor does any document of another generation of the state than the entry's.
 */

/** The state as it is now, and as this agent knew it when entries did not say of which state they are. */
export interface Generations {
  readonly now: string;
  readonly known: string | undefined;
  /** The state went on from this generation to the present one: its documents speak for the same effects. */
  readonly isSame: (generation: string | undefined) => boolean;
}

/** @returns undefined where the gate is missing or of a state that this agent does not know: nothing is proven then */
export const generationsOf = (gate: Gate | undefined, known: string | undefined): Generations | undefined => {
  if (gate === undefined) return undefined;
  const isSame = (generation: string | undefined): boolean =>
    generation === gate.generation || (generation !== undefined && gate.lineage?.includes(generation) === true);
  if (known !== undefined && !isSame(known)) return undefined;
  return { now: gate.generation, known, isSame };
};

/** What the state says of one effect of the journal. */
export interface Seen {
  readonly doc: StateDocOf<'effect'> | undefined;
  /** Cases of the entries that the effect does not name, read after the effect. */
  readonly cases: ReadonlyMap<string, CaseContent>;
}

type JournalEffect = readonly [id: string, entries: readonly JournalEntry[]];

export const isNamedBy = (effect: Effect | undefined, { command_id }: JournalEntry): boolean =>
  effect !== undefined && effect.state !== 'absent' && commandsOf(effect).includes(command_id);

/** What the state says of some effects, in two requests. */
export const readEffects = async (
  store: Pick<StateStore, 'getMany'>,
  effects: readonly JournalEffect[],
): Promise<ReadonlyMap<string, Seen>> => {
  const docs = await store.getMany(effects.map(([id]) => id));
  const claims = effects.flatMap(([id, entries]) => {
    const effect = docOf('effect', docs.get(id))?.content;
    return entries.flatMap((entry) => (isNamedBy(effect, entry) ? [] : (entry.claim?.case_id ?? [])));
  });
  const cases = claims.length === 0 ? new Map<string, CaseContent>() : await readMany(store, 'case', claims);
  return new Map(effects.map(([id]) => [id, { doc: docOf('effect', docs.get(id)), cases }]));
};

/** The claim that put the entry never landed: its case counts fewer, and nothing is sent before it landed. */
const neverLanded = ({ claim }: JournalEntry, { cases }: Seen): boolean => {
  const content = claim && cases.get(claim.case_id);
  return claim !== undefined && content !== undefined && content.claims < claim.claims;
};

/**
 * Whether nothing of an entry is at its target any more, for certain. Not to be asked of a claim that this session may
 * still begin.
 */
export const isProvenOver = (entry: JournalEntry, seen: Seen, { known, isSame }: Generations): boolean => {
  const effect = seen.doc?.content;
  if (isNamedBy(effect, entry)) return false;
  if (entry.gone === true) return true;
  if (!isSame(entry.generation ?? known)) return false;
  return effect !== undefined || neverLanded(entry, seen);
};

/** Nobody executes it any more: a person is asked or has answered. Whether it was ever sent, its effect says. */
const isDone = ({ status }: CaseAct): boolean =>
  status === 'waiting' || status === 'refused' || status === 'denied' || status === 'expired';

/**
 * Whether the claim of an entry was given up, though the session that made it lives: its case counts it, or a later
 * one, and does not name its command. A claim that is still on its way cannot land whole any more where its case has
 * moved on, and one that landed is named by its case until its command is over. Nothing is sent unless it landed whole.
 */
export const isGivenUp = ({ claim, command_id }: JournalEntry, { doc, cases }: Seen): boolean => {
  const content = claim && cases.get(claim.case_id);
  if (doc === undefined || claim === undefined || content === undefined) return false;
  return content.claims >= claim.claims && content.acts.every((act) => act.command_id !== command_id || isDone(act));
};
