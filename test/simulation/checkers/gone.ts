import type { Effect } from '../../../server/engine/execution/effect';
import { contentOf } from '../../../server/runner/keeping/state_docs';
import type { StateBody } from '../../../server/runner/ports';
import type { SimAgent } from '../machine';
import { SETTLE_MS, VERIFY_EVERY_MS } from '../sim_connector';
import { targetKey } from '../sim_target';
import type { World } from '../world';
import type { EffectChecker } from './effects';
import type { Reach } from './reach';
import type { ReappliedChecker } from './reapplied';
import type { Violations } from './violations';

/*
 * Never silent: what somebody removed at its target is said to be gone before its end, by the state and by every agent,
 * and nothing is said to be gone that is there. What counts is the time during which its keeper could ask and write.
 */

/** An interval with its spread, a second look, and 5 s. */
const BAR_MS = VERIFY_EVERY_MS * 1.1 + 2_000 + 5_000;
/** On top where answers of targets and of the store are lost: asked again, found out. */
const FOUL_MS = 12_000;
/** Other agents hear of it with a heartbeat; where telling failed it is told with the next look. */
const TOLD_WITHIN_MS = 5_000;
const TICK_MS = 500;

interface Missing {
  readonly command: string;
  /** The session that could have noticed, and for how long. */
  session: string;
  ableMs: number;
  /** The weather was foul at some time since it is missing. */
  foul: boolean;
  told: boolean;
}

export class GoneChecker {
  private readonly missing = new Map<string, Missing>();
  private readonly putBackAt = new Map<string, number>();
  /** For how long each agent that works, and each act, has not said that something is gone, though the state does. */
  private readonly silent = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly effects: EffectChecker,
    private readonly reach: Reach,
    private readonly reapplied: Pick<ReappliedChecker, 'noteRemoved' | 'notePutBack'>,
    private readonly violations: Violations,
  ) {
    if (!world.climate.has('vanish')) return;
    world.store.watch((_, body) => this.onWritten(body));
    this.tick();
  }

  /** Somebody removes an effect at the target by hand. */
  remove(key: string): void {
    const { world } = this;
    const command = world.target.entries.get(key);
    if (command === undefined) return;
    this.reapplied.noteRemoved(key, command);
    this.effects.removedByHand(key, () => world.target.remove(key, [command], world.now));
    this.missing.set(key, { command, session: '', ableMs: 0, foul: false, told: false });
  }

  /** Whether the state still names this command for a live effect there, with some time left. */
  isWanted(key: string, command: string): boolean {
    const due = this.effects.dueOf(key);
    const isNamed = this.effectsOf(
      ({ action, target, state, reasons }) =>
        targetKey(action, target) === key &&
        state === 'present' &&
        reasons.some((reason) => reason.command.command_id === command),
    );
    return isNamed.length > 0 && due !== undefined && due - this.world.now > SETTLE_MS * 2;
  }

  /** Somebody puts back what was removed: nothing is missing any more. */
  putBack(key: string, put: () => void): void {
    put();
    this.reapplied.notePutBack(key);
    this.missing.delete(key);
    this.putBackAt.set(key, this.world.now);
  }

  private onWritten(body: StateBody): void {
    if (body.kind !== 'effect') return;
    const { action, target, state, gone, reasons } = body.content as Effect;
    const key = targetKey(action, target);
    if (state !== 'present' || gone === undefined) return;
    const there = this.world.target.entries.get(key);
    // What was asked for just before it was put back is an answer of its own time.
    const isJustBack = this.world.now - (this.putBackAt.get(key) ?? -Infinity) < BAR_MS;
    if (!isJustBack && there !== undefined && reasons.some(({ command }) => command.command_id === there))
      this.violations.add('never silent', `${key} is said to be gone and is there`, 'gone_false');
    if (this.missing.delete(key)) this.world.tally.note('vanish');
  }

  private tick(): void {
    const { world } = this;
    for (const [key, missing] of this.missing) this.look(key, missing);
    for (const machine of world.agents) this.listen(machine);
    for (const effect of this.goneNow()) this.readCases(effect);
    world.scheduler.after(TICK_MS, () => this.tick());
  }

  private look(key: string, missing: Missing): void {
    const { world, violations } = this;
    const effect = this.effectsOf((each) => targetKey(each.action, each.target) === key)[0];
    const isOver =
      effect?.state !== 'present' || !effect.reasons.some(({ command }) => command.command_id === missing.command);
    // What ends anyway, or was being found out about, need not be missed.
    if (isOver && effect?.state !== 'unknown' && effect?.state !== 'applying') return void this.missing.delete(key);
    if (effect === undefined || !this.works(effect.session)) return;
    if (missing.session !== effect.session) Object.assign(missing, { session: effect.session, ableMs: 0 });
    missing.ableMs += TICK_MS;
    // What was lost before the weather cleared up delays what is said after it.
    missing.foul ||= world.weather.lostAnswer > 0 || world.answersAreSlow;
    const bar = BAR_MS + SETTLE_MS + (missing.foul ? FOUL_MS : 0);
    if (missing.ableMs <= bar || missing.told) return;
    missing.told = true;
    const text = `${key} was removed at its target, and for ${missing.ableMs} ms nobody says so (at most ${bar} ms)`;
    violations.add('never silent', text, 'gone_unsaid');
  }

  /** An agent that works says what any agent found to be gone. */
  private listen(machine: SimAgent): void {
    const isKept = this.goneNow().some(({ session }) => this.works(session));
    const says = machine.agent?.troubles.some(({ code }) => code === 'containment_gone') === true;
    const isSilent = isKept && !says && this.isUp(machine);
    if (this.isSilent(machine.name, isSilent))
      this.violations.add('never silent', `${machine.name} does not say that something is gone`, 'gone_unsaid');
  }

  /** A case whose act came to an effect that is gone does not say that it is in effect. */
  private readCases({ session, reasons }: Effect): void {
    for (const { command } of reasons) {
      const content = contentOf('case', this.world.store.get(command.case_id));
      const act = content?.acts.find(({ command_id }) => command_id === command.command_id);
      if (!this.isSilent(command.command_id, act?.status === 'present' && this.works(session))) continue;
      this.violations.add('never silent', `${command.case_id} says that what is gone is in effect`, 'gone_unsaid');
    }
  }

  /** True once somebody was silent for too long. */
  private isSilent(who: string, isNow: boolean): boolean {
    const silentMs = isNow ? (this.silent.get(who) ?? 0) + TICK_MS : 0;
    this.silent.set(who, silentMs);
    return silentMs > TOLD_WITHIN_MS + BAR_MS + (this.world.weather.lostAnswer > 0 ? FOUL_MS : 0);
  }

  private goneNow(): readonly Effect[] {
    return this.effectsOf(({ state, gone }) => state === 'present' && gone !== undefined);
  }

  private effectsOf(fits: (effect: Effect) => boolean): readonly Effect[] {
    return [...this.world.store.documents.values()].flatMap(({ body }) => {
      const effect = body.kind === 'effect' ? (body.content as Effect) : undefined;
      return effect && fits(effect) ? [effect] : [];
    });
  }

  /** The agent of a session can ask its targets and write what it finds. */
  private works(session: string): boolean {
    const machine = this.world.agents.find(({ agent }) => agent?.shift?.session.id === session);
    return machine !== undefined && this.isUp(machine) && machine.agent?.shift?.session.noPermit() === undefined;
  }

  private isUp({ box, agent }: SimAgent): boolean {
    return box.alive && !box.frozen && agent?.shift !== undefined && this.reach.awayFor(box) === 0;
  }
}
