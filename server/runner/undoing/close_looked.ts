import { closedAs, wordsOf } from '../../engine/execution/looked';
import { commandsOf, type Effect } from '../../engine/execution/effect';
import { changeActOf, changeEffect, momentNow } from '../executing/change_document';
import type { CaseAct } from '../keeping/kinds/case';
import type { Undoing } from './undo';

/**
 * Closes an effect on the word of a person who looked at its target. Its cases first: should this agent die in between,
 * whoever takes it over finds the word in the document.
 *
 * @returns false if it is not unknown any more
 */
export const closeLooked = async ({ writing, journal }: Undoing, id: string, effect: Effect): Promise<boolean> => {
  const { looked } = effect;
  if (looked === undefined) return false;
  const text = wordsOf(looked);
  const status: CaseAct['status'] = looked.as === 'happened' ? 'done' : 'failed';
  await Promise.all(
    effect.reasons.map(({ command }) =>
      changeActOf(writing, command, (act) => (act.status === 'unknown' ? { ...act, status, text } : act)),
    ),
  );
  const known = journal.ofEffect(id).map(({ command_id }) => command_id);
  const closed = await changeEffect(writing, id, (current) =>
    current.state === 'unknown' && current.looked !== undefined
      ? { effect: closedAs(current, current.looked, momentNow(writing, id)) }
      : undefined,
  );
  if (closed !== undefined) await journal.close([...new Set([...commandsOf(effect), ...known])]);
  return closed !== undefined;
};
