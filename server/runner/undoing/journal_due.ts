import type { Boot, JournalEntry } from '../ports';
import { BETWEEN_CLOCKS_MS } from '../session/session_times';

/*
 * When an effect ends by the undo journal alone. The effect is the unit: it ends with the last of its open entries.
 * INVARIANT (INV-4): never early. In the run of the machine in which an entry was put its due runs on the machine's
 * monotonic clock; in another run by UTC, late by what two clocks may differ, and not at all while UTC is in doubt.
 */

/** This machine's clocks at one moment, ms. */
export interface MachineClocks {
  readonly utc: number;
  /** False while UTC of this machine cannot be relied on. */
  readonly trusted: boolean;
  readonly boot: Boot | undefined;
}

/** Time left until an entry is due by the machine's monotonic clock, ms; undefined if it is of another run. */
export const leftInBoot = ({ boot }: Pick<JournalEntry, 'boot'>, now: Boot | undefined): number | undefined =>
  boot !== undefined && boot.id === now?.id ? boot.due - now.now : undefined;

const leftOf = (entry: JournalEntry, { utc, trusted, boot }: MachineClocks): number | null => {
  if (entry.deadline === null) return null;
  const left = leftInBoot(entry, boot);
  if (left !== undefined) return left;
  return trusted ? Date.parse(entry.deadline) + BETWEEN_CLOCKS_MS - utc : null;
};

/**
 * Time left until an effect is due, ms; 0 or less: it is due.
 *
 * @param entries all that are open of the effect
 * @returns null if only a person ends it, or if that cannot be said now
 */
export const leftOfEffect = (entries: readonly JournalEntry[], clocks: MachineClocks): number | null => {
  const left = entries.map((entry) => leftOf(entry, clocks));
  return left.length === 0 || left.includes(null) ? null : Math.max(...left.map((each) => each ?? 0));
};

/** Open entries by effect. */
export const byEffect = (entries: readonly JournalEntry[]): ReadonlyMap<string, readonly JournalEntry[]> => {
  const effects = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const of = effects.get(entry.effect_id);
    if (of) of.push(entry);
    else effects.set(entry.effect_id, [entry]);
  }
  return effects;
};
