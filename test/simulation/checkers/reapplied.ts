import type { Effect } from '../../../server/engine/execution/effect';
import type { CaseContent } from '../../../server/runner/keeping/kinds/case';
import { contentOf } from '../../../server/runner/keeping/state_docs';
import { REAPPLIED_AT_MOST, REAPPLYING } from '../scenario';
import type { Sending } from '../sim_connector';
import { targetKey } from '../sim_target';
import type { World } from '../world';
import type { Violations } from './violations';

/*
 * What was removed at its target by hand is applied again only where its policy says so, so often at the most, never
 * after the end that was decided first, and never after a person lifted it. Looked at when an order is sent, with true
 * time; what a person approved is theirs.
 */

/** Clocks of machines differ by so much, and run by 1 % too fast, ms. */
const CLOCKS_APART_MS = 8_000;

interface Life {
  /** True time at which what was ordered before it was removed was to end at the latest. */
  until: number;
  /** How often it was removed after it had been seen at the target. */
  removed: number;
}

export class ReappliedChecker {
  private readonly lives = new Map<string, Life>();
  private readonly claimed = new Set<string>();
  /** Who wanted what was removed last. */
  private readonly lastRemoved = new Map<string, ReadonlySet<string>>();
  private readonly lifted = new Set<string>();
  private readonly approved = new Set<string>();
  private restored = false;

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {
    world.store.watch((_, body) => {
      if (body.kind === 'case') this.noteCase(body.content as CaseContent);
      if (body.kind === 'effect') this.noteReasons(body.content as Effect);
    });
    world.whenSending((sending) => this.onSending(sending));
  }

  /** The state was put back: who reports something again is answered again. */
  noteRestored(): void {
    this.restored = true;
  }

  /** Somebody removes it at the target by hand, or the target loses it. */
  noteRemoved(key: string, command: string): void {
    const effects = [...this.world.store.documents.values()].flatMap(({ body }) =>
      body.kind === 'effect' ? [body.content as Effect] : [],
    );
    const effect = effects.find((each) => targetKey(each.action, each.target) === key);
    // What nobody had seen there yet is found out about, and tried again, as always.
    if (effect?.verified_at === undefined) return;
    const wanted = new Set(effect.reasons.map(({ command: each }) => `${each.case_id} ${key}`));
    const sending = this.world.sendings.find((each) => each.command.command_id === command);
    if (sending !== undefined) wanted.add(lifeOf(sending));
    this.lastRemoved.set(key, wanted);
    this.count(wanted, 1);
  }

  /** Somebody put it back: it was not Reflex that applied it again. */
  notePutBack(key: string): void {
    this.count(this.lastRemoved.get(key) ?? new Set(), -1);
  }

  private count(wanted: ReadonlySet<string>, by: number): void {
    for (const each of wanted) {
      const life = this.lives.get(each);
      if (life !== undefined) life.removed += by;
    }
  }

  /** The cases that want an effect now, each with what it wants. */
  casesOf(effectId: string): readonly string[] {
    const effect: Effect | undefined = contentOf('effect', this.world.store.get(effectId));
    if (effect === undefined) return [];
    const key = targetKey(effect.action, effect.target);
    return effect.reasons.map(({ command }) => `${command.case_id} ${key}`);
  }

  /** A person lifted it for these. */
  noteLifted(cases: readonly string[]): void {
    for (const each of cases) this.lifted.add(each);
  }

  /** Until when each case wants it, by what was claimed or joined before it was removed. */
  private noteReasons({ action, target, reasons, requested }: Effect): void {
    for (const { command } of [...reasons, ...requested]) {
      if (this.claimed.has(command.command_id)) continue;
      this.claimed.add(command.command_id);
      const id = `${command.case_id} ${targetKey(action, target)}`;
      const life = this.lives.get(id) ?? { until: 0, removed: 0 };
      this.lives.set(id, life);
      // An order that came to nothing is given anew, with its whole time.
      if (life.removed === 0) life.until = this.world.now + (command.ttl_ms ?? Infinity) * 1.01;
    }
  }

  private noteCase({ acts }: CaseContent): void {
    for (const { command_id, resolution } of acts)
      if (command_id !== undefined && resolution?.verb === 'approved') this.approved.add(command_id);
  }

  private onSending(sending: Sending): void {
    const { command } = sending;
    const id = lifeOf(sending);
    const life = this.lives.get(id);
    if (life === undefined) return;
    const isRetry = this.world.sendings.filter((each) => each.command.command_id === command.command_id).length > 1;
    if (isRetry || life.removed === 0 || this.restored || this.approved.has(command.command_id)) return;
    // A newer report of the same thing is decided anew, and its order is its own.
    if (this.world.climate.has('updates')) return;
    this.world.tally.note('reapply');
    this.judge(sending, life, id);
  }

  private judge({ command, agent, at }: Sending, life: Life, id: string): void {
    const { violations } = this;
    const what = `${agent} applies ${targetKey(command.action, command.target)} again`;
    if (!REAPPLYING.has(command.policy.id))
      violations.add('INV-1', `${what}, which its policy does not say`, 'reapplied_unasked');
    if (life.removed > REAPPLIED_AT_MOST)
      violations.add('INV-2', `${what} after it was removed ${life.removed} times`, 'reapplied_too_often');
    const end = at + (command.ttl_ms ?? Infinity);
    if (end > life.until + CLOCKS_APART_MS)
      violations.add('INV-1', `${what} until ${Math.round(end - life.until)} ms after its end`, 'reapplied_too_long');
    if (this.lifted.has(id)) violations.add('INV-1', `${what}, which a person lifted`, 'reapplied_lifted');
  }
}

const lifeOf = ({ command }: Sending): string => `${command.case_id} ${targetKey(command.action, command.target)}`;
