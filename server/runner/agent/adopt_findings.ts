import { iso } from '../../../common/iso';
import type { Command } from '../../../common/flow/command';
import type { ActionRecord } from '../../../common/flow/outcome';
import type { EffectReason } from '../../engine/execution/reasons';
import { bareIdentities } from '../../engine/entity/identity';
import { effectIds } from '../keeping/kinds/effect';
import type { Journal, ListedEffect } from '../ports';

/** An effect that somebody knows of. */
export interface Known {
  readonly id: string;
  readonly connector: string;
  readonly action: string;
  readonly target: Command['target'];
  readonly reasons: Map<string, EffectReason>;
}

/** After one of these a command has no effect any more. */
const ENDS: ReadonlySet<ActionRecord['state']> = new Set<ActionRecord['state']>([
  'failed',
  'undone',
  'verified_absent',
  'late_effect_removed',
  'taken_back',
  'closed_by_person',
  'reason_folded',
]);

/** As of a clock that may have been off: only for what earlier versions wrote. */
const deadlineAfter = ({ ttl_ms }: Command, at: string): string | null =>
  ttl_ms === null ? null : iso(Date.parse(at) + ttl_ms);

const UNKNOWN = 'unknown';

/** A reason of which only the mark at the target is known, and so not its end: whoever knows the end knows better. */
export const isOnlyAMark = ({ command, deadline }: EffectReason): boolean =>
  deadline === null && command.policy.id === UNKNOWN;

/** A command of which only its id, and what it did, is known: no ttl that could end it, so a person does. */
const unknownCommand = (known: Pick<Known, 'connector' | 'action' | 'target'>, commandId: string): Command => ({
  command_id: commandId,
  case_id: 'case:unknown',
  decision_id: 'unknown',
  act_id: 'unknown',
  action: known.action,
  target: known.target,
  connector: known.connector,
  reason: 'found when the state was adopted; its record is lost',
  ttl_ms: null,
  rollback: null,
  policy: { id: UNKNOWN, hash: UNKNOWN, layer: 'action', mode: 'enforce' },
});

/** What is in effect, put together from everything that still knows of it. */
export class Findings {
  readonly effects = new Map<string, Known>();

  /**
   * Later records of one command follow earlier ones, as far as clocks agree. Its end is on record; where an earlier
   * version left it out it is reckoned from when the first record was written.
   */
  fromRecord(record: ActionRecord): void {
    const { command, effect_id: id, n, at } = record;
    const known = this.at(id, command);
    const before = known.reasons.get(command.command_id);
    if (ENDS.has(record.state)) {
      known.reasons.delete(command.command_id);
      if (known.reasons.size === 0) this.effects.delete(id);
      return;
    }
    const deadline = record.deadline ?? before?.deadline ?? deadlineAfter(command, at);
    known.reasons.set(command.command_id, { command, deadline, next_n: Math.max(before?.next_n ?? 0, n + 1) });
  }

  fromJournal(journal: Journal): void {
    for (const entry of journal.open()) {
      if (entry.gone === true) continue;
      const known = this.at(entry.effect_id, entry);
      const found = known.reasons.get(entry.command_id);
      if (found && !isOnlyAMark(found)) continue;
      const command = unknownCommand(entry, entry.command_id);
      known.reasons.set(entry.command_id, { command, deadline: entry.deadline, next_n: 0 });
    }
  }

  /** What a target shows and carries a mark of ours. What does not is not known to be ours, and is left alone. */
  fromTarget(connector: string, { action, target, command_id }: ListedEffect): void {
    // By its command first: the target may have another name for what it is filed under.
    if (command_id === undefined || this.isNamed(command_id)) return;
    // Filed as a claim files it, by its key: the target may spell it in a way that no act will.
    const [id = ''] = effectIds(connector, action, target, bareIdentities);
    const known = this.at(id, { connector, action, target });
    known.reasons.set(command_id, {
      command: unknownCommand({ connector, action, target }, command_id),
      deadline: null,
      next_n: 0,
    });
  }

  private isNamed(commandId: string): boolean {
    return [...this.effects.values()].some(({ reasons }) => reasons.has(commandId));
  }

  private at(id: string, { connector, action, target }: Pick<Known, 'connector' | 'action' | 'target'>): Known {
    const known = this.effects.get(id);
    if (known) return known;
    const made: Known = { id, connector, action, target, reasons: new Map() };
    this.effects.set(id, made);
    return made;
  }
}
