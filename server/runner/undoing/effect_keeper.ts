import { dueAt, isDue, isSettled, type Clocks } from '../../engine/execution/due';
import { takenOver, verified, type Effect } from '../../engine/execution/effect';
import { changeActOf, changeEffect, momentNow, type Writing } from '../executing/change_document';
import { isUndoneOffline } from '../executing/claim_world';
import type { Executed } from '../executing/execute_command';
import type { CommitQueue } from '../keeping/commit_queue';
import { inBackground } from '../keeping/in_background';
import { actAfter } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { contentOf, find, findIds, read } from '../keeping/state_docs';
import type { Basics, Connector, Journal, StateStore } from '../ports';
import type { Session } from '../session/session';
import { CLOCK_SKEW_MS } from '../session/session_times';
import { answerRequests } from './answer_requests';
import { Custody } from './custody';
import { lookLater, lookSoon, noteEffect, ownEffect, takenOverEffect, type KeptEffect } from './kept_effect';
import { attemptUndo, beginUndo, closeEffect, handleOf, verifyEffect, type Undoing } from './undo';

type Undo = NonNullable<Effect['undo']>;

interface EffectKeeperPorts {
  readonly store: StateStore;
  readonly commits: CommitQueue;
  readonly session: Session;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly journal: Journal;
  readonly basics: Basics;
  /** False while UTC of this machine cannot be relied on; then nothing is undone by UTC. */
  readonly clockTrusted: () => boolean;
}

const NO_CONNECTOR_PAUSE_MS = 10_000;
/** Each clock may be off the node's by the stated skew, and so two of them by twice that, ms. */
const BETWEEN_CLOCKS_MS = 2 * CLOCK_SKEW_MS;
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
  private readonly executing = new Set<string>();
  private readonly writing: Writing;
  private readonly undoing: Undoing;

  /** @param ended told of every effect that is finally gone */
  constructor(
    private readonly ports: EffectKeeperPorts,
    private readonly ended: (effectId: string) => void,
  ) {
    const { commits, journal, basics } = ports;
    this.writing = { commits, clock: basics.clock };
    this.undoing = { writing: this.writing, journal, clock: basics.clock };
    this.custody = new Custody(ports, {
      what: 'an effect',
      tickMs: 100,
      searchEveryMs: 1_000,
      lookAfter: (id, kept) => this.lookAfter(id, kept),
      searchAround: () => this.searchAround(),
    });
  }

  get size(): number {
    return this.custody.items.size;
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
    const { commits } = this.ports;
    commits.forget(id);
    const lifted = await commits.settle<boolean>({
      reads: [id],
      urgent: true,
      closing: true,
      build: (view) => {
        const effect = contentOf('effect', view.get(id));
        if (!effect || effect.state === 'absent') return { docs: [], answer: false };
        const { at } = momentNow(this.writing, id);
        return { docs: [plannedEffect(id, { ...effect, lift: wish }, at)], answer: true };
      },
    });
    this.nudge(id);
    return lifted;
  }

  private async lookAfter(id: string, kept: KeptEffect): Promise<void> {
    const connector = this.ports.connectors.get(kept.effect.connector);
    if (!connector) return lookLater(kept, this.now, NO_CONNECTOR_PAUSE_MS);
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

  /** An effect in place: verify it once, confirm reasons, undo it when it is due or a person says so. */
  private async watch(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { lift } = kept.effect;
    const settleMs = connector.capabilities.settle_time_ms;
    if (lift !== undefined && isSettled(kept, this.clocks, settleMs))
      return this.startUndo(id, kept, { by: lift.by, why: 'lifted', text: lift.text });
    if (isDue(kept, this.clocks, settleMs) || isUndoneOffline(this.ports.journal, kept.effect))
      return this.startUndo(id, kept, TIME_IS_OVER);
    if (kept.effect.requested.length > 0) return this.confirmReasons(id, kept);
    if (!kept.verified) return this.verifyOnce(id, kept, connector);
    const due = dueAt(kept, this.clocks) ?? Infinity;
    kept.nextLook = this.now + Math.min(Math.max(0, due - this.now), LOOK_AT_LEAST_MS);
  }

  private async verifyOnce(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const { state, text } = await this.ask(id, kept, connector);
    if (state === 'unknown') return lookLater(kept, this.now);
    const isThere = state === 'present';
    const words = text ?? (isThere ? 'seen at the target' : 'the target said yes but it is not there');
    kept.verified = isThere;
    await this.update(id, kept, (effect) => verified(effect, isThere, momentNow(this.writing, id), words));
    if (!isThere) await this.tellCases(kept, { to: 'unknown', text: words });
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
      return this.tellCases(kept, { to: 'present' });
    }
    if (state !== 'absent' || !isSettled(kept, this.clocks, settleMs)) return lookLater(kept, this.now);
    await this.close(id, kept, { record: 'verified_absent', text: 'it was never there, or is gone' });
  }

  private async startUndo(id: string, kept: KeptEffect, undo: Undo): Promise<void> {
    if (undo.why === 'ttl' && this.isSuspended()) return lookLater(kept, this.now, SUSPENDED_PAUSE_MS);
    const { journal } = this.ports;
    const { now } = this;
    const stillDue = (effect: Effect): boolean =>
      undo.why !== 'ttl' ||
      isUndoneOffline(journal, effect) ||
      (dueAt({ ...kept, effect }, this.clocks) ?? Infinity) <= now;
    const effect = await beginUndo(this.undoing, id, undo, stillDue);
    if (!effect) return this.refresh(id, kept);
    noteEffect(kept, effect, this.now);
    lookSoon(kept);
  }

  private async undo(id: string, kept: KeptEffect, connector: Connector): Promise<void> {
    const attempt = await attemptUndo(this.undoing, id, kept.effect, connector);
    if (attempt === 'refused') return lookLater(kept, this.now, REFUSED_PAUSE_MS);
    const isOver = attempt === 'absent' && isSettled(kept, this.clocks, connector.capabilities.settle_time_ms);
    if (!isOver) return lookLater(kept, this.now);
    await this.close(id, kept, { record: 'undone', text: kept.effect.undo?.text });
  }

  /** Other agents ask to keep it for their reasons as well: they count once they are in this journal. */
  private async confirmReasons(id: string, kept: KeptEffect): Promise<void> {
    const effect = await changeEffect(this.writing, id, (current) =>
      answerRequests(current, momentNow(this.writing, id)),
    );
    if (effect) noteEffect(kept, effect, this.now);
    kept.nextLook = 0;
  }

  /** Effects of mine that others wrote into, and effects of dead sessions. */
  private async searchAround(): Promise<void> {
    const { store, session } = this.ports;
    const asked = await find(store, 'effect', { owners: [session.id], requested: true, limit: 500 });
    for (const { id } of asked) this.nudge(id);
    await this.pickUpOrphans();
    const owners = this.custody.ofTheDead;
    if (owners.length === 0) return;
    const found = await find(store, 'effect', { owners, notStates: ['absent'], limit: 200 });
    await Promise.all(found.map(({ id }) => this.takeOver(id, new Set(owners))));
  }

  /** Effects of this session that nobody here looks after: executing them ended in a failure of the store. */
  private async pickUpOrphans(): Promise<void> {
    const { store, session } = this.ports;
    const open = { kinds: ['effect'], owners: [session.id], notStates: ['absent'] } as const;
    const orphans = await this.custody.orphans(
      () => findIds(store, open),
      (id) => this.executing.has(id),
    );
    for (const id of orphans) await this.takeOver(id, new Set([session.id]));
  }

  private async takeOver(id: string, owners: ReadonlySet<string>): Promise<void> {
    const { commits, basics } = this.ports;
    commits.forget(id);
    const taken = await commits.submit<Effect | undefined>({
      reads: [id],
      urgent: true,
      closing: true,
      build: (view) => {
        const effect = contentOf('effect', view.get(id));
        if (!effect || effect.state === 'absent' || !owners.has(effect.session)) return { docs: [], answer: undefined };
        const moment = momentNow(this.writing, id);
        const next = takenOver(effect, moment);
        return { docs: [plannedEffect(id, next, moment.at)], answer: { ...next, outbox: [] } };
      },
    });
    if (taken.kind !== 'committed' || taken.answer === undefined) return;
    basics.log.info('an effect of a dead session was taken over', { effect: id, state: taken.answer.state });
    this.custody.items.set(id, takenOverEffect(taken.answer, this.now));
  }

  private async refresh(id: string, kept: KeptEffect): Promise<void> {
    const effect = await read(this.ports.store, 'effect', id);
    if (effect?.session === this.ports.session.id) noteEffect(kept, effect, this.now);
    else this.custody.items.delete(id);
  }

  private async update(id: string, kept: KeptEffect, change: (effect: Effect) => Effect): Promise<void> {
    const effect = await changeEffect(this.writing, id, (current) => ({ effect: change(current) }));
    if (effect) noteEffect(kept, effect, this.now);
    else await this.refresh(id, kept);
  }

  private ask(id: string, { effect }: KeptEffect, connector: Connector) {
    return verifyEffect(this.ports.basics.clock, connector, handleOf(id, effect));
  }

  private async tellCases({ effect }: KeptEffect, fate: Parameters<typeof actAfter>[1]): Promise<void> {
    await Promise.all(
      effect.reasons.map(({ command }) =>
        changeActOf(this.writing, command, (act) => (act.status === fate.to ? act : actAfter(act, fate))),
      ),
    );
  }

  private async close(id: string, kept: KeptEffect, how: Parameters<typeof closeEffect>[3]): Promise<void> {
    await closeEffect(this.undoing, id, kept.effect, how);
    this.drop(id);
  }

  private get now(): number {
    return this.ports.basics.clock.monotonic();
  }

  private get clocks(): Clocks {
    const { clock } = this.ports.basics;
    const trusted = this.ports.clockTrusted();
    return { monotonic: clock.monotonic(), utc: clock.utc(), trusted, apart: BETWEEN_CLOCKS_MS };
  }

  private isSuspended(): boolean {
    const suspended = this.ports.session.gate?.undo_suspended;
    return suspended !== undefined && Date.parse(suspended.until) > this.ports.basics.clock.utc();
  }

  private drop(id: string): void {
    this.custody.items.delete(id);
    this.ended(id);
  }
}
