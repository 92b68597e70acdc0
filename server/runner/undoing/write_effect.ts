import { takenOver, type Effect, type Looked } from '../../engine/execution/effect';
import { canBeClosed } from '../../engine/execution/looked';
import { changeActOf, momentNow, type Writing } from '../executing/change_document';
import type { CommitQueue } from '../keeping/commit_queue';
import { actAfter } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { contentOf } from '../keeping/state_docs';

/* What is written about an effect besides by its owner: into its document, and into its cases. */

type Queue = Pick<CommitQueue, 'forget' | 'settle'>;

/** Says in its document what a person wants of an effect, or found; its owner does what follows from that. */
const sayOfEffect = (
  writing: Writing,
  commits: Queue,
  id: string,
  say: (effect: Effect) => Effect | undefined,
): Promise<boolean> => {
  commits.forget(id);
  return commits.settle<boolean>({
    reads: [id],
    urgent: true,
    closing: true,
    build: (view) => {
      const effect = contentOf('effect', view.get(id));
      const said = effect && say(effect);
      if (said === undefined) return { docs: [], answer: false };
      return { docs: [plannedEffect(id, said, momentNow(writing, id).at)], answer: true };
    },
  });
};

/**
 * Says in its document that a person wants an effect undone.
 *
 * @returns false if there is nothing to undo
 */
export const wishLift = (
  writing: Writing,
  commits: Queue,
  id: string,
  lift: NonNullable<Effect['lift']>,
): Promise<boolean> =>
  sayOfEffect(writing, commits, id, (effect) => (effect.state === 'absent' ? undefined : { ...effect, lift }));

/**
 * Says in its document what a person found at the target.
 *
 * @returns false if there is nothing to say it of
 */
export const sayLooked = (writing: Writing, commits: Queue, id: string, looked: Looked): Promise<boolean> =>
  sayOfEffect(writing, commits, id, (effect) => (canBeClosed(effect) ? { ...effect, looked } : undefined));

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
