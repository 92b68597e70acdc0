import type { QuarantineEntryView } from '../../../common/api/routes';

/** Entries with one cause: they look the same in the list. */
export interface Alike {
  /** The same for as long as there is one of them, whatever else comes: what is open stays open. */
  readonly cause: string;
  /** Newest. */
  readonly first: QuarantineEntryView;
  readonly entries: readonly QuarantineEntryView[];
}

/** What an entry has in common with those that are alike: why, from where, what is wrong, and what became of it. */
const causeOf = ({ reason, intake, fields, message, resolution }: QuarantineEntryView): string =>
  JSON.stringify([reason, intake, fields, message, resolution?.how, resolution?.by]);

/** Groups what is alike; the order is that of the newest of each group. */
export const groupAlike = (entries: readonly QuarantineEntryView[]): readonly Alike[] => {
  const groups = new Map<string, QuarantineEntryView[]>();
  for (const entry of entries) {
    const cause = causeOf(entry);
    const known = groups.get(cause);
    if (known) known.push(entry);
    else groups.set(cause, [entry]);
  }
  return [...groups].flatMap(([cause, group]) => (group[0] ? [{ cause, first: group[0], entries: group }] : []));
};
