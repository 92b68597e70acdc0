import { iso } from '../../../common/iso';
import { isOf } from '../../engine/execution/reasons';
import type { Effect } from '../../engine/execution/effect';
import { closedCase, plannedCase, type CaseContent } from '../keeping/kinds/case';
import { bodyOf, contentOf, findAll, readMany } from '../keeping/state_docs';
import type { Basics, EvidenceLog, StateDoc, StateStore, StateWrite } from '../ports';

/*
 * A case that is decided for good shrinks to what tells a repeated event from a new one, and what became of it. All
 * else stands in the evidence. Before that no word of it may be needed any more: nothing of it waits, is looked at
 * again or is in effect, and its records are where they stay.
 */

export interface ShrinkPorts {
  readonly store: StateStore;
  readonly evidence: Pick<EvidenceLog, 'kept'>;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

/** Nobody has written it for so long, ms: whoever was at it is done. */
const QUIET_MS = 10 * 60_000;
const AT_ONCE = 500;

interface Candidate {
  readonly doc: StateDoc;
  readonly content: CaseContent;
}

const effectsOf = ({ acts }: CaseContent): readonly string[] => acts.flatMap(({ effect_id }) => effect_id ?? []);

/** Nothing of it is in effect any more, or joins what is: no act of it can become open again. */
const isOver = ({ acts }: CaseContent, effects: ReadonlyMap<string, Effect>): boolean =>
  acts.every(({ effect_id, command_id }) => {
    const effect = effects.get(effect_id ?? '');
    const wanted = effect === undefined ? [] : [...effect.reasons, ...effect.requested];
    return !wanted.some((reason) => isOf(reason, command_id));
  });

/** Records of a case that must be in the evidence before the case forgets them. */
const recordsOf = ({ doc, content }: Candidate): readonly string[] => {
  const waiting = doc.outbox.map(({ family, id }) => `${family}/${id}`);
  return content.decision === undefined ? waiting : [...waiting, `decisions/${content.decision.decision_id}`];
};

const keptOf = async (
  { evidence }: Pick<ShrinkPorts, 'evidence'>,
  records: readonly string[],
): Promise<ReadonlySet<string>> => {
  const idsOf = (family: 'decisions' | 'actions'): readonly string[] =>
    [...new Set(records)].flatMap((each) => (each.startsWith(`${family}/`) ? [each.slice(family.length + 1)] : []));
  const [decisions, actions] = await Promise.all([
    evidence.kept('decisions', idsOf('decisions')),
    evidence.kept('actions', idsOf('actions')),
  ]);
  return new Set([...[...decisions].map((id) => `decisions/${id}`), ...[...actions].map((id) => `actions/${id}`)]);
};

const shrunk = ({ basics }: ShrinkPorts, { doc, content }: Candidate): StateWrite => {
  const closed = closedCase(content);
  const { facets } = plannedCase(closed, doc.facets.at ?? iso(0));
  const body = { ...bodyOf(doc), write_id: basics.chance.uuid(), facets, content: closed, outbox: [] };
  return { id: doc.id, expect: doc.version, body };
};

/** @returns how many of these shrank */
const shrinkSome = async (ports: ShrinkPorts, candidates: readonly Candidate[]): Promise<number> => {
  const { store } = ports;
  const quiet = candidates.filter(({ content }) => content.due === undefined && content.decision !== undefined);
  const effects = await readMany(store, 'effect', [...new Set(quiet.flatMap(({ content }) => effectsOf(content)))]);
  const over = quiet.filter(({ content }) => isOver(content, effects));
  if (over.length === 0) return 0;
  const kept = await keptOf(ports, over.flatMap(recordsOf));
  const safe = over.filter((each) => recordsOf(each).every((record) => kept.has(record)));
  // INVARIANT (INV-3): refused means that somebody wrote it since; then it is not over, and stays as it is.
  const outcomes = safe.length === 0 ? [] : await store.bulk(safe.map((each) => shrunk(ports, each)));
  return outcomes.filter(({ kind }) => kind === 'written').length;
};

/**
 * Shrinks every case that is decided for good.
 *
 * @returns how many
 */
export const shrinkCases = async (ports: ShrinkPorts): Promise<number> => {
  const { store, basics } = ports;
  const atBefore = iso(basics.clock.utc() - QUIET_MS);
  let shrank = 0;
  let some: Candidate[] = [];
  for await (const doc of findAll(store, { kinds: ['case'], states: ['decided'], requested: false, atBefore })) {
    const content = contentOf('case', doc);
    if (content) some.push({ doc, content });
    if (some.length < AT_ONCE) continue;
    shrank += await shrinkSome(ports, some);
    some = [];
  }
  return shrank + (await shrinkSome(ports, some));
};
