import { speakerOf } from '../../../common/flow/intake';
import type { Act } from '../../../common/flow/decision';
import { isWantedByOthers } from '../../engine/execution/reasons';
import { wishOf } from '../executing/asked_again';
import { changeCase, type Writing } from '../executing/change_document';
import { busyPause, isHeld, isLapsed, isToReapply, LONGEST_BUSY_PAUSE_MS } from '../executing/earlier_acts';
import { processAgain, type Again, type ProcessHooks } from '../executing/process_event';
import { decidedAgainFrom } from '../executing/take_update';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { ReadTogether } from '../keeping/read_together';
import { docOf, findIds, read, readMany } from '../keeping/state_docs';
import { deniedNow, effectsInTheWay, lapsed, whatBecameOf, type EarlyEnd } from './case_outcomes';
import { casesLeftBehind, ownersOfLeft, releaseCase, takeOverCase } from './cases_left_behind';
import type { CaseKeeperPorts } from './case_keeper_ports';
import { Custody, type InCare } from './custody';
import { FOLLOW_MS, nextLook } from './next_look';
import { WakeHeld, type Sighting } from './wake_held';
import { digestInForce } from '../trust/in_force';

/** A case in care. */
interface KeptCase extends InCare {
  /** Somebody says that what it waits for may have changed. */
  hurried: boolean;
  /** What would confirm it was seen again. */
  sighted: boolean;
  /** A held act is decided again then at the latest, monotonic ms: its due may be of a clock that is off. */
  readonly decideBy: number;
  /** Effects that stand in its way. */
  readonly busyOn: readonly string[];
}

const isUnderWay = ({ status }: CaseAct): boolean => status === 'applying' || status === 'unknown';

/**
 * Looks after the cases of one session that are not closed: decides held ones again, lets escalations lapse, follows
 * the effects of claims, reviews permits before their ttl ends, takes over the cases of dead sessions. Nothing that
 * was accepted is forgotten (INV-3).
 */
export class CaseKeeper {
  private readonly custody: Custody<KeptCase>;
  private readonly hooks: ProcessHooks;
  private readonly writing: Writing;
  private readonly reads: ReadTogether;
  private readonly waking: WakeHeld;

  constructor(
    private readonly ports: CaseKeeperPorts,
    hooks: Omit<ProcessHooks, 'open' | 'met'>,
  ) {
    this.hooks = { ...hooks, open: (content) => this.watch(content), met: (content) => this.meet(content) };
    this.writing = { commits: ports.processing.commits, clock: ports.basics.clock };
    this.reads = new ReadTogether(ports.store);
    this.waking = new WakeHeld(ports.basics.clock);
    this.custody = new Custody(ports, {
      what: 'a case',
      tickMs: 200,
      searchEveryMs: 2_000,
      beforeTick: () => this.wake(),
      lookAfter: (id, inCare) => this.lookAfter(id, inCare),
      searchAround: () => this.searchAround(),
    });
  }

  get size(): number {
    return this.custody.items.size;
  }

  /** Takes a case into care. */
  watch(content: CaseContent): void {
    this.waking.watch(content, this.ports.bundles.active);
    this.custody.items.set(content.received.case_id, {
      ...this.newlyKept(),
      nextLook: nextLook(content, this.ports.basics.clock),
      busyOn: effectsInTheWay(content, this.ports.connectors, this.ports.processing.worldNow().brakes.scopes),
    });
  }

  /** Takes a case into care unless it is: a sender that repeats an event must not put off its case each time. */
  meet(content: CaseContent): void {
    if (!this.custody.items.has(content.received.case_id)) this.watch(content);
  }

  /** Looks at a case at once. */
  nudge(caseId: string): void {
    if (this.custody.items.has(caseId)) this.hurry(caseId);
    else this.custody.items.set(caseId, this.newlyKept());
  }

  /** Looks again at everything that waits or is held, because another bundle is in force. */
  nudgeAll(): void {
    for (const id of this.custody.items.keys()) this.hurry(id);
  }

  /** An effect is over: whoever waits for its target need not wait longer. */
  effectEnded(effectId: string): void {
    for (const [id, { busyOn }] of this.custody.items.entries()) if (busyOn.includes(effectId)) this.hurry(id);
  }

  /** Things were seen again: whatever waits for them need not wait for its time. */
  sighted(sighting: Sighting): void {
    this.waking.sighted(sighting);
  }

  private wake(): void {
    for (const id of this.waking.due()) {
      const inCare = this.custody.items.get(id);
      if (inCare) inCare.sighted = true;
      this.custody.hurry(id);
    }
  }

  private drop(id: string): void {
    this.waking.forget(id);
    this.custody.items.delete(id);
  }

  private hurry(id: string): void {
    const inCare = this.custody.items.get(id);
    if (inCare) inCare.hurried = true;
    this.custody.hurry(id);
  }

  private newlyKept(): KeptCase {
    const decideBy = this.ports.basics.clock.monotonic() + LONGEST_BUSY_PAUSE_MS;
    return { nextLook: 0, busy: false, hurried: false, sighted: false, decideBy, busyOn: [] };
  }

  run(until: () => boolean): Promise<void> {
    return this.custody.run(until);
  }

  private isOverdue({ due }: CaseContent): boolean {
    return due !== undefined && Date.parse(due) <= this.ports.basics.clock.utc();
  }

  private async lookAfter(id: string, inCare: KeptCase): Promise<void> {
    const { session, processing, basics } = this.ports;
    inCare.nextLook = basics.clock.monotonic() + FOLLOW_MS;
    processing.commits.forget(id);
    const doc = docOf('case', await this.reads.get(id));
    if (!doc || doc.owner !== session.id) {
      this.drop(id);
      return;
    }
    const { content } = doc;
    switch (content.state) {
      case 'accepted':
      case 'held':
        return this.lookAgain(content, inCare);
      case 'applying':
        return this.follow(content);
      case 'waiting':
        return this.isOverdue(content) ? this.letLapse(content) : this.decideWaitingAgain(content, inCare);
      case 'decided':
        return this.reviewIfDue(content);
    }
  }

  /** A hold is over, or what stood in the way may be gone: decide again. */
  private async lookAgain(content: CaseContent, inCare: KeptCase): Promise<void> {
    const now = this.ports.basics.clock.monotonic();
    const isOver = content.due === undefined || this.isOverdue(content);
    const isBusy = content.acts.some(isHeld);
    const isTime = isOver || inCare.sighted || (isBusy && (inCare.hurried || now >= inCare.decideBy));
    if (!isTime) {
      inCare.nextLook = nextLook(content, this.ports.basics.clock);
      return;
    }
    // While nothing may start it would only be held again, with one more decision on record.
    const isInVain = isBusy && this.ports.processing.worldNow().brakes.standstill() !== undefined;
    if (isInVain) {
      inCare.nextLook = now + busyPause();
      return;
    }
    inCare.hurried = inCare.sighted = false;
    if (!(await this.decideAgain({ previous: content }))) await this.release(content);
  }

  /** @returns false if this agent cannot decide it */
  private async decideAgain(again: Again): Promise<boolean> {
    // What was removed at its target is about an event that is old by now.
    const asked = isToReapply(again.previous) ? { ...again, review: true } : again;
    const answer = await processAgain(this.ports.processing, asked, this.hooks);
    if (answer?.kind === 'planned') this.closeOrWatch(answer.content);
    return answer !== undefined;
  }

  private async release({ received }: CaseContent): Promise<void> {
    await releaseCase(this.ports.processing.commits, this.ports.basics.clock, received.case_id);
    this.drop(received.case_id);
  }

  private closeOrWatch(content: CaseContent): void {
    if (content.state === 'decided' && content.due === undefined) this.drop(content.received.case_id);
    else this.watch(content);
  }

  /** A claim whose execution this session does not run (any more): the effect document tells. */
  private async follow(content: CaseContent): Promise<void> {
    const open = content.acts.filter(isUnderWay);
    const effects = await readMany(
      this.ports.store,
      'effect',
      open.flatMap((act) => act.effect_id ?? []),
    );
    const next = new Map<string, CaseAct>();
    for (const act of open) {
      const effect = effects.get(act.effect_id ?? '');
      const { idempotency } = this.ports.connectors.get(effect?.connector ?? '')?.capabilities ?? {};
      const change = whatBecameOf(act, effect, idempotency);
      if (change) next.set(act.act_id, change);
    }
    if (next.size === 0) return;
    const changed = await changeCase(this.writing, content.received.case_id, ({ acts }) => ({
      acts: acts.map((act) => (isUnderWay(act) ? (next.get(act.act_id) ?? act) : act)),
    }));
    if (changed) this.closeOrWatch(changed);
  }

  /** Nobody decided in time: no act without a person, unless somebody was faster. */
  private async letLapse({ received }: CaseContent): Promise<void> {
    const { clock } = this.ports.basics;
    const changed = await changeCase(this.writing, received.case_id, (current) =>
      isLapsed(current, clock.utc()) ? lapsed(current, clock.utc()) : undefined,
    );
    if (changed?.state === 'waiting' && changed.due !== undefined) this.watch(changed);
    else this.drop(received.case_id);
  }

  /**
   * Another bundle is in force than when it began to wait, or its source said something newer: a denial closes it,
   * nothing else acts (`protocol.md` 7). What only the kill switch held acts where somebody asked for it.
   */
  private async decideWaitingAgain(content: CaseContent, inCare: InCare): Promise<void> {
    const { processing, basics } = this.ports;
    const source = speakerOf(content.received.intake);
    const isStopped = ({ action, connector, policy }: Act): boolean =>
      processing.worldNow().brakes.isStopped(action, connector, policy.id, source);
    const wish = wishOf(content, basics.clock.utc(), isStopped);
    if (wish === 'over')
      await changeCase(this.writing, content.received.case_id, ({ acts }) => ({ acts, again: null }));
    if (wish === 'over' || wish === 'soon') return;
    const active = digestInForce({ parts: this.ports });
    const decided = content.decision?.bundle.digest;
    const isNewer = content.outdated === true && decidedAgainFrom(content) <= basics.clock.utc();
    const isOther = isNewer || (active !== undefined && decided !== undefined && decided !== active);
    const freed = wish === 'now';
    if (!(isOther || freed) || !(await this.decideAgain({ previous: content, freed })))
      inCare.nextLook = nextLook(content, this.ports.basics.clock);
  }

  private async reviewIfDue(content: CaseContent): Promise<void> {
    if (content.due !== undefined && !this.isOverdue(content)) {
      this.watch(content);
      return;
    }
    this.drop(content.received.case_id);
    if (content.due !== undefined) await this.review(content);
  }

  /**
   * Before the ttl of a permit ends: decide again with what is known by now. What is now denied is lifted early; all
   * else lapses at its deadline, for a further event renews it by its own decision.
   */
  private async review(content: CaseContent): Promise<void> {
    const closed = { ...this.hooks, open: () => undefined };
    const answer = await processAgain(this.ports.processing, { previous: content, review: true }, closed);
    if (answer?.kind !== 'planned') return;
    for (const end of deniedNow(content, answer.content.decision)) await this.endEarly(end, content);
  }

  /** An effect ends with its last reason: what another case wants stays where only this source is over. */
  private async endEarly({ effectId, over, text }: EarlyEnd, { received }: CaseContent): Promise<void> {
    const effect = over ? await read(this.ports.store, 'effect', effectId) : undefined;
    const reasons = [...(effect?.reasons ?? []), ...(effect?.requested ?? [])];
    if (isWantedByOthers(reasons, received.case_id)) return;
    await this.ports.effects.lift(effectId, { by: 'reflex', text, force: false });
  }

  /** Cases of dead sessions, open ones and those that are due for a review. */
  private async searchAround(): Promise<void> {
    const { store } = this.ports;
    await this.pickUpOrphans();
    const dead = this.custody.ofTheDead;
    const left = await casesLeftBehind({ decider: this.ports, store }, dead);
    await Promise.all(left.map((id) => this.takeOver(id, ownersOfLeft(dead))));
  }

  /** Open cases of this session that nobody here looks after: their claim ended in a failure of the store. */
  private async pickUpOrphans(): Promise<void> {
    const { session, store } = this.ports;
    const open = { kinds: ['case'], owners: [session.id], notStates: ['decided'] } as const;
    for (const id of await this.custody.orphans(
      () => findIds(store, open),
      () => false,
    ))
      this.nudge(id);
  }

  private async takeOver(id: string, owners: ReadonlySet<string>): Promise<void> {
    const { commits } = this.ports.processing;
    const taken = await takeOverCase({ commits, clock: this.ports.basics.clock }, id, owners);
    if (taken !== undefined && (taken.state !== 'decided' || taken.due !== undefined)) this.watch(taken);
  }
}
