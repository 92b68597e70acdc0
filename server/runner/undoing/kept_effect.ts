import type { Term } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import type { Basics, Boot, Journal, JournalEntry } from '../ports';
import { AT_ONCE, type InCare } from './custody';
import { leftInBoot } from './journal_due';
import { FIRST_EXTENSION_PAUSE_MS, type Lasting } from './keep_longer';
import type { UndoAttempt } from './undo';

/** What was heard of an effect when its target was asked. Moments in monotonic ms. */
export interface Heard {
  /** When it is asked again, if it is in place; undefined before that is planned. */
  next: number | undefined;
  /** It is being asked again, or waits for its turn. */
  underWay: boolean;
  /** How often in a row the target did not say whether it is there. */
  unsure: number;
  /** How often in a row it was not there. */
  missed: number;
  /** How often it was asked again. */
  asked: number;
  /** UTC, ms: it was seen, and not before this. */
  seenAt: number | undefined;
}

/** An effect that this session looks after. Moments in monotonic ms. */
export interface KeptEffect extends InCare, Term, Lasting {
  effect: Effect;
  lastSentAt: number;
  readonly dues: Map<string, number | null>;
  readonly askedAt: Map<string, number>;
  pause: number;
  verified: boolean;
  /** While it is being undone it was seen absent. */
  seenAbsent: boolean;
  /** After that it was there once more: an order that was queued took effect late. */
  cameLate: boolean;
  readonly heard: Heard;
}

export const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

const endFrom = (at: number, ttlMs: number | null): number | null => (ttlMs === null ? null : at + ttlMs);

/** An effect that this process has executed: its ttl runs on this clock, from the last sending. */
export const ownEffect = (effect: Effect, lastSentAt: number, now: number): KeptEffect => ({
  ...takenOverEffect(effect, now),
  lastSentAt,
  toldUntil: endFrom(lastSentAt, effect.reasons[0]?.command.ttl_ms ?? null),
  dues: new Map(
    effect.reasons.map(({ command }) => [command.command_id, endFrom(lastSentAt, command.ttl_ms)] as const),
  ),
});

/** An effect of a dead session: it ends by its UTC deadlines, and may have been sent up to now. */
export const takenOverEffect = (effect: Effect, now: number): KeptEffect => ({
  effect,
  lastSentAt: now,
  dues: new Map(),
  askedAt: new Map(effect.requested.map(({ command }) => [command.command_id, now] as const)),
  nextLook: now,
  pause: FIRST_PAUSE_MS,
  busy: false,
  verified: false,
  seenAbsent: false,
  cameLate: false,
  heard: { next: undefined, underWay: false, unsure: 0, missed: 0, asked: 0, seenAt: undefined },
  nextExtension: 0,
  extensionPause: FIRST_EXTENSION_PAUSE_MS,
});

/** What this machine's own journal tells of the effects that it executed. */
export interface OwnKnowledge {
  readonly entries: readonly JournalEntry[];
  readonly boot: Boot | undefined;
  /** When this process began, monotonic ms: an earlier one sends nothing any more. */
  readonly bornAt: number;
}

/** What the journal of this machine tells of an effect now. */
export const ownKnowledge = (
  {
    journal,
    basics: { clock },
  }: { readonly journal: Pick<Journal, 'ofEffect'>; readonly basics: Pick<Basics, 'clock'> },
  id: string,
): Omit<OwnKnowledge, 'bornAt'> => ({ entries: journal.ofEffect(id), boot: clock.boot?.() });

/**
 * An effect that an earlier process of this machine executed, as far as its journal knows of it: ends are those of the
 * machine's monotonic clock, and nothing was sent since this process began.
 */
export const inheritedEffect = (effect: Effect, { entries, boot, bornAt }: OwnKnowledge, now: number): KeptEffect => {
  const kept = takenOverEffect(effect, now);
  const known = new Map(entries.map((entry) => [entry.command_id, leftInBoot(entry, boot)] as const));
  for (const { command } of effect.reasons) {
    const left = known.get(command.command_id);
    if (left !== undefined) kept.dues.set(command.command_id, now + left);
  }
  const isAllOurs = effect.reasons.every(({ command }) => known.has(command.command_id));
  return isAllOurs ? { ...kept, lastSentAt: Math.min(now, bornAt) } : kept;
};

/** Notes what an attempt at undoing it saw. */
export const noteAttempt = (kept: KeptEffect, attempt: UndoAttempt): void => {
  kept.cameLate ||= attempt === 'removed' && kept.seenAbsent;
  kept.seenAbsent ||= attempt === 'absent' || attempt === 'removed';
};

/** Of what is asked for it is remembered when that was first seen, and of nothing else. */
const noteAsked = ({ askedAt, effect }: KeptEffect, now: number): void => {
  const asked = new Set(effect.requested.map(({ command }) => command.command_id));
  for (const id of asked) if (!askedAt.has(id)) askedAt.set(id, now);
  for (const id of askedAt.keys()) if (!asked.has(id)) askedAt.delete(id);
};

/**
 * The effect as it is by now. A further reason of an effect that this process executed ends as the journal says, and
 * without that its time runs from when it was first seen here: never shorter than its ttl.
 */
export const noteEffect = (
  kept: KeptEffect,
  effect: Effect,
  now: number,
  own: Pick<OwnKnowledge, 'entries' | 'boot'>,
): void => {
  kept.effect = effect;
  const named = new Set(effect.reasons.map(({ command }) => command.command_id));
  for (const id of kept.dues.keys()) if (!named.has(id)) kept.dues.delete(id);
  for (const { command } of effect.taken_over === true ? [] : effect.reasons) {
    if (kept.dues.has(command.command_id)) continue;
    const entry = own.entries.find(({ command_id }) => command_id === command.command_id);
    const left = entry && leftInBoot(entry, own.boot);
    const from = kept.askedAt.get(command.command_id) ?? now;
    kept.dues.set(command.command_id, left === undefined ? endFrom(from, command.ttl_ms) : now + left);
  }
  noteAsked(kept, now);
};

/**
 * Puts the next look off, each time for longer.
 *
 * @param due when the effect ends, monotonic ms: it is looked at by then, however long the pause is
 */
export const lookLater = (kept: KeptEffect, now: number, pause = kept.pause, due: number | null = null): void => {
  const later = now + pause;
  kept.nextLook = due !== null && due > now ? Math.min(later, due) : later;
  kept.pause = Math.min(LONGEST_PAUSE_MS, kept.pause * 2);
};

/** Looks at once, and patiently only if that does not help. */
export const lookSoon = (kept: KeptEffect): void => {
  kept.pause = FIRST_PAUSE_MS;
  kept.nextLook = AT_ONCE;
};
