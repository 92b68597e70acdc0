import type { Term } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import type { InCare } from './custody';

/** An effect that this session looks after. Moments in monotonic ms. */
export interface KeptEffect extends InCare, Term {
  effect: Effect;
  lastSentAt: number;
  readonly dues: Map<string, number | null>;
  pause: number;
  verified: boolean;
}

export const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

const endFrom = (at: number, ttlMs: number | null): number | null => (ttlMs === null ? null : at + ttlMs);

/** An effect that this process has executed: its ttl runs on this clock, from the last sending. */
export const ownEffect = (effect: Effect, lastSentAt: number, now: number): KeptEffect => ({
  ...takenOverEffect(effect, now),
  own: true,
  lastSentAt,
  dues: new Map(
    effect.reasons.map(({ command }) => [command.command_id, endFrom(lastSentAt, command.ttl_ms)] as const),
  ),
});

/** An effect of a dead session: it ends by its UTC deadlines, and may have been sent up to now. */
export const takenOverEffect = (effect: Effect, now: number): KeptEffect => ({
  effect,
  own: false,
  lastSentAt: now,
  dues: new Map(),
  nextLook: now,
  pause: FIRST_PAUSE_MS,
  busy: false,
  verified: false,
});

/** The effect as it is by now. A further reason counts from when it is first seen here: never shorter than its ttl. */
export const noteEffect = (kept: KeptEffect, effect: Effect, now: number): void => {
  kept.effect = effect;
  for (const { command } of effect.reasons) {
    if (!kept.dues.has(command.command_id)) kept.dues.set(command.command_id, endFrom(now, command.ttl_ms));
  }
};

/** Puts the next look off, each time for longer. */
export const lookLater = (kept: KeptEffect, now: number, pause = kept.pause): void => {
  kept.nextLook = now + pause;
  kept.pause = Math.min(LONGEST_PAUSE_MS, kept.pause * 2);
};

/** Looks at once, and patiently only if that does not help. */
export const lookSoon = (kept: KeptEffect): void => {
  kept.pause = FIRST_PAUSE_MS;
  kept.nextLook = 0;
};
