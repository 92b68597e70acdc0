import { iso } from '../../../common/iso';
import type { CaseContent, CaseAct } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';
import { caseDraft, caseStateOf } from '../keeping/kinds/case';
import { effectDraft } from '../keeping/kinds/effect';
import type { Effect } from '../../engine/execution/effect';
import type { JournalEntry } from '../ports';
import { BUSY_RETRY_MS } from './claim';
import type { ShiftParts } from './shift_parts';

/**
 * Changes an effect that this session owns, by compare-and-set until it is done.
 *
 * @param change gets the newest effect; undefined leaves it as it is
 * @returns the effect afterwards, or undefined if it is not this session's any more, or was left as it is
 */
export const changeEffect = (
  parts: ShiftParts,
  id: string,
  change: (effect: Effect) => { readonly effect: Effect; readonly journal?: readonly JournalEntry[] } | undefined,
): Promise<Effect | undefined> =>
  parts.commits.settle<Effect | undefined>({
    reads: [id],
    urgent: true,
    build: (view) => {
      const stored = contentOf('effect', view.get(id));
      const changed = stored !== undefined && stored.session === parts.session.id ? change(stored) : undefined;
      if (changed === undefined) return view.isFresh(id) ? { drafts: [], answer: undefined } : 'read_again';
      const draft = effectDraft(id, changed.effect, iso(parts.clock.utc()));
      return {
        drafts: [draft],
        answer: { ...changed.effect, outbox: [] },
        ...(changed.journal ? { journal: changed.journal } : {}),
      };
    },
  });

/**
 * Changes the acts of a case, by compare-and-set until it is done. Its state follows from its acts.
 *
 * @returns the case afterwards, or undefined if it is gone or was left as it is
 */
export const changeCase = (
  parts: ShiftParts,
  id: string,
  change: (content: CaseContent) => { readonly acts: readonly CaseAct[]; readonly due?: string | null } | undefined,
): Promise<CaseContent | undefined> =>
  parts.commits.settle<CaseContent | undefined>({
    reads: [id],
    urgent: true,
    build: (view) => {
      const seen = view.get(id);
      const stored = contentOf('case', seen);
      const changed = stored && change(stored);
      if (!stored || !changed) return view.isFresh(id) ? { drafts: [], answer: undefined } : 'read_again';
      const { due: before, ...rest } = stored;
      const due = changed.acts.some((act) => act.status === 'held')
        ? iso(parts.clock.utc() + BUSY_RETRY_MS)
        : changed.due === undefined
          ? before
          : (changed.due ?? undefined);
      const content: CaseContent = {
        ...rest,
        acts: changed.acts,
        state: caseStateOf(stored.decision, changed.acts),
        ...(due === undefined ? {} : { due }),
      };
      // Whoever follows the case goes on doing so.
      return {
        drafts: [{ ...caseDraft(content, iso(parts.clock.utc())), ...(seen ? { owner: seen.owner } : {}) }],
        answer: content,
      };
    },
  });

/** Changes the one act of a case that a command belongs to. */
export const changeActOf = (
  parts: ShiftParts,
  caseId: string,
  commandId: string,
  change: (act: CaseAct) => CaseAct,
): Promise<CaseContent | undefined> =>
  changeCase(parts, caseId, (content) => {
    const index = content.acts.findIndex((act) => act.command_id === commandId);
    const act = content.acts[index];
    if (act === undefined) return undefined;
    const next = change(act);
    return next === act ? undefined : { acts: content.acts.map((each, at) => (at === index ? next : each)) };
  });
