import { iso } from '../../../common/iso';
import { changeCase } from '../executing/change_document';
import { contentOf } from '../keeping/state_docs';
import { caseDraft, triedAgain, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import type { EffectKeeper } from './effect_keeper';
import { processAgain, type ProcessHooks } from '../executing/process_event';
import type { StateDoc } from '../ports';
import type { ShiftParts } from '../executing/shift_parts';
import { inBackground } from '../keeping/in_background';
import { Orphans } from './orphans';

/** A case that is not closed. `lookAt` in monotonic ms. */
interface Open {
  lookAt: number;
  busy: boolean;
}

const TICK_MS = 200;
const FOLLOW_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const ORPHAN_SEARCH_MS = 5_000;

/**
 * Looks after the cases of one session that are not closed: decides held ones again, lets escalations lapse, follows
 * the effects of claims, reviews permits before their ttl ends, takes over the cases of dead sessions. Nothing that
 * was accepted is forgotten (INV-3).
 */
export class CaseKeeper {
  private readonly parts: ShiftParts;
  private readonly hooks: ProcessHooks;
  private readonly effects: EffectKeeper;
  private readonly cases = new Map<string, Open>();
  private readonly orphans = new Orphans();
  private nextOrphans = 0;

  constructor(parts: ShiftParts, hooks: Omit<ProcessHooks, 'open'>, effects: EffectKeeper) {
    this.parts = parts;
    this.effects = effects;
    this.hooks = { ...hooks, open: (content) => this.watch(content) };
  }

  get size(): number {
    return this.cases.size;
  }

  /** Takes a case into care. */
  watch(content: CaseContent): void {
    this.cases.set(content.received.case_id, { lookAt: this.nextLook(content), busy: false });
  }

  /** Looks at a case at once. */
  nudge(caseId: string): void {
    const open = this.cases.get(caseId);
    if (open) open.lookAt = 0;
    else this.cases.set(caseId, { lookAt: 0, busy: false });
  }

  /** Looks again at everything that waits or is held, because another bundle is in force. */
  nudgeAll(): void {
    for (const open of this.cases.values()) open.lookAt = 0;
  }

  async run(until: () => boolean): Promise<void> {
    const { clock, session } = this.parts;
    let nextSearch = 0;
    while (!until() && !session.isLost) {
      const now = clock.monotonic();
      for (const [id, open] of this.cases) {
        if (open.busy || open.lookAt > now) continue;
        open.busy = true;
        inBackground(
          this.parts,
          'looking after a case',
          this.lookAfter(id, open).finally(() => {
            open.busy = false;
          }),
        );
      }
      if (now >= nextSearch) {
        nextSearch = now + 2_000;
        inBackground(this.parts, 'searching cases', this.takeOverDead());
      }
      await clock.sleep(TICK_MS);
    }
  }

  private nextLook(content: CaseContent): number {
    const { clock } = this.parts;
    const now = clock.monotonic();
    if (content.state === 'applying') return now + FOLLOW_MS;
    if (content.due === undefined) return now + LONGEST_WAIT_MS;
    // At most half a minute: a due that was written by a wrong clock must not put a case off for long.
    return now + Math.min(LONGEST_WAIT_MS, Math.max(0, Date.parse(content.due) - clock.utc()));
  }

  private async lookAfter(id: string, open: Open): Promise<void> {
    open.lookAt = this.parts.clock.monotonic() + FOLLOW_MS;
    this.parts.commits.forget(id);
    const doc = await this.parts.store.get(id);
    const content = contentOf('case', doc);
    if (!doc || !content || doc.owner !== this.parts.session.id) {
      this.cases.delete(id);
      return;
    }
    switch (content.state) {
      case 'accepted':
      case 'held':
        return this.lookAgain(content);
      case 'applying':
        return this.follow(content);
      case 'waiting':
        return this.letLapse(content, open);
      case 'decided':
        return this.review(content);
    }
  }

  /** A hold is over, or what stood in the way may be gone: decide again. */
  private async lookAgain(content: CaseContent): Promise<void> {
    const { clock } = this.parts;
    const due = content.due === undefined ? 0 : Date.parse(content.due) - clock.utc();
    const onlyBusy = content.acts.some((act) => act.status === 'held');
    if (due > 0 && !onlyBusy) {
      this.watch(content);
      return;
    }
    const answer = await processAgain(this.parts, { previous: content }, this.hooks);
    if (answer?.kind === 'planned') this.closeOrWatch(answer.content);
  }

  private closeOrWatch(content: CaseContent): void {
    if (content.state === 'decided' && content.due === undefined) this.cases.delete(content.received.case_id);
    else this.watch(content);
  }

  /**
   * A claim whose execution this session does not run (any more): the effect document tells. In effect or finally
   * absent closes it; a target that counts each sending goes to a person instead of being tried again.
   */
  private async follow(content: CaseContent): Promise<void> {
    const { store } = this.parts;
    const open = content.acts.filter((act) => act.status === 'applying' || act.status === 'unknown');
    const found = await store.getMany(open.flatMap((act) => act.effect_id ?? []));
    const next = new Map<string, CaseAct>();
    for (const act of open) {
      const change = this.whatBecameOf(act, act.effect_id === undefined ? undefined : found.get(act.effect_id));
      if (change) next.set(act.act_id, change);
    }
    if (next.size === 0) return;
    const changed = await changeCase(this.parts, content.received.case_id, (current) => ({
      acts: current.acts.map((act) =>
        act.status === 'applying' || act.status === 'unknown' ? (next.get(act.act_id) ?? act) : act,
      ),
    }));
    if (changed) this.closeOrWatch(changed);
  }

  private whatBecameOf(act: CaseAct, doc: StateDoc | undefined): CaseAct | undefined {
    const effect = contentOf('effect', doc);
    const isOurs = (reason: { readonly command: { readonly command_id: string } }): boolean =>
      reason.command.command_id === act.command_id;
    if (effect?.reasons.some(isOurs)) {
      if (effect.state === 'present') return { ...act, status: 'present' };
      return effect.state === 'undoing' && effect.undo?.why === 'ttl'
        ? { ...act, status: 'present', text: 'it was in effect; its time is over' }
        : undefined;
    }
    if (effect?.requested.some(isOurs)) return undefined;
    const connector = effect && this.parts.connectors.get(effect.connector);
    if (connector?.capabilities.idempotency === 'none') {
      return {
        ...act,
        status: 'waiting',
        text: 'it may have been sent once already and cannot be repeated without harm: a person decides',
      };
    }
    return triedAgain(act, 'its effect is not there');
  }

  /** Nobody decided in time: no act without a person. Decided once more for the record, then closed. */
  private async letLapse(content: CaseContent, open: Open): Promise<void> {
    const { clock } = this.parts;
    if (content.due === undefined || Date.parse(content.due) > clock.utc()) {
      await this.decideWaitingAgain(content, open);
      return;
    }
    await changeCase(this.parts, content.received.case_id, (current) => ({
      due: null,
      acts: current.acts.map((act) =>
        act.status === 'waiting'
          ? {
              ...act,
              status: 'expired',
              resolution: {
                verb: 'expired',
                by: 'reflex',
                at: iso(clock.utc()),
                reason: 'nobody decided in time',
                four_eyes: false,
              },
            }
          : act,
      ),
    }));
    this.cases.delete(content.received.case_id);
  }

  /** Another bundle is in force than when it began to wait: a denial closes it, nothing else acts (`protocol.md` 7). */
  private async decideWaitingAgain(content: CaseContent, open: Open): Promise<void> {
    const active = this.parts.bundles.active?.origin.digest;
    if (active === undefined || content.decision === undefined || content.decision.bundle.digest === active) {
      open.lookAt = this.nextLook(content);
      return;
    }
    const answer = await processAgain(this.parts, { previous: content }, this.hooks);
    if (answer?.kind === 'planned') this.closeOrWatch(answer.content);
  }

  /**
   * Before the ttl of a permit ends: decide again with what is known by now. What is now denied is lifted early; all
   * else lapses at its deadline, for a further event renews it by its own decision.
   */
  private async review(content: CaseContent): Promise<void> {
    const { clock } = this.parts;
    const id = content.received.case_id;
    if (content.due === undefined) {
      this.cases.delete(id);
      return;
    }
    if (Date.parse(content.due) > clock.utc()) {
      this.watch(content);
      return;
    }
    this.cases.delete(id);
    const inEffect = content.acts.filter((act) => act.status === 'present' && act.effect_id !== undefined);
    const answer = await processAgain(
      this.parts,
      { previous: content, review: true },
      { ...this.hooks, open: () => undefined },
    );
    if (answer?.kind !== 'planned') return;
    const denied = new Set(
      (answer.content.decision?.acts ?? [])
        .filter((act) => act.result === 'deny')
        .map((act) => `${act.action}\n${act.target.value}`),
    );
    for (const act of inEffect) {
      const original = content.decision?.acts.find((each) => each.act_id === act.act_id);
      if (!original || act.effect_id === undefined || !denied.has(`${original.action}\n${original.target.value}`))
        continue;
      const over = content.received.source_state === 'completed';
      if (over && (await this.hasOtherReasons(act.effect_id, id))) continue;
      const text = over ? 'its source says that it is over' : 'the policies in force now deny it';
      await this.effects.lift(act.effect_id, { by: 'reflex', text, force: false });
    }
  }

  /** An effect ends with its last reason: what another case wants stays. */
  private async hasOtherReasons(effectId: string, caseId: string): Promise<boolean> {
    const effect = contentOf('effect', await this.parts.store.get(effectId));
    return [...(effect?.reasons ?? []), ...(effect?.requested ?? [])].some(({ command }) => command.case_id !== caseId);
  }

  /** Cases of dead sessions, after one further request time-out, and cases whose owner is gone from the gate. */
  private async takeOverDead(): Promise<void> {
    const { session, store } = this.parts;
    await this.pickUpOrphans();
    const dead = session.deadSessions.filter((id) => (session.deadForMs(id) ?? 0) >= this.longestRequest());
    if (dead.length === 0) return;
    const found = await store.search({ kinds: ['case'], owners: dead, notStates: ['decided'], limit: 500 });
    const reviewed = await store.search({
      kinds: ['case'],
      owners: dead,
      states: ['decided'],
      dueBefore: iso(this.parts.clock.utc()),
      limit: 100,
    });
    await Promise.all([...found, ...reviewed].map((doc) => this.takeOver(doc.id, new Set(dead))));
  }

  /** Open cases of this session that nobody here looks after: their claim ended in a failure of the store. */
  private async pickUpOrphans(): Promise<void> {
    const { session, store, clock } = this.parts;
    if (clock.monotonic() < this.nextOrphans) return;
    this.nextOrphans = clock.monotonic() + ORPHAN_SEARCH_MS;
    const mine = await store.search({ kinds: ['case'], owners: [session.id], notStates: ['decided'], limit: 1_000 });
    const uncared = mine.map((doc) => doc.id).filter((id) => !this.cases.has(id));
    for (const id of this.orphans.overdue(uncared, clock.monotonic())) this.nudge(id);
  }

  private longestRequest(): number {
    return Math.max(
      0,
      ...[...this.parts.connectors.values()].map(({ capabilities }) => capabilities.request_timeout_ms),
    );
  }

  private async takeOver(id: string, dead: ReadonlySet<string>): Promise<void> {
    const { commits, clock } = this.parts;
    commits.forget(id);
    const taken = await commits.submit<CaseContent | undefined>({
      reads: [id],
      build: (view) => {
        const seen = view.get(id);
        const content = contentOf('case', seen);
        if (!seen || !content || !dead.has(seen.owner)) return { drafts: [], answer: undefined };
        const { due, ...rest } = content;
        const reviewOver = content.state === 'decided';
        const next: CaseContent = reviewOver ? rest : content;
        return {
          drafts: [caseDraft(next, iso(clock.utc()))],
          answer: { ...next, ...(due === undefined || reviewOver ? {} : { due }) },
        };
      },
    });
    if (taken.kind === 'committed' && taken.answer !== undefined && taken.answer.state !== 'decided')
      this.watch(taken.answer);
  }
}
