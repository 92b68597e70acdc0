import type { Basics, Connector, Journal, JournalEntry } from '../ports';
import { CLOCK_SKEW_MS } from '../session/session_times';
import { sendUndo } from './undo';

/*
 * Undoing by the executor alone, from its own journal, while OpenSearch is away. Only what carries our command_id at
 * the target; anything else waits: late is allowed, wrong is not.
 */

interface UndoOffline {
  readonly journal: Journal;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Pick<Basics, 'clock' | 'log'>;
}

const isOverdue = ({ deadline }: JournalEntry, utc: number): boolean =>
  deadline !== null && Date.parse(deadline) + CLOCK_SKEW_MS <= utc;

/**
 * Undoes what is overdue, once.
 *
 * @returns how many orders the targets said they carried out
 */
export const undoOffline = async ({ journal, connectors, basics }: UndoOffline): Promise<number> => {
  const { clock, log } = basics;
  const overdue = journal.open().filter((entry) => isOverdue(entry, clock.utc()));
  let undone = 0;
  for (const entry of overdue) {
    const { command_id, effect_id, action, target } = entry;
    const connector = connectors.get(entry.connector);
    if (!connector?.capabilities.tagged) continue;
    // Marked before the request is sent, so that the document is put right before this agent confirms anything again.
    if (entry.undone_offline !== true) await journal.put([{ ...entry, undone_offline: true }]);
    const handle = { effect_id, action, target, command_ids: [command_id] };
    const { kind } = await sendUndo(clock, connector, handle, Number.MAX_SAFE_INTEGER);
    if (kind === 'succeeded') undone += 1;
    else log.warn('an effect could not be undone while OpenSearch is away', { command: command_id, outcome: kind });
  }
  return undone;
};
