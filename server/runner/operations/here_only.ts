import type { HereContainment, HereOnlyView } from '../../../common/api/routes';
import type { Agent } from '../agent/agent';
import type { JournalEntry } from '../ports';

/** When the last of its reasons ends; an effect with one that has no end is a person's. */
const dueOf = (entries: readonly JournalEntry[]): string | null => {
  const deadlines = entries.map(({ deadline }) => deadline);
  return deadlines.includes(null)
    ? null
    : deadlines.reduce((last, each) => ((each ?? '') > (last ?? '') ? each : last));
};

const hereContainment = (effectId: string, entries: readonly JournalEntry[]): readonly HereContainment[] => {
  const [first] = entries;
  if (first === undefined) return [];
  const { connector, action, target } = first;
  return [
    {
      effect_id: effectId,
      connector,
      action,
      target,
      since: entries.reduce((earliest, { at }) => (at < earliest ? at : earliest), first.at),
      due: dueOf(entries),
      undoing: entries.some((entry) => entry.undone_offline === true),
    },
  ];
};

const soonest = (one: HereContainment, other: HereContainment): number =>
  (one.due ?? '~') < (other.due ?? '~') ? -1 : 1;

/** When the first of such containments ends by itself; undefined if none does. */
export const nextUndo = ({ effects }: Pick<Agent['knownHere'], 'effects'>): string | undefined =>
  [...effects.values()]
    .flatMap((entries) => dueOf(entries) ?? [])
    .reduce<string | undefined>((first, due) => (first === undefined || due < first ? due : first), undefined);

/**
 * What only the journal of this machine tells of containments, soonest to end first.
 *
 * @param most so many are listed; the total counts all
 */
export const hereOnlyView = ({ state, host, effects }: Agent['knownHere'], most: number): HereOnlyView => {
  const all = [...effects].flatMap(([id, entries]) => hereContainment(id, entries)).sort(soonest);
  return { state, host, total: all.length, containments: all.slice(0, most) };
};
