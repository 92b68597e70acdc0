import type { ClearedCommand } from '../../common/flow/command';
import type { Target } from '../../common/flow/decision';
import type { EffectHandle, Idempotency } from '../../server/runner/ports';
import { FakeTarget } from '../fakes/fake_target';
import type { Scheduler } from '../fakes/scheduler';
import type { Climate } from './climate';
import type { Tally } from './tally';

/** How long after the end of its ttl a target that was told of it ends an effect by itself, ms. */
const NATIVE_GRACE_MS = 10_000;
/** How far the second observer is behind, ms. */
const OBSERVER_BEHIND_MS = 900;

export const targetKey = (action: string, target: Target): string => `${action} ${target.type}:${target.value}`;

export const keyOf = ({ action, target }: Pick<EffectHandle, 'action' | 'target'>): string => targetKey(action, target);

interface SimTargetOptions {
  readonly idempotency: Idempotency;
  readonly climate: Climate;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
}

/** The enforcement systems of a world: what is in effect, and what the climate makes of them. */
export class SimTarget extends FakeTarget {
  private readonly highest = new Map<string, number>();
  /** When the target ends an effect by itself, true time. */
  private readonly nativeEnds = new Map<string, number>();

  /** Until when the target does not say what came of an order, true time. */
  private readonly pending = new Map<string, number>();

  constructor(private readonly options: SimTargetOptions) {
    super(options.idempotency);
  }

  private get now(): number {
    return this.options.scheduler.now;
  }

  /** Whether an order is not older than another one for the same target that came before it. */
  admits(key: string, fence: number): boolean {
    const { climate, tally } = this.options;
    if (!climate.has('fences')) return true;
    const highest = this.highest.get(key);
    if (highest !== undefined) tally.note('fences');
    if (highest !== undefined && fence < highest) return false;
    this.highest.set(key, fence);
    return true;
  }

  /** The target only took an order, and does not say for so long what came of it, ms. */
  isPending(key: string, lengthMs: number): void {
    this.pending.set(key, this.now + lengthMs);
  }

  isUndecided(key: string): boolean {
    return this.now < (this.pending.get(key) ?? 0);
  }

  /** Applies a command, and ends it in its time where the target does that. */
  land({ command_id, action, target, ttl_ms }: ClearedCommand): void {
    const { climate } = this.options;
    const key = targetKey(action, target);
    const before = this.history.length;
    this.apply(key, command_id, this.now);
    const isNew = this.history.length > before;
    if (climate.has('native_ttl') && ttl_ms !== null && isNew) this.endAt(key, this.now + ttl_ms + NATIVE_GRACE_MS);
  }

  /** An effect of ours that ends by itself lasts so much longer from now on, ms; null: until a person ends it. */
  extend(handle: EffectHandle, lastsMs: number | null): boolean {
    const key = keyOf(handle);
    const there = this.entries.get(key);
    const isOurs = this.options.climate.has('untagged') || handle.command_ids.includes(there ?? '');
    if (there === undefined || !isOurs) return false;
    this.endAt(key, lastsMs === null ? Infinity : this.now + lastsMs + NATIVE_GRACE_MS);
    return true;
  }

  private endAt(key: string, moment: number): void {
    const { scheduler, tally } = this.options;
    this.nativeEnds.set(key, moment);
    scheduler.after(moment - this.now, () => {
      const there = this.entries.get(key);
      if (there === undefined || this.nativeEnds.get(key) !== moment) return;
      tally.note('native_ttl');
      this.remove(key, [there], this.now);
    });
  }

  /** Ends what carries one of these marks; a target without marks ends what is there. */
  end(handle: Pick<EffectHandle, 'action' | 'target' | 'command_ids'>): boolean {
    const { climate, tally } = this.options;
    const key = keyOf(handle);
    const there = this.entries.get(key);
    if (!climate.has('untagged') || there === undefined) return this.remove(key, handle.command_ids, this.now);
    tally.note('untagged');
    return this.remove(key, [there], this.now);
  }

  /** What an agent is told when it asks whether an effect is there. */
  shows(handle: Pick<EffectHandle, 'action' | 'target' | 'command_ids'>): boolean {
    const { climate, tally } = this.options;
    const truth = this.entries.get(keyOf(handle));
    const seen = climate.has('second_observer') ? this.asOf(keyOf(handle), this.now - OBSERVER_BEHIND_MS) : truth;
    if (seen !== truth) tally.note('second_observer');
    return seen !== undefined && (climate.has('untagged') || handle.command_ids.includes(seen));
  }

  private asOf(key: string, moment: number): string | undefined {
    for (let index = this.history.length - 1; index >= 0; index -= 1) {
      const change = this.history[index];
      if (change?.key === key && change.at <= moment) return change.kind === 'removed' ? undefined : change.command;
    }
    return undefined;
  }
}
