import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { Effect, Moment } from '../../engine/execution/effect';
import type { CommitQueue } from '../keeping/commit_queue';
import type { Plan } from '../keeping/plan';
import { plannedCase, caseStateOf, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { contentOf } from '../keeping/state_docs';
import type { Clock, JournalEntry } from '../ports';
import { busyPause, isHeld, isSettled } from './earlier_acts';

/** What changes documents of the state. */
export interface Writing {
  readonly commits: Pick<CommitQueue, 'session' | 'settle'>;
  readonly clock: Pick<Clock, 'utc'>;
}

/** Now, in this session, for the records of an effect. */
export const momentNow = ({ commits, clock }: Writing, effectId: string): Moment => ({
  at: iso(clock.utc()),
  session: commits.session,
  effectId,
});

/** An effect as a change leaves it, and what the undo journal must know before that is written. */
export interface ChangedEffect {
  readonly effect: Effect;
  readonly journal?: readonly JournalEntry[];
}

/** The change of an effect that this session owns, as a plan; undefined leaves it as it is. */
const effectChange = (
  { commits, clock }: Writing,
  id: string,
  change: (effect: Effect) => ChangedEffect | undefined,
): Plan<Effect | undefined> => ({
  reads: [id],
  urgent: true,
  closing: true,
  build: (view) => {
    const stored = contentOf('effect', view.get(id));
    const changed = stored !== undefined && stored.session === commits.session ? change(stored) : undefined;
    if (changed === undefined) return view.isFresh(id) ? { docs: [], answer: undefined } : 'read_again';
    const { effect, journal } = changed;
    const docs = [plannedEffect(id, effect, iso(clock.utc()))];
    return { docs, answer: { ...effect, outbox: [] }, ...present({ journal }) };
  },
});

/**
 * Changes an effect that this session owns, by compare-and-set until it is done.
 *
 * @param change gets the newest effect; undefined leaves it as it is
 * @returns the effect afterwards, or undefined if it is not this session's any more, or was left as it is
 */
export const changeEffect = (
  writing: Writing,
  id: string,
  change: (effect: Effect) => ChangedEffect | undefined,
): Promise<Effect | undefined> => writing.commits.settle(effectChange(writing, id, change));

/** The acts of a case as a change leaves them; `due: null` ends the looking again. */
export interface ChangedActs {
  readonly acts: readonly CaseAct[];
  readonly due?: string | null;
  /** Who wants it decided again; `null`: nobody any more. Missing: as it was. */
  readonly again?: CaseContent['again'] | null;
}

/**
 * What is held is looked at again soon, and what was put off until a person had spoken when it would have been without
 * one; everything else when it was to be, unless the change says otherwise.
 */
const dueAfter = (before: CaseContent, { acts, due }: ChangedActs, utc: number): string | undefined => {
  if (acts.some(isHeld)) return iso(utc + busyPause(before.tries));
  const isPutOff = before.state === 'waiting' && caseStateOf(before.decision, acts) === 'held';
  if (isPutOff) return before.decision?.next_review_at ?? iso(utc);
  return due === undefined ? before.due : (due ?? undefined);
};

/** A case with changed acts; its state follows from them. */
export const withActs = (before: CaseContent, changed: ChangedActs, utc: number): CaseContent => {
  const { due: _due, tries, outdated, again, ...rest } = before;
  return {
    ...rest,
    acts: changed.acts,
    state: caseStateOf(rest.decision, changed.acts),
    ...present({
      due: dueAfter(before, changed, utc),
      tries: changed.acts.some(isHeld) ? (tries ?? 0) + 1 : undefined,
      // What was begun or settled is not decided again, whatever its source says.
      outdated: changed.acts.some(isSettled) ? undefined : outdated,
      again: changed.again === undefined ? again : (changed.again ?? undefined),
    }),
  };
};

/**
 * Writes a case as it is to be, by compare-and-set until it is done. Whoever follows the case goes on doing so.
 *
 * @param next gets the newest case; undefined leaves it as it is
 * @returns the case afterwards, or undefined if it is gone or was left as it is
 */
export const settleCase = (
  { commits, clock }: Writing,
  id: string,
  next: (stored: CaseContent) => CaseContent | undefined,
): Promise<CaseContent | undefined> =>
  commits.settle<CaseContent | undefined>({
    reads: [id],
    urgent: true,
    closing: true,
    build: (view) => {
      const seen = view.get(id);
      const stored = contentOf('case', seen);
      // What is decided for good has forgotten what another decision would need.
      const content = stored && stored.closed === undefined ? next(stored) : undefined;
      if (content === undefined) return view.isFresh(id) ? { docs: [], answer: undefined } : 'read_again';
      const docs = [{ ...plannedCase(content, iso(clock.utc())), ...present({ owner: seen?.owner }) }];
      return { docs, answer: content };
    },
  });

/**
 * Changes the acts of a case, as `settleCase` does.
 *
 * @returns the case afterwards, or undefined if it is gone or was left as it is
 */
export const changeCase = (
  writing: Writing,
  id: string,
  change: (content: CaseContent) => ChangedActs | undefined,
): Promise<CaseContent | undefined> =>
  settleCase(writing, id, (stored) => {
    const changed = change(stored);
    return changed && withActs(stored, changed, writing.clock.utc());
  });

/** Changes the one act of a case that a command belongs to. */
export const changeActOf = (
  writing: Writing,
  { case_id, command_id }: { readonly case_id: string; readonly command_id: string },
  change: (act: CaseAct) => CaseAct,
): Promise<CaseContent | undefined> =>
  changeCase(writing, case_id, (content) => {
    const index = content.acts.findIndex((act) => act.command_id === command_id);
    const act = content.acts[index];
    if (act === undefined) return undefined;
    const next = change(act);
    return next === act ? undefined : { acts: content.acts.map((each, at) => (at === index ? next : each)) };
  });
