import { iso } from '../../../common/iso';
import { reasonAdded, takenOver, type Effect, type EffectReason } from '../../engine/execution/effect';
import { changeActOf, changeEffect } from '../executing/change_document';
import { contentOf } from '../keeping/state_docs';
import { effectDraft } from '../keeping/kinds/effect';
import type { Executed } from '../executing/execute_command';
import type { Connector, JournalEntry } from '../ports';
import type { ShiftParts } from '../executing/shift_parts';
import { CLOCK_SKEW_MS } from '../session/session_times';
import { inBackground } from '../keeping/in_background';
import { isUndoneOffline } from '../executing/claim_world';
import { Orphans } from './orphans';
import { attemptUndo, beginUndo, closeEffect, handleOf, verifyEffect } from './undo';

/** An effect that this session looks after. Moments in monotonic ms. */
interface Kept {
  effect: Effect;
  /** Last time a request that applies it may have been sent (of a taken-over one: the take-over). */
  lastSentAt: number;
  /** When each reason ends, by command; null if only a person ends it. Of an own effect, on this clock. */
  readonly dues: Map<string, number | null>;
  nextLook: number;
  pause: number;
  busy: boolean;
  /** True if this process executed it, so that its ttl runs on this clock. */
  own: boolean;
  verified: boolean;
}

const TICK_MS = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Each clock may be off the node's by the stated skew, and so two of them by twice that, ms. */
const BETWEEN_CLOCKS_MS = 2 * CLOCK_SKEW_MS;
const REFUSED_PAUSE_MS = 60_000;
const ORPHAN_SEARCH_MS = 5_000;

/**
 * Looks after the effects of one session: verifies, confirms further reasons, undoes when due, finds out what became
 * of unknown ones, takes over those of dead sessions.
 */
export class EffectKeeper {
  private readonly parts: ShiftParts;
  private readonly kept = new Map<string, Kept>();
  private readonly executing = new Set<string>();
  private readonly orphans = new Orphans();
  private nextOrphans = 0;
  private readonly ended: (effectId: string) => void;

  constructor(parts: ShiftParts, ended: (effectId: string) => void) {
    this.parts = parts;
    this.ended = ended;
  }

  get size(): number {
    return this.kept.size;
  }

  /** Effects that are there or may be there. */
  get live(): ReadonlyArray<{ readonly id: string; readonly effect: Effect }> {
    return [...this.kept].map(([id, { effect }]) => ({ id, effect }));
  }

  /** A command of the effect is being executed: until `keep`, or for good if that fails, it is not looked at. */
  executes(effectId: string, execution: Promise<unknown>): void {
    this.executing.add(effectId);
    void execution.then(
      () => this.executing.delete(effectId),
      () => this.executing.delete(effectId),
    );
  }

  /** Takes an effect into care after its command was executed. */
  keep({ effectId, effect, lastSentAt }: Executed): void {
    if (effect === undefined || effect.state === 'absent') return;
    const now = this.parts.clock.monotonic();
    this.kept.set(effectId, {
      effect,
      lastSentAt,
      dues: new Map(
        effect.reasons.map(({ command }) => [
          command.command_id,
          command.ttl_ms === null ? null : lastSentAt + command.ttl_ms,
        ]),
      ),
      nextLook: now,
      pause: FIRST_PAUSE_MS,
      busy: false,
      own: true,
      verified: false,
    });
  }

  /** Runs until told otherwise. */
  async run(until: () => boolean): Promise<void> {
    const { clock, session } = this.parts;
    let nextSearch = 0;
    while (!until() && !session.isLost) {
      const now = clock.monotonic();
      for (const [id, kept] of this.kept) {
        if (kept.busy || kept.nextLook > now) continue;
        kept.busy = true;
        inBackground(
          this.parts,
          'looking after an effect',
          this.lookAfter(id, kept).finally(() => {
            kept.busy = false;
          }),
        );
      }
      if (now >= nextSearch) {
        nextSearch = now + 1_000;
        await this.searchAround().catch((cause: unknown) =>
          inBackground(this.parts, 'searching effects', Promise.reject(cause)),
        );
      }
      await clock.sleep(TICK_MS);
    }
  }

  /** Looks at an effect at once, because its document changed. */
  nudge(id: string): void {
    const kept = this.kept.get(id);
    if (!kept) return;
    this.parts.commits.forget(id);
    kept.nextLook = 0;
    inBackground(this.parts, 'reading an effect', this.refresh(id, kept));
  }

  /**
   * Asks for an effect to be undone now, by its owner: this session at once, another one when it sees the wish.
   *
   * @returns false if there is nothing to undo
   */
  async lift(id: string, wish: NonNullable<Effect['lift']>): Promise<boolean> {
    const { commits, clock } = this.parts;
    commits.forget(id);
    const lifted = await commits.settle<boolean>({
      reads: [id],
      urgent: true,
      build: (view) => {
        const effect = contentOf('effect', view.get(id));
        if (!effect || effect.state === 'absent') return { drafts: [], answer: false };
        return { drafts: [effectDraft(id, { ...effect, lift: wish }, iso(clock.utc()))], answer: true };
      },
    });
    this.nudge(id);
    return lifted;
  }

  private async lookAfter(id: string, kept: Kept): Promise<void> {
    const connector = this.parts.connectors.get(kept.effect.connector);
    if (!connector) return this.later(kept, LONGEST_PAUSE_MS);
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
  private async watch(id: string, kept: Kept, connector: Connector): Promise<void> {
    const now = this.parts.clock.monotonic();
    if (kept.effect.lift !== undefined && this.settled(kept, connector)) {
      const { by, text } = kept.effect.lift;
      return this.startUndo(id, kept, { by, why: 'lifted', text });
    }
    if (this.isDue(kept, connector) || isUndoneOffline(this.parts, kept.effect))
      return this.startUndo(id, kept, { by: 'reflex', why: 'ttl', text: 'its time is over' });
    if (kept.effect.requested.length > 0) return this.answerRequests(id, kept);
    if (!kept.verified) return this.verifyOnce(id, kept, connector);
    const dueAt = this.dueAt(kept);
    const wait = dueAt === null ? LONGEST_PAUSE_MS : Math.max(0, dueAt - now);
    kept.nextLook = now + Math.min(wait, 1_000);
  }

  private async verifyOnce(id: string, kept: Kept, connector: Connector): Promise<void> {
    const seen = await verifyEffect(this.parts, connector, handleOf(id, kept.effect));
    if (seen.state === 'unknown') return this.later(kept);
    const { clock, session } = this.parts;
    const moment = { at: iso(clock.utc()), session: session.id, effectId: id };
    kept.verified = seen.state === 'present';
    const details = {
      text: seen.text ?? (seen.state === 'present' ? 'seen at the target' : 'the target said yes but it is not there'),
    };
    await this.update(id, kept, (effect) => ({
      ...recordVerification(effect, seen.state === 'present', moment, details),
    }));
    if (seen.state === 'absent') await this.actOf(kept, 'unknown', details.text);
    kept.pause = FIRST_PAUSE_MS;
    kept.nextLook = 0;
  }

  /** Nobody knows whether it is there: ask until it is certain. "Absent" is final only after the settle time. */
  private async findOut(id: string, kept: Kept, connector: Connector): Promise<void> {
    const { clock, session } = this.parts;
    if (kept.effect.lift !== undefined || this.isDue(kept, connector)) {
      const undo = kept.effect.lift
        ? { by: kept.effect.lift.by, why: 'lifted' as const, text: kept.effect.lift.text }
        : { by: 'reflex', why: 'ttl' as const, text: 'its time is over' };
      return this.startUndo(id, kept, undo);
    }
    const seen = await verifyEffect(this.parts, connector, handleOf(id, kept.effect));
    const moment = { at: iso(clock.utc()), session: session.id, effectId: id };
    if (seen.state === 'present') {
      kept.verified = true;
      await this.update(id, kept, (effect) =>
        recordVerification(effect, true, moment, { text: seen.text ?? 'seen at the target' }),
      );
      await this.actOf(kept, 'present');
      return;
    }
    if (seen.state === 'absent' && this.settled(kept, connector)) {
      await closeEffect(this.parts, id, kept.effect, {
        record: 'verified_absent',
        text: 'it was never there, or is gone',
      });
      this.drop(id);
      return;
    }
    this.later(kept);
  }

  private async startUndo(id: string, kept: Kept, undo: NonNullable<Effect['undo']>): Promise<void> {
    if (undo.why === 'ttl' && this.isSuspended()) return this.later(kept, 5_000);
    const now = this.parts.clock.monotonic();
    const stillDue = (effect: Effect): boolean => {
      const dueAt = this.dueAt({ ...kept, effect });
      return undo.why !== 'ttl' || isUndoneOffline(this.parts, effect) || (dueAt !== null && dueAt <= now);
    };
    const effect = await beginUndo(this.parts, id, undo, stillDue);
    if (!effect) return this.refresh(id, kept);
    this.note(kept, effect);
    kept.nextLook = 0;
    kept.pause = FIRST_PAUSE_MS;
  }

  private async undo(id: string, kept: Kept, connector: Connector): Promise<void> {
    const attempt = await attemptUndo(this.parts, id, kept.effect, connector);
    if (attempt === 'refused') return this.later(kept, REFUSED_PAUSE_MS);
    if (attempt === 'again' || !this.settled(kept, connector)) return this.later(kept);
    await closeEffect(this.parts, id, kept.effect, { record: 'undone', text: kept.effect.undo?.text });
    this.drop(id);
  }

  /** Other agents ask to keep it for their reasons as well: they count once they are in this journal. */
  private async answerRequests(id: string, kept: Kept): Promise<void> {
    const { clock, session } = this.parts;
    const confirmed: EffectReason[] = [];
    const effect = await changeEffect(this.parts, id, (current) => {
      confirmed.length = 0;
      if (current.state !== 'present' || current.requested.length === 0) return undefined;
      const moment = { at: iso(clock.utc()), session: session.id, effectId: id };
      // Only the session that executed the effect confirms; others refuse, and those who asked claim anew later.
      if (current.taken_over === true) return { effect: { ...current, requested: [] } };
      confirmed.push(...current.requested);
      const next = current.requested.reduce((changed, reason) => reasonAdded(changed, reason, moment), current);
      return { effect: next, journal: confirmed.map((reason) => journalEntry(id, reason, moment.at)) };
    });
    if (effect) this.note(kept, effect);
    kept.nextLook = 0;
  }

  /** Effects of mine that others wrote into, and effects of dead sessions. */
  private async searchAround(): Promise<void> {
    const { store, session } = this.parts;
    for (const doc of await store.search({ kinds: ['effect'], owners: [session.id], requested: true, limit: 500 }))
      this.nudge(doc.id);
    await this.pickUpOrphans();
    const dead = session.deadSessions.filter((id) => (session.deadForMs(id) ?? 0) >= this.longestRequest());
    if (dead.length === 0) return;
    const found = await store.search({ kinds: ['effect'], owners: dead, notStates: ['absent'], limit: 200 });
    await Promise.all(found.map((doc) => this.takeOver(doc.id, new Set(dead))));
  }

  /** Effects of this session that nobody here looks after: executing them ended in a failure of the store. */
  private async pickUpOrphans(): Promise<void> {
    const { store, session, clock } = this.parts;
    if (clock.monotonic() < this.nextOrphans) return;
    this.nextOrphans = clock.monotonic() + ORPHAN_SEARCH_MS;
    const mine = await store.search({ kinds: ['effect'], owners: [session.id], notStates: ['absent'], limit: 1_000 });
    const uncared = mine.map((doc) => doc.id).filter((id) => !this.kept.has(id) && !this.executing.has(id));
    for (const id of this.orphans.overdue(uncared, clock.monotonic())) await this.takeOver(id, new Set([session.id]));
  }

  /** One further request time-out after the death: what was on the wire then has landed or never will. */
  private longestRequest(): number {
    return Math.max(
      0,
      ...[...this.parts.connectors.values()].map(({ capabilities }) => capabilities.request_timeout_ms),
    );
  }

  private async takeOver(id: string, dead: ReadonlySet<string>): Promise<void> {
    const { commits, session, clock, log } = this.parts;
    commits.forget(id);
    const taken = await commits.submit<Effect | undefined>({
      reads: [id],
      urgent: true,
      build: (view) => {
        const seen = view.get(id);
        const effect = contentOf('effect', seen);
        if (!effect || effect.state === 'absent' || !dead.has(effect.session)) return { drafts: [], answer: undefined };
        const next = takenOver(effect, { at: iso(clock.utc()), session: session.id, effectId: id });
        return { drafts: [effectDraft(id, next, iso(clock.utc()))], answer: { ...next, outbox: [] } };
      },
    });
    if (taken.kind !== 'committed' || taken.answer === undefined) return;
    log.info('an effect of a dead session was taken over', { effect: id, state: taken.answer.state });
    const now = clock.monotonic();
    this.kept.set(id, {
      effect: taken.answer,
      lastSentAt: now,
      dues: new Map(),
      nextLook: now,
      pause: FIRST_PAUSE_MS,
      busy: false,
      own: false,
      verified: false,
    });
  }

  private async refresh(id: string, kept: Kept): Promise<void> {
    const doc = await this.parts.store.get(id);
    const effect = contentOf('effect', doc);
    if (!effect || effect.session !== this.parts.session.id) {
      this.kept.delete(id);
      return;
    }
    this.note(kept, effect);
  }

  private note(kept: Kept, effect: Effect): void {
    kept.effect = effect;
    const now = this.parts.clock.monotonic();
    // A further reason counts from when this agent first saw it: never shorter than its ttl.
    for (const { command } of effect.reasons) {
      if (!kept.dues.has(command.command_id))
        kept.dues.set(command.command_id, command.ttl_ms === null ? null : now + command.ttl_ms);
    }
  }

  private async update(id: string, kept: Kept, change: (effect: Effect) => Effect): Promise<void> {
    const effect = await changeEffect(this.parts, id, (current) => ({ effect: change(current) }));
    if (effect) this.note(kept, effect);
    else await this.refresh(id, kept);
  }

  private async actOf(kept: Kept, status: 'present' | 'unknown', text?: string): Promise<void> {
    await Promise.all(
      kept.effect.reasons.map(({ command }) =>
        changeActOf(this.parts, command.case_id, command.command_id, (act) =>
          act.status === status ? act : { ...act, status, ...(text === undefined ? {} : { text }) },
        ),
      ),
    );
  }

  /**
   * When the last reason ends, on this clock; null if only a person ends it, or if that cannot be said now. In the
   * process that executed it a ttl runs on the monotonic clock; otherwise by UTC deadlines, late by what two clocks may
   * differ rather than early, and not at all while UTC is in doubt.
   */
  private dueAt({ effect, own, dues }: Kept): number | null {
    const { clock } = this.parts;
    if (!own && !this.parts.clockTrusted()) return null;
    let latest = -Infinity;
    for (const { deadline, command } of effect.reasons) {
      const due = own
        ? (dues.get(command.command_id) ?? null)
        : deadline === null
          ? null
          : clock.monotonic() + Date.parse(deadline) - clock.utc() + BETWEEN_CLOCKS_MS;
      if (due === null) return null;
      latest = Math.max(latest, due);
    }
    return latest === -Infinity ? null : latest;
  }

  private settled(kept: Kept, connector: Connector): boolean {
    return this.parts.clock.monotonic() - kept.lastSentAt >= connector.capabilities.settle_time_ms;
  }

  /** INVARIANT (INV-4): never early. Deadlines of other processes are UTC, so they wait while UTC is in doubt. */
  private isDue(kept: Kept, connector: Connector): boolean {
    const dueAt = this.dueAt(kept);
    return dueAt !== null && dueAt <= this.parts.clock.monotonic() && this.settled(kept, connector);
  }

  private isSuspended(): boolean {
    const suspended = this.parts.session.gate?.undo_suspended;
    return suspended !== undefined && Date.parse(suspended.until) > this.parts.clock.utc();
  }

  private later(kept: Kept, pause?: number): void {
    kept.nextLook = this.parts.clock.monotonic() + (pause ?? kept.pause);
    kept.pause = Math.min(LONGEST_PAUSE_MS, kept.pause * 2);
  }

  private drop(id: string): void {
    this.kept.delete(id);
    this.ended(id);
  }
}

const recordVerification = (
  effect: Effect,
  present: boolean,
  moment: { at: string; session: string; effectId: string },
  details: { text: string },
): Effect => ({
  ...effect,
  state: present ? 'present' : 'unknown',
  verified: present,
  ...(present ? { since: effect.since ?? moment.at } : {}),
  reasons: effect.reasons.map((reason) => ({ ...reason, next_n: reason.next_n + 1 })),
  outbox: [
    ...effect.outbox,
    ...effect.reasons.map((reason) => ({
      command: reason.command,
      n: reason.next_n,
      state: present ? ('verified_present' as const) : ('unknown' as const),
      at: moment.at,
      session: moment.session,
      effect_id: moment.effectId,
      ...details,
    })),
  ],
});

const journalEntry = (id: string, { command, deadline }: EffectReason, at: string): JournalEntry => ({
  command_id: command.command_id,
  effect_id: id,
  connector: command.connector,
  action: command.action,
  target: command.target,
  deadline,
  at,
});
