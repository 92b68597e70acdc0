import type { Clocks } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import { changeEffect, type Writing } from '../executing/change_document';
import type { Executed } from '../executing/execute_command';
import { read } from '../keeping/state_docs';
import type { Connector } from '../ports';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { clocksOf } from './keeper_clocks';
import { inheritedEffect, noteEffect, ownEffect, ownKnowledge, type KeptEffect } from './kept_effect';
import { LiveChecks } from './live_checks';
import { sayGone } from './say_gone';
import type { TimedItems } from './timed_items';
import { closeEffect, handleOf, verifyEffect, type Undoing } from './undo';
import { takeOver } from './write_effect';

/**
 * The effects in care of one session, each as its document is: whatever changes one, or finds it changed, goes through
 * here.
 */
export class EffectCare {
  readonly checks: LiveChecks;
  readonly writing: Writing;
  readonly undoing: Undoing;
  /** How many commands of each effect are being executed. */
  private readonly executing = new Map<string, number>();
  private readonly bornAt: number;

  /** @param ended told of every effect that is finally gone */
  constructor(
    private readonly ports: EffectKeeperPorts,
    readonly items: TimedItems<KeptEffect>,
    private readonly ended: (effectId: string) => void,
  ) {
    const { commits, journal, basics } = ports;
    this.bornAt = basics.clock.monotonic();
    this.writing = { commits, clock: basics.clock };
    this.undoing = { writing: this.writing, journal, clock: basics.clock };
    this.checks = new LiveChecks({
      ...ports,
      kept: items,
      found: (id, kept, isThere) => this.sayGone(id, kept, isThere),
    });
  }

  get now(): number {
    return this.ports.basics.clock.monotonic();
  }

  get clocks(): Clocks {
    return clocksOf(this.ports);
  }

  /** A command of it is being executed. */
  isExecuting(id: string): boolean {
    return this.executing.has(id);
  }

  /** A command of the effect is being executed; of several that overlap the last one counts. */
  executes(effectId: string, execution: Promise<unknown>): void {
    this.executing.set(effectId, (this.executing.get(effectId) ?? 0) + 1);
    const over = (): void => {
      const left = (this.executing.get(effectId) ?? 1) - 1;
      if (left > 0) this.executing.set(effectId, left);
      else this.executing.delete(effectId);
    };
    void execution.then(over, over);
  }

  /** Takes an effect into care after its command was executed. */
  keep({ effectId, effect, lastSentAt }: Executed): void {
    if (effect === undefined || effect.state === 'absent') return;
    this.items.set(effectId, ownEffect(effect, lastSentAt, this.now));
  }

  /** Takes an effect of others into care, if it still belongs to one of these. */
  async take(id: string, owners: ReadonlySet<string>): Promise<void> {
    const { commits, basics } = this.ports;
    const taken = await takeOver(this.writing, commits, id, owners);
    if (taken === undefined) return;
    basics.log.info('an effect of a dead session was taken over', { effect: id, state: taken.state });
    const bornAt = owners.has(this.ports.session.id) ? this.now : this.bornAt;
    this.items.set(id, inheritedEffect(taken, { ...ownKnowledge(this.ports, id), bornAt }, this.now));
  }

  /** The effect as it is by now, with what the journal tells of its reasons. */
  note(id: string, kept: KeptEffect, effect: Effect): void {
    noteEffect(kept, effect, this.now, ownKnowledge(this.ports, id));
  }

  /** Reads it again: it leaves care where it is another session's. */
  async refresh(id: string, kept: KeptEffect): Promise<void> {
    const effect = await read(this.ports.store, 'effect', id);
    if (effect?.session === this.ports.session.id) this.note(id, kept, effect);
    else this.items.delete(id);
  }

  /** Changes its document; it leaves care where it is another session's. */
  async update(id: string, kept: KeptEffect, change: (effect: Effect) => Effect): Promise<void> {
    const effect = await changeEffect(this.writing, id, (current) => ({ effect: change(current) }));
    if (effect) this.note(id, kept, effect);
    else await this.refresh(id, kept);
  }

  /** Asks its target whether it is there. */
  async ask(id: string, kept: KeptEffect, connector: Connector) {
    const { clock } = this.ports.basics;
    const askedAt = clock.utc();
    const answer = await verifyEffect(clock, connector, handleOf(id, kept.effect));
    this.checks.heard(kept, connector, answer, askedAt);
    return answer;
  }

  /** It is finally absent. */
  async close(id: string, kept: KeptEffect, how: Parameters<typeof closeEffect>[3]): Promise<void> {
    await closeEffect(this.undoing, id, kept.effect, how);
    this.drop(id);
  }

  /** It is over. */
  drop(id: string): void {
    this.items.delete(id);
    this.ended(id);
  }

  private async sayGone(id: string, kept: KeptEffect, isThere: boolean): Promise<void> {
    const effect = await sayGone(this.writing, this.ports.basics, { id, seen: kept.effect, isThere });
    if (effect) this.note(id, kept, effect);
  }
}
