import type { Effect } from '../../../server/engine/execution/effect';
import type { SimAgent } from '../machine';
import { targetKey } from '../sim_target';
import type { World } from '../world';
import type { Violations } from './violations';

/**
 * An effect that ends by less too early is not early, ms. A ttl counts from when its claim was made, and this sees it
 * land: where answers are lost that may take two seconds. Besides, clocks of machines may run too fast.
 */
const ALLOWED_EARLY_MS = 2_500;
const DRIFT = 0.01;
const FAR_APART_MS = 60_000;

/** When a reason ends at the earliest, true time, and how long it lasts, ms. */
interface Term {
  readonly end: number;
  readonly ttlMs: number;
}

/** INV-4, first half: nothing is undone while one of its reasons holds. Knows when each effect should end. */
export class EffectChecker {
  /** Unexpired reasons of each target, by command, with the true time at which they end at the earliest. */
  private readonly reasons = new Map<string, ReadonlyMap<string, Term>>();
  /** The last reasons that each target had. */
  private readonly latest = new Map<string, ReadonlyMap<string, Term>>();
  private readonly since = new Map<string, number>();
  private readonly lastSent = new Map<string, number>();
  private readonly lifted = new Set<string>();
  /** Effects that an agent tried to end while it did not reach the store. */
  private readonly tried = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {
    world.store.watch((_, body) => {
      if (body.kind === 'effect') this.noteReasons(body.content as Effect);
    });
    world.whenUndoing(({ key, isAlone }) => {
      if (isAlone) this.tried.add(key);
    });
    world.target.whenRemoved((key) => this.onRemoved(key));
    world.whenSending(({ command, at }) => this.lastSent.set(command.command_id, at));
  }

  /** A person ends it: then it may end at any time. */
  noteLifted(key: string): void {
    this.lifted.add(key);
  }

  /** Somebody removes it at the target: for once it may go before its end. */
  removedByHand(key: string, remove: () => void): void {
    const wasLifted = this.lifted.has(key);
    this.lifted.add(key);
    remove();
    if (!wasLifted) this.lifted.delete(key);
  }

  /** Its executor dies while somebody lives who cannot undo what it did. */
  noteDeath(machine: SimAgent): void {
    const { world } = this;
    const lacking = world.agents.some((each) => each !== machine && each.lacks !== undefined && each.box.alive);
    if (!lacking) return;
    for (const command_id of world.target.entries.values()) {
      const sending = world.sendings.find(({ command }) => command.command_id === command_id);
      const isLacked = world.agents.some(({ lacks }) => lacks === sending?.command.connector);
      if (sending?.agent === machine.name && isLacked) world.tally.note('lacking');
    }
  }

  /** When an effect should have ended, true time; undefined if that is not known, or only a person ends it. */
  dueOf(key: string): number | undefined {
    const ends = [...(this.latest.get(key) ?? [])].map(([command, { end }]) => {
      const sent = this.lastSent.get(command);
      const first = this.since.get(command);
      return sent === undefined || first === undefined ? end : end + Math.max(0, sent - first);
    });
    const due = Math.max(...ends);
    return Number.isFinite(due) ? due : undefined;
  }

  private noteReasons({ action, target, reasons, requested }: Effect): void {
    // A ttl counts from the claim, also where the owner of the effect confirms the reason only later.
    for (const { command } of requested)
      if (!this.since.has(command.command_id)) this.since.set(command.command_id, this.world.now);
    const held = new Map<string, Term>();
    for (const { command } of reasons) {
      const first = this.since.get(command.command_id) ?? this.world.now;
      this.since.set(command.command_id, first);
      const ttlMs = command.ttl_ms ?? Infinity;
      held.set(command.command_id, { end: first + ttlMs, ttlMs });
    }
    this.keepFolded(targetKey(action, target), reasons, held);
    const ends = [...held.values()].map(({ end }) => end);
    if (Math.max(...ends) - Math.min(...ends) > FAR_APART_MS) this.world.tally.note('long_ttl');
    const key = targetKey(action, target);
    this.reasons.set(key, held);
    if (held.size > 0) this.latest.set(key, held);
  }

  /** A reason that is counted with a later one is named no more, and holds as long as it did. */
  private keepFolded(key: string, reasons: Effect['reasons'], held: Map<string, Term>): void {
    const counted = reasons.reduce((sum, { times = 1 }) => sum + times - 1, 0);
    if (counted === 0) return;
    this.world.tally.note('folded');
    this.world.tally.note('one_target');
    for (const [command, term] of this.reasons.get(key) ?? []) if (!held.has(command)) held.set(command, term);
  }

  private onRemoved(key: string): void {
    const check = this.tried.has(key) ? 'early_alone' : undefined;
    if (this.lifted.has(key)) return;
    for (const [command, { end, ttlMs }] of this.reasons.get(key) ?? []) {
      const early = end - this.world.now;
      if (early > Math.max(ALLOWED_EARLY_MS, ttlMs * DRIFT))
        this.violations.add(
          'INV-4',
          `${key} was undone ${Math.round(early)} ms before the end of its reason ${command}`,
          check,
        );
    }
  }
}
