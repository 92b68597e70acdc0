import { dueAt, isDue, isSettled, type Clocks } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import { verified } from '../../engine/execution/seen';
import { changeEffect, momentNow, type Writing } from '../executing/change_document';
import { isEndedOffline } from '../executing/claim_world';
import type { Executed } from '../executing/execute_command';
import { inBackground } from '../keeping/in_background';
import type { LiveReport } from '../keeping/kinds/session';
import { read } from '../keeping/state_docs';
import type { Connector } from '../ports';
import { Custody } from './custody';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { EffectsAround } from './effects_around';
import { handBack, type LeftEffect } from './effects_left_behind';
import { FurtherReasons } from './further_reasons';
import {
  inheritedEffect,
  lookLater,
  lookSoon,
  noteAttempt,
  noteEffect,
  ownEffect,
  ownKnowledge,
  type KeptEffect,
} from './kept_effect';
import { LiveChecks } from './live_checks';
import { endOfMissing, sayGone } from './say_gone';
import { attemptUndo, beginUndo, closeEffect, endOfUndone, handleOf, verifyEffect, type Undoing } from './undo';
import { takeOver, tellCases, wishLift } from './write_effect';
import { clocksOf, isStillDue, isUndoSuspended } from './keeper_clocks';

type Undo = NonNullable<Effect['undo']>;

const REFUSED_PAUSE_MS = 60_000;
const SUSPENDED_PAUSE_MS = 5_000;
const LOOK_AT_LEAST_MS = 1_000;

const TIME_IS_OVER: Undo = { by: 'reflex', why: 'ttl', text: 'its time is over' };

/**
 * Looks after the effects of one session: verifies, confirms further reasons, undoes when due, finds out what became
 * of unknown ones, takes over those of dead sessions.
 */
export class EffectKeeper {
  private readonly custody: Custody<KeptEffect>;
  private readonly around: EffectsAround;
  private readonly checks: LiveChecks;
  private readonly further: FurtherReasons;
  private readonly executing = new Set<string>();
  private readonly writing: Writing;
  private readonly undoing: Undoing;
  private readonly bornAt: number;

  /** @param ended told of every effect that is finally gone */
  constructor(
    private readonly ports: EffectKeeperPorts,
    private readonly ended: (effectId: string) => void,
  ) {
    const { commits, journal, basics } = ports;
    this.bornAt = basics.clock.monotonic();
    this.writing = { commits, clock: basics.clock };
    this.undoing = { writing: this.writing, journal, clock: basics.clock };
    this.further = new FurtherReasons(ports, this.undoing);
    this.around = new EffectsAround(ports, {
      custody: () => this.custody,
      isExecuting: (id) => this.executing.has(id),
      nudge: (id) => this.nudge(id),
      take: (id, owners) => this.takeIntoCare(id, owners),
    });
    this.custody = new Custody(ports, {
      what: 'an effect',
      tickMs: 100,
      searchEveryMs: 1_000,
      lookAfter: (id, kept) => this.lookAfter(id, kept),
      // INVARIANT (INV-4): a look that fails puts off no end.
      dueAt: (kept) => dueAt(kept, this.clocks),
      searchAround: () => this.around.search(),
    });
    this.checks = new LiveChecks({
      ...ports,
      kept: this.custody.items,
      found: (id, kept, isThere) => this.sayGone(id, kept, isThere),
    });
  }

  /** Effects of the dead that no agent who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.around.nobodyCanUndo;
  }

  /** How the effects in care are, by connector. */
  get live(): Readonly<Record<string, LiveReport>> {
    return this.checks.report;
  }

  get size(): number {
    return this.custody.items.size;
  }

  /** This session looks after it right now. */
  isKept(id: string): boolean {
    return this.custody.items.has(id) || this.executing.has(id);
  }

  /** A command of the effect is being executed: until `keep`, or for good if that fails, it is not looked at. */
  executes(effectId: string, execution: Promise<unknown>): void {
    this.executing.add(effectId);
    const over = (): boolean => this.executing.delete(effectId);
    void execution.then(over, over);
  }

  /** Takes an effect into care after its command was executed. */
  keep({ effectId, effect, lastSentAt }: Executed): void {
    if (effect === undefined || effect.state === 'absent') return;
    this.custody.items.set(effectId, ownEffect(effect, lastSentAt, this.now));
  }

  run(until: () => boolean): Promise<void> {
    return this.custody.run(until);
  }

  /** Looks at an effect at once, because its document changed. */
  nudge(id: string): void {
    const kept = this.custody.items.get(id);
    if (!kept) return;
    this.ports.commits.forget(id);
    this.custody.hurry(id);
    inBackground(this.ports.basics, 'reading an effect', this.refresh(id, kept));
  }

  /**
   * Asks for an effect to be undone now, by its owner: this session at once, another one when it sees the wish.
   *
   * @returns false if there is nothing to undo
   */
  async lift(id: string, wish: NonNullable<Effect['lift']>): Promise<boolean> {
    const lifted = await wishLift(this.writing, this.ports.commits, id, wish);
    this.nudge(id);
    return lifted;
  }

  private async lookAfter(id: string, kept: KeptEffect): Promise<void> {
    const connector = this.ports.connectors.get(kept.effect.connector);
    if (!connector) {
      if (await handBack(this.writing, id))
        this.ports.basics.log.error('an effect is handed back, for its connector is not here', { effect: id });
      return void this.custody.items.delete(id);
    }
    switch (kept.effect.state) {
      case 'applying':
      case 'unknown':
        return this.findOut(id, kept, connector);
      case 'present':
        return this.watch(id, kept, connector);
      case 'undoing':
        return this.undo(id, kept, connector);
      case 'absent':
        this.drop(id);
    }
  }

  /** An effect in place: see that it stays, confirm reasons, undo it when it is due or a person says so. */
  private async watch(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { lift } = kept.effect;
    const settleMs = connector.capabilities.settle_time_ms;
    if (lift !== undefined && isSettled(kept, this.clocks, settleMs))
      return this.startUndo(id, kept, { by: lift.by, why: 'lifted', text: lift.text });
    if (isDue(kept, this.clocks, settleMs) || isEndedOffline(this.ports.journal, id, kept.effect))
      return this.startUndo(id, kept, TIME_IS_OVER);
    if (this.further.canAnswer(kept, connector)) return this.confirmReasons(id, kept, connector);
    if (this.further.mustTell(kept, connector)) return this.tellTarget(id, kept, connector);
    if (!kept.verified) return this.verifyOnce(id, kept, connector);
    this.checks.look(id, kept, connector);
    const due = dueAt(kept, this.clocks) ?? Infinity;
    kept.nextLook = Math.min(due, this.now + LOOK_AT_LEAST_MS);
  }

  private async tellTarget(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const longer = await this.further.tell(id, kept, connector);
    if (longer) this.note(id, kept, longer);
    kept.nextLook = this.now + LOOK_AT_LEAST_MS;
  }

  private async verifyOnce(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { state, text } = await this.ask(id, kept, connector);
    if (state === 'unknown') return this.askLater(kept, connector);
    const isThere = state === 'present';
    const words = text ?? (isThere ? 'seen at the target' : 'the target said yes but it is not there');
    kept.verified = isThere;
    await this.update(id, kept, (effect) => verified(effect, isThere, momentNow(this.writing, id), words));
    if (!isThere) await tellCases(this.writing, kept.effect, { to: 'unknown', text: words });
    lookSoon(kept);
  }

  /** Nobody knows whether it is there: ask until it is certain. "Absent" is final only after the settle time. */
  private async findOut(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { lift } = kept.effect;
    const settleMs = connector.capabilities.settle_time_ms;
    if (lift !== undefined) return this.startUndo(id, kept, { by: lift.by, why: 'lifted', text: lift.text });
    if (isDue(kept, this.clocks, settleMs)) return this.startUndo(id, kept, TIME_IS_OVER);
    const { state, text = 'seen at the target' } = await this.ask(id, kept, connector);
    if (state === 'present') {
      kept.verified = true;
      await this.update(id, kept, (effect) => verified(effect, true, momentNow(this.writing, id), text));
      return tellCases(this.writing, kept.effect, { to: 'present' });
    }
    if (state !== 'absent' || !isSettled(kept, this.clocks, settleMs)) return this.askLater(kept, connector);
    await this.close(id, kept, await endOfMissing(this.writing, kept.effect, this.clocks));
  }

  /** The target did not say it for certain. INVARIANT (INV-4): its pauses put off no end. */
  private askLater(kept: KeptEffect, { capabilities }: Connector): void {
    const due = dueAt(kept, this.clocks);
    const settled = kept.lastSentAt + capabilities.settle_time_ms;
    lookLater(kept, this.now, kept.pause, due === null ? null : Math.max(due, settled));
  }

  private async startUndo(id: string, kept: KeptEffect, undo: Undo): Promise<void> {
    if (undo.why === 'ttl' && isUndoSuspended(this.ports)) return lookLater(kept, this.now, SUSPENDED_PAUSE_MS);
    const effect = await beginUndo(
      this.undoing,
      id,
      undo,
      (newest) => undo.why !== 'ttl' || isStillDue(this.ports, id, { ...kept, effect: newest }),
    );
    if (!effect) return this.refresh(id, kept);
    this.note(id, kept, effect);
    lookSoon(kept);
  }

  private async undo(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const attempt = await attemptUndo(this.undoing, id, kept.effect, connector);
    if (attempt === 'refused') return lookLater(kept, this.now, REFUSED_PAUSE_MS);
    noteAttempt(kept, attempt);
    const isOver = attempt !== 'again' && isSettled(kept, this.clocks, connector.capabilities.settle_time_ms);
    if (!isOver) return lookLater(kept, this.now);
    await this.close(id, kept, endOfUndone(kept.effect, kept.cameLate));
  }

  private async confirmReasons(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const effect = await this.further.answer(id, kept, connector);
    if (effect) this.note(id, kept, effect);
  }

  private async takeIntoCare(id: string, owners: ReadonlySet<string>): Promise<void> {
    const { commits, basics } = this.ports;
    const taken = await takeOver(this.writing, commits, id, owners);
    if (taken === undefined) return;
    basics.log.info('an effect of a dead session was taken over', { effect: id, state: taken.state });
    const bornAt = owners.has(this.ports.session.id) ? this.now : this.bornAt;
    this.custody.items.set(id, inheritedEffect(taken, { ...ownKnowledge(this.ports, id), bornAt }, this.now));
  }

  private async refresh(id: string, kept: KeptEffect): Promise<void> {
    const effect = await read(this.ports.store, 'effect', id);
    if (effect?.session === this.ports.session.id) this.note(id, kept, effect);
    else this.custody.items.delete(id);
  }

  private async update(id: string, kept: KeptEffect, change: (effect: Effect) => Effect): Promise<void> {
    const effect = await changeEffect(this.writing, id, (current) => ({ effect: change(current) }));
    if (effect) this.note(id, kept, effect);
    else await this.refresh(id, kept);
  }

  private async sayGone(id: string, kept: KeptEffect, isThere: boolean): Promise<void> {
    const effect = await sayGone(this.writing, this.ports.basics, { id, seen: kept.effect, isThere });
    if (effect) this.note(id, kept, effect);
  }

  private async ask(id: string, kept: KeptEffect, connector: Connector) {
    const { clock } = this.ports.basics;
    const askedAt = clock.utc();
    const answer = await verifyEffect(clock, connector, handleOf(id, kept.effect));
    this.checks.heard(kept, connector, answer, askedAt);
    return answer;
  }

  private async close(id: string, kept: KeptEffect, how: Parameters<typeof closeEffect>[3]): Promise<void> {
    await closeEffect(this.undoing, id, kept.effect, how);
    this.drop(id);
  }

  /** The effect as it is by now, with what the journal tells of its reasons. */
  private readonly note = (id: string, kept: KeptEffect, effect: Effect): void =>
    noteEffect(kept, effect, this.now, ownKnowledge(this.ports, id));

  private get now(): number {
    return this.ports.basics.clock.monotonic();
  }

  private get clocks(): Clocks {
    return clocksOf(this.ports);
  }

  private drop(id: string): void {
    this.custody.items.delete(id);
    this.ended(id);
  }
}
