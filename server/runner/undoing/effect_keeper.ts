import { dueAt, isDue, isSettled } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import { verified } from '../../engine/execution/seen';
import { momentNow } from '../executing/change_document';
import { isEndedOffline } from '../executing/claim_world';
import type { Executed } from '../executing/execute_command';
import { inBackground } from '../keeping/in_background';
import type { LiveReport } from '../keeping/kinds/session';
import type { Connector } from '../ports';
import { closeLooked } from './close_looked';
import { Custody } from './custody';
import { EffectCare } from './effect_care';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { EffectsAround } from './effects_around';
import { handBack, type LeftEffect } from './effects_left_behind';
import { FurtherReasons } from './further_reasons';
import { lookLater, lookSoon, noteAttempt, type KeptEffect } from './kept_effect';
import { RemovedEffects } from './removed_effects';
import { endOfMissing } from './say_gone';
import { attemptUndo, beginUndo, endOfUndone } from './undo';
import { sayLooked, tellCases, wishLift } from './write_effect';
import { isStillDue } from './keeper_clocks';

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
  private readonly care: EffectCare;
  private readonly further: FurtherReasons;
  private readonly removed: RemovedEffects;

  /** @param ended told of every effect that is finally gone */
  constructor(
    private readonly ports: EffectKeeperPorts,
    ended: (effectId: string) => void,
  ) {
    this.around = new EffectsAround(ports, {
      custody: () => this.custody,
      isExecuting: (id) => this.care.isExecuting(id),
      nudge: (id) => this.nudge(id),
      take: (id, owners) => this.care.take(id, owners),
    });
    this.custody = new Custody(ports, {
      what: 'an effect',
      tickMs: 100,
      searchEveryMs: 1_000,
      lookAfter: (id, kept) => this.lookAfter(id, kept),
      // INVARIANT (INV-4): a look that fails puts off no end.
      dueAt: (kept) => dueAt(kept, this.care.clocks),
      searchAround: () => this.around.search(),
    });
    this.care = new EffectCare(ports, this.custody.items, ended);
    this.further = new FurtherReasons(ports, this.care.undoing);
    this.removed = new RemovedEffects(ports, this.care);
  }

  /** Effects of the dead that no agent who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.around.nobodyCanUndo;
  }

  /** How the effects in care are, by connector. */
  get live(): Readonly<Record<string, LiveReport>> {
    return this.care.checks.report;
  }

  get size(): number {
    return this.custody.items.size;
  }

  /** This session looks after it right now. */
  isKept(id: string): boolean {
    return this.custody.items.has(id) || this.care.isExecuting(id);
  }

  /** A command of the effect is being executed: until `keep`, or for good if that fails, it is not looked at. */
  executes(effectId: string, execution: Promise<unknown>): void {
    this.care.executes(effectId, execution);
  }

  /** Takes an effect into care after its command was executed. */
  keep(executed: Executed): void {
    this.care.keep(executed);
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
    inBackground(this.ports.basics, 'reading an effect', this.care.refresh(id, kept));
  }

  /**
   * Asks for an effect to be undone now, by its owner: this session at once, another one when it sees the wish.
   *
   * @returns false if there is nothing to undo
   */
  async lift(id: string, wish: NonNullable<Effect['lift']>): Promise<boolean> {
    const lifted = await wishLift(this.care.writing, this.ports.commits, id, wish);
    this.nudge(id);
    return lifted;
  }

  /**
   * A person looked at the target and says what came of what nothing takes back.
   *
   * @returns false if it is not unknown, or can be undone
   */
  async looked(id: string, looked: NonNullable<Effect['looked']>): Promise<boolean> {
    const said = await sayLooked(this.care.writing, this.ports.commits, id, looked);
    this.nudge(id);
    return said;
  }

  private async lookAfter(id: string, kept: KeptEffect): Promise<void> {
    const connector = this.ports.connectors.get(kept.effect.connector);
    if (!connector) {
      if (await handBack(this.care.writing, id))
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
        this.care.drop(id);
    }
  }

  /** An effect in place: see that it stays, confirm reasons, undo it when it is due or a person says so. */
  private async watch(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const undo = this.whyUndo(id, kept, connector);
    if (undo !== undefined) return this.startUndo(id, kept, undo);
    if (this.further.canAnswer(kept, connector)) return this.confirmReasons(id, kept, connector);
    if (this.further.mustTell(kept, connector)) return this.tellTarget(id, kept, connector);
    if (!kept.verified) return this.verifyOnce(id, kept, connector);
    this.care.checks.look(id, kept, connector);
    if (kept.effect.gone !== undefined && (await this.removed.goOn(id, kept, connector))) return;
    const due = dueAt(kept, this.care.clocks) ?? Infinity;
    const later = this.care.now + LOOK_AT_LEAST_MS;
    kept.nextLook = this.ports.suspensions.holds(kept.effect) ? later : Math.min(due, later);
  }

  /** Why an effect is to be undone now; undefined while it stays. What Reflex does by itself may be suspended. */
  private whyUndo(id: string, kept: KeptEffect, { capabilities }: Connector): Undo | undefined {
    const { effect } = kept;
    const { lift, state } = effect;
    const { clocks } = this.care;
    const isHeldBack = this.ports.suspensions.holds(effect);
    const isLifted = lift !== undefined && !(isHeldBack && lift.by === 'reflex');
    if (isLifted && (state !== 'present' || isSettled(kept, clocks, capabilities.settle_time_ms)))
      return { by: lift.by, why: 'lifted', text: lift.text };
    const isOver = isDue(kept, clocks, capabilities.settle_time_ms) && !isHeldBack;
    const isEnded = state === 'present' && isEndedOffline(this.ports.journal, id, effect);
    return isOver || isEnded ? TIME_IS_OVER : undefined;
  }

  private async tellTarget(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const longer = await this.further.tell(id, kept, connector);
    if (longer) this.care.note(id, kept, longer);
    kept.nextLook = this.care.now + LOOK_AT_LEAST_MS;
  }

  private async verifyOnce(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { state, text } = await this.care.ask(id, kept, connector);
    if (state === 'unknown') return this.askLater(kept, connector);
    const isThere = state === 'present';
    const words = text ?? (isThere ? 'seen at the target' : 'the target said yes but it is not there');
    kept.verified = isThere;
    await this.care.update(id, kept, (effect) => verified(effect, isThere, momentNow(this.care.writing, id), words));
    if (!isThere) await tellCases(this.care.writing, kept.effect, { to: 'unknown', text: words });
    lookSoon(kept);
  }

  /** Nobody knows whether it is there: ask until it is certain. "Absent" is final only after the settle time. */
  private async findOut(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const settleMs = connector.capabilities.settle_time_ms;
    if (kept.effect.looked !== undefined) {
      if (await closeLooked(this.care.undoing, id, kept.effect)) return this.care.drop(id);
      return this.care.refresh(id, kept);
    }
    const undo = this.whyUndo(id, kept, connector);
    if (undo !== undefined) return this.startUndo(id, kept, undo);
    const { state, text = 'seen at the target' } = await this.care.ask(id, kept, connector);
    if (state === 'present') {
      kept.verified = true;
      await this.care.update(id, kept, (effect) => verified(effect, true, momentNow(this.care.writing, id), text));
      return tellCases(this.care.writing, kept.effect, { to: 'present' });
    }
    if (state !== 'absent' || !isSettled(kept, this.care.clocks, settleMs)) return this.askLater(kept, connector);
    const end = await endOfMissing(this.care.writing, kept.effect, this.care.clocks);
    if (!(await this.removed.closeMissing(id, kept, connector))) await this.care.close(id, kept, end);
  }

  /** The target did not say it for certain. INVARIANT (INV-4): its pauses put off no end. */
  private askLater(kept: KeptEffect, { capabilities }: Connector): void {
    const due = dueAt(kept, this.care.clocks);
    const settled = kept.lastSentAt + capabilities.settle_time_ms;
    const pause = this.ports.suspensions.holds(kept.effect) ? Math.min(kept.pause, SUSPENDED_PAUSE_MS) : kept.pause;
    lookLater(kept, this.care.now, pause, due === null ? null : Math.max(due, settled));
  }

  private async startUndo(id: string, kept: KeptEffect, undo: Undo): Promise<void> {
    const effect = await beginUndo(
      this.care.undoing,
      id,
      undo,
      (newest) => undo.why !== 'ttl' || isStillDue(this.ports, id, { ...kept, effect: newest }),
    );
    if (!effect) return this.care.refresh(id, kept);
    this.care.note(id, kept, effect);
    lookSoon(kept);
  }

  private async undo(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const onItsWay = (): void => {
      // INVARIANT (INV-4): one that arrives late must find nothing that was applied after it.
      kept.lastSentAt = this.care.now;
    };
    const attempt = await attemptUndo({ ...this.care.undoing, onItsWay }, id, kept.effect, connector);
    if (attempt === 'refused') return lookLater(kept, this.care.now, REFUSED_PAUSE_MS);
    if (attempt === 'removed') this.ports.removed?.(connector.name);
    noteAttempt(kept, attempt);
    const isOver = attempt !== 'again' && isSettled(kept, this.care.clocks, connector.capabilities.settle_time_ms);
    if (!isOver) return lookLater(kept, this.care.now);
    await this.care.close(id, kept, endOfUndone(kept.effect, kept.cameLate));
  }

  private async confirmReasons(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const effect = await this.further.answer(id, kept, connector);
    if (effect) this.care.note(id, kept, effect);
  }
}
