import { createHash } from 'crypto';
import type { ListFetch, ListHold, ListPart } from '../connector';

/*
 * What a list holds, and what a version of it held. Pure. A version is the revision of each part, and the time as of
 * which ended holds were left out: from both it is known exactly whether a hold was in it.
 */

/** A list of 10,000 entries has some 150 in each part, so that orders seldom meet, and a change writes some 30 KB. */
export const PARTS = 64;
/** What is over is remembered for so long, ms, so that it is known which versions held it. */
export const FORGET_MS = 6 * 3_600_000;
/** Two ends of one hold that differ by less are the same: between two looks a request passes, ms. */
const SAME_END_MS = 5_000;
/** A change is later than every one before it by so much, ms: serials of zones count in it. */
export const CHANGE_STEP_MS = 100;
/** What is over and remembered in one part at the most. */
const MOST_OVER = 512;
/** Ends of one hold that are remembered. */
const MOST_ENDS = 8;

/** In which part a value is. */
export const partOf = (value: string): number => (createHash('sha256').update(value).digest()[0] ?? 0) % PARTS;

export const partId = (list: string, part: number): string => `block_list:${list}:${part}`;
export const fetchId = (list: string, device: string): string => `block_list_fetch:${list}:${device}`;

export const EMPTY_PART: ListPart = {
  revision: 0,
  changed_at: 0,
  holds: [],
  forgotten: { revision: 0, until: 0 },
};

const untilOf = ({ ends }: ListHold): number => ends[ends.length - 1]?.[1] ?? Infinity;

/** Whether a hold keeps its entry in the list at a moment in UTC, ms. */
export const holdsAt = (hold: ListHold, now: number): boolean => hold.gone === undefined && untilOf(hold) > now;

/** Since when a hold is over, UTC ms; undefined while it is not. */
const overSince = (hold: ListHold, now: number): number | undefined =>
  hold.gone?.[1] ?? (holdsAt(hold, now) ? undefined : untilOf(hold));

/** Lets go of what has been over for long, and says so. */
const withoutOld = (part: ListPart, now: number): ListPart => {
  const over = part.holds
    .flatMap((hold) => {
      const since = overSince(hold, now);
      return since === undefined ? [] : [{ hold, since }];
    })
    .sort((one, other) => other.since - one.since);
  const old = new Set(
    over.filter(({ since }, at) => since < now - FORGET_MS || at >= MOST_OVER).map(({ hold }) => hold),
  );
  if (old.size === 0) return part;
  // INVARIANT: what is forgotten was in no version from here on.
  const revisions = [...old].map(({ gone }) => gone?.[0] ?? 0);
  const untils = [...old].map((hold) => (hold.gone === undefined ? untilOf(hold) : 0));
  return {
    ...part,
    holds: part.holds.filter((hold) => !old.has(hold)),
    forgotten: {
      revision: Math.max(part.forgotten.revision, ...revisions),
      until: Math.max(part.forgotten.until, ...untils),
    },
  };
};

/** When a change is made. */
export interface Moment {
  /** UTC, ms. */
  readonly now: number;
  /** When the list last changed, as far as it is known; UTC, ms. */
  readonly last: number;
}

const changed = (part: ListPart, holds: readonly ListHold[], { now, last }: Moment): ListPart => {
  const changed_at = Math.max(now, Math.max(last, part.changed_at) + CHANGE_STEP_MS);
  return withoutOld({ ...part, revision: part.revision + 1, changed_at, holds }, now);
};

/** What an order wants to be there. */
export interface WantedHold {
  readonly value: string;
  readonly commandId: string;
  /** UTC, ms; null: until a person ends it. */
  readonly until: number | null;
  /** One that holds already is made to last so long; else whatever holds is good enough. */
  readonly longer: boolean;
}

/** The part with a hold; undefined if it is there already. An end is never moved forward. */
export const withHold = (part: ListPart, wanted: WantedHold, moment: Moment): ListPart | undefined => {
  const { value, commandId, until, longer } = wanted;
  const found = part.holds.find(
    (hold) => hold.value === value && hold.command_id === commandId && holdsAt(hold, moment.now),
  );
  const end = [part.revision + 1, until] as const;
  if (found === undefined) {
    const hold: ListHold = { value, command_id: commandId, at: moment.now, ends: [end] };
    return changed(part, [...part.holds, hold], moment);
  }
  if (!longer || untilOf(found) === Infinity || untilOf(found) >= (until ?? Infinity) - SAME_END_MS) return undefined;
  const ends = [...found.ends, end];
  const lasting: ListHold = {
    ...found,
    ends: ends.slice(-MOST_ENDS),
    ...(ends.length > MOST_ENDS && { trimmed: true as const }),
  };
  const holds = part.holds.map((hold) => (hold === found ? lasting : hold));
  return changed(part, holds, moment);
};

/** The part without what some commands hold of a value; undefined if they hold nothing of it. */
export const withoutHolds = (
  part: ListPart,
  { value, commandIds }: { readonly value: string; readonly commandIds: readonly string[] },
  moment: Moment,
): ListPart | undefined => {
  const isIts = (hold: ListHold): boolean =>
    hold.value === value && commandIds.includes(hold.command_id) && holdsAt(hold, moment.now);
  if (!part.holds.some(isIts)) return undefined;
  const gone = [part.revision + 1, moment.now] as const;
  const holds = part.holds.map((hold) => (isIts(hold) ? { ...hold, gone } : hold));
  return changed(part, holds, moment);
};

type Version = Pick<ListFetch, 'cut'> & { readonly revision: number };

/** Whether a hold was in a version of its part; `maybe` where that is not remembered. */
const sightOf = (hold: ListHold, { revision, cut }: Version): 'in' | 'out' | 'maybe' => {
  if (hold.gone !== undefined && hold.gone[0] <= revision) return 'out';
  const [, until] = [...hold.ends].reverse().find(([from]) => from <= revision) ?? [];
  if (until === undefined) return hold.trimmed === true ? 'maybe' : 'out';
  return until === null || until > cut ? 'in' : 'out';
};

/** What some commands hold of a value: now, and in versions that devices fetched. */
export interface Holding {
  /** Something of it holds now. */
  readonly now: boolean;
  /** How many others hold the value now. */
  readonly others: number;
  /** Certainly in that version. */
  readonly isIn: (fetch: ListFetch) => boolean;
  /** Certainly not in that version. */
  readonly isOut: (fetch: ListFetch) => boolean;
}

/** @param at the index of the part */
export const holdingOf = (
  part: ListPart,
  { value, commandIds, at }: { readonly value: string; readonly commandIds: readonly string[]; readonly at: number },
  now: number,
): Holding => {
  const onValue = part.holds.filter((hold) => hold.value === value);
  const ours = onValue.filter(({ command_id }) => commandIds.includes(command_id));
  const known = new Set(ours.map(({ command_id }) => command_id));
  const isAllKnown = commandIds.every((id) => known.has(id));
  const versionOf = ({ revisions, cut }: ListFetch): Version => ({ revision: revisions[at] ?? 0, cut });
  const holding = ours.filter((hold) => holdsAt(hold, now));
  return {
    now: holding.length > 0,
    others: onValue.filter((hold) => holdsAt(hold, now) && !commandIds.includes(hold.command_id)).length,
    isIn: (fetch) => holding.some((hold) => sightOf(hold, versionOf(fetch)) === 'in'),
    isOut: (fetch) => {
      const version = versionOf(fetch);
      // Of a command that is not remembered nothing is left in what came after the last that was forgotten.
      const isLate = version.revision >= part.forgotten.revision && version.cut >= part.forgotten.until;
      return ours.every((hold) => sightOf(hold, version) === 'out') && (isAllKnown || isLate);
    },
  };
};

/** One entry as it is served. */
export interface ListEntry {
  readonly value: string;
  /** UTC, ms. */
  readonly since: number;
  /** UTC, ms; null: until a person ends it. */
  readonly until: number | null;
}

/** Every entry that something holds at a moment, once, in the order of their letters. */
export const entriesAt = (parts: readonly ListPart[], now: number): readonly ListEntry[] => {
  const entries = new Map<string, ListEntry>();
  for (const hold of parts.flatMap(({ holds }) => holds)) {
    if (!holdsAt(hold, now)) continue;
    const before = entries.get(hold.value);
    const until = Math.max(untilOf(hold), before === undefined ? -Infinity : (before.until ?? Infinity));
    entries.set(hold.value, {
      value: hold.value,
      since: Math.min(hold.at, before?.since ?? Infinity),
      until: until === Infinity ? null : until,
    });
  }
  return [...entries.values()].sort((one, other) => (one.value < other.value ? -1 : 1));
};

/** When what the parts hold last became other than it was, UTC ms: by a change, or by an end. */
export const lastChangeOf = (parts: readonly ListPart[], now: number): number =>
  Math.max(
    0,
    ...parts.map(({ changed_at }) => changed_at),
    ...parts.flatMap(({ holds }) => holds.filter((hold) => !holdsAt(hold, now) && !hold.gone).map(untilOf)),
  );
