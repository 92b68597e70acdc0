import { takenOver, type Effect, type Looked } from '../../engine/execution/effect';
import { canBeClosed } from '../../engine/execution/looked';
import { changeActOf, momentNow, type Writing } from '../executing/change_document';
import type { CommitQueue } from '../keeping/commit_queue';
import { actAfter } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { contentOf } from '../keeping/state_docs';

/* What is written about an effect besides by its owner: into its document, and into its cases. */

/**
 * Says in its document that a person wants an effect undone.
 *
 * @returns false if there is nothing to undo
 */
export const wishLift = (
  writing: Writing,
  commits: Pick<CommitQueue, 'forget' | 'settle'>,
  id: string,
  wish: NonNullable<Effect['lift']>,
): Promise<boolean> => {
  commits.forget(id);
  return commits.settle<boolean>({
    reads: [id],
    urgent: true,
    closing: true,
    build: (view) => {
      const effect = contentOf('effect', view.get(id));
      if (!effect || effect.state === 'absent') return { docs: [], answer: false };
      const { at } = momentNow(writing, id);
      return { docs: [plannedEffect(id, { ...effect, lift: wish }, at)], answer: true };
    },
  });
};

/**
 * Says in its document what a person found at the target.
 *
 * @returns false if there is nothing to say it of
 */
export const sayLooked = (
  writing: Writing,
  commits: Pick<CommitQueue, 'forget' | 'settle'>,
  id: string,
  looked: Looked,
): Promise<boolean> => {
  commits.forget(id);
  return commits.settle<boolean>({
    reads: [id],
    urgent: true,
    closing: true,
    build: (view) => {
      const effect = contentOf('effect', view.get(id));
      if (!effect || !canBeClosed(effect)) return { docs: [], answer: false };
      const { at } = momentNow(writing, id);
      return { docs: [plannedEffect(id, { ...effect, looked }, at)], answer: true };
    },
  });
};

/**
 * Makes an effect of others this session's.
 *
 * @param owners whose it may be
 * @returns the effect, or undefined if it is none of theirs, is gone, or somebody was faster
 */
export const takeOver = async (
  writing: Writing,
  commits: Pick<CommitQueue, 'forget' | 'submit'>,
  id: string,
  owners: ReadonlySet<string>,
): Promise<Effect | undefined> => {
  commits.forget(id);
  const taken = await commits.submit<Effect | undefined>({
    reads: [id],
    urgent: true,
    closing: true,
    build: (view) => {
      const effect = contentOf('effect', view.get(id));
      if (!effect || effect.state === 'absent' || !owners.has(effect.session)) return { docs: [], answer: undefined };
      const moment = momentNow(writing, id);
      const next = takenOver(effect, moment);
      return { docs: [plannedEffect(id, next, moment.at)], answer: { ...next, outbox: [] } };
    },
  });
  return taken.kind === 'committed' ? taken.answer : undefined;
};

/** Tells every case that wants an effect what became of it. */
export const tellCases = async (
  writing: Writing,
  { reasons }: Effect,
  fate: Parameters<typeof actAfter>[1],
): Promise<void> => {
  await Promise.all(
    reasons.map(({ command }) =>
      changeActOf(writing, command, (act) => (act.status === fate.to ? act : actAfter(act, fate))),
    ),
  );
};
