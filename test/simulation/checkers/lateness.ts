import type { SessionContent } from '../../../server/runner/keeping/kinds/session';
import { PERMIT_MS } from '../../../server/runner/session/session_times';
import type { SimAgent } from '../machine';
import { SETTLE_MS, type Sending } from '../sim_connector';
import type { World } from '../world';
import type { EffectChecker } from './effects';
import type { Reach } from './reach';
import type { LateCheck, Violations } from './violations';

/*
 * INV-4, second half: an effect that is due ends in time. What counts is the time during which somebody could have
 * ended it, on one clock, at the target.
 */

/** How long an effect may outlast its end while somebody can end it, by who that is, ms. */
const BARS: Record<LateCheck, number> = {
  /** Its executor lives, reaches the store, and has never been away. */
  late_alive: 5_000,
  /** The machine of its executor is up again. */
  late_restarted: 5_000,
  /** Another agent: found dead (5 s), one request (2 s), two clocks (10 s), and 5 s. */
  late_taken_over: 22_000,
  /** Nobody reaches the store; its executor lives. */
  late_alone: 5_000,
};

/** On top, for what is not the agents' fault, ms. */
const SLACK = {
  /** Answers are lost, and what was written is found out. */
  foul: 20_000,
  /** An order to undo was lost, late or refused: a time-out, and a pause that grows. */
  undoFailed: 15_000,
  /** The longest pause between two looks, and the time until an agent works again after a fault. */
  afterFault: 12_000,
};

/** Clocks of machines may run so much too slow. */
const DRIFT = 0.01;
/** An agent whose UTC is further off than it may be ends nothing by UTC, ms. */
const MOST_OFF_MS = 3_000;
const TICK_MS = 500;

interface Overdue {
  who: LateCheck;
  ableMs: number;
  told: boolean;
}

export class LatenessChecker {
  private readonly overdue = new Map<string, Overdue>();
  private readonly lastTrouble = new Map<string, number>();
  /**
   * Processes of whose effects others may have become the owners: they were frozen, or away for longer than a permit,
   * or so many of their heartbeats went unanswered that others declared their session dead. Who owns an effect without
   * having executed it ends it by UTC (`late_taken_over`), the process that executed it as well once it is another's.
   */
  private readonly wereAway = new Set<object>();
  /** The process of each session. */
  private readonly processes = new Map<string, object>();
  private foulUntil = 0;

  constructor(
    private readonly world: World,
    private readonly effects: EffectChecker,
    private readonly reach: Reach,
    private readonly violations: Violations,
  ) {
    world.whenUndoing(({ key, fate }) => {
      if (fate !== 'in_time') this.lastTrouble.set(key, world.now);
    });
    world.store.watch((_, body) => {
      if (body.kind === 'session') this.noteSession(body.content as SessionContent);
    });
    this.tick();
  }

  private noteSession({ id, agent, dead }: SessionContent): void {
    const machine = this.world.agents.find(({ name }) => name === agent);
    const box = this.processes.get(id) ?? machine?.box;
    if (box === undefined) return;
    this.processes.set(id, box);
    if (dead) this.wereAway.add(box);
  }

  /** Nothing is expected for a while: the state was exchanged, or the agents are. */
  pause(): void {
    this.foulUntil = Infinity;
  }

  resume(): void {
    this.foulUntil = this.world.now + SLACK.foul;
  }

  private tick(): void {
    const { world } = this;
    for (const { box } of world.agents) if (box.frozen || this.reach.awayFor(box) > PERMIT_MS) this.wereAway.add(box);
    if (world.weather.lostAnswer > 0 || world.answersAreSlow || world.agents.some(({ disk }) => disk.full))
      this.foulUntil = Math.max(this.foulUntil, world.now + SLACK.foul);
    for (const key of this.overdue.keys()) if (!world.target.entries.has(key)) this.overdue.delete(key);
    for (const [key, command] of world.target.entries) this.look(key, command);
    world.scheduler.after(TICK_MS, () => this.tick());
  }

  private look(key: string, command: string): void {
    const { world } = this;
    const sending = this.sendingOf(command);
    const due = this.effects.dueOf(key);
    if (!sending || due === undefined) return;
    const ttl = sending.command.ttl_ms ?? 0;
    if (world.now < Math.max(due + ttl * DRIFT, sending.at + SETTLE_MS)) return void this.overdue.delete(key);
    const who = this.whoCould(sending);
    if (who === undefined) return;
    const before = this.overdue.get(key);
    const now: Overdue = before?.who === who ? before : { who, ableMs: 0, told: false };
    now.ableMs += TICK_MS;
    this.overdue.set(key, now);
    const bar = BARS[who] + this.slackFor(key);
    if (now.ableMs <= bar || now.told) return;
    now.told = true;
    this.violations.add(
      'INV-4',
      `${key} is in effect ${now.ableMs} ms longer than it could be (at most ${bar} ms)`,
      who,
    );
  }

  private sendingOf(command: string): Sending | undefined {
    return this.world.sendings.find((each) => each.command.command_id === command);
  }

  private slackFor(key: string): number {
    const { now } = this.world;
    const troubled = now - (this.lastTrouble.get(key) ?? -Infinity) < SLACK.undoFailed;
    return (now < this.foulUntil ? SLACK.foul : 0) + (troubled ? SLACK.undoFailed : 0);
  }

  /** Who could end it right now, if anybody. */
  private whoCould({ agent, box, command }: Sending): LateCheck | undefined {
    const { world } = this;
    if (this.foulUntil === Infinity) return undefined;
    const machine = world.agents.find(({ name }) => name === agent);
    if (machine && this.isUp(machine)) {
      const away = this.reach.awayFor(machine.box);
      if (away > 0) return this.couldAlone(machine, away) ? 'late_alone' : undefined;
      // What nothing marks as ours a new process does not end by its journal: it has to take it over like any other.
      const byJournal = machine.box !== box && !world.climate.has('untagged');
      if (byJournal) return this.works(machine, command.connector) ? 'late_restarted' : undefined;
      if (machine.box === box && !this.wereAway.has(box)) return 'late_alive';
    }
    return world.agents.some((each) => this.works(each, command.connector)) ? 'late_taken_over' : undefined;
  }

  /** By its own journal, once its permit has surely lapsed; only what carries its mark. */
  private couldAlone(machine: SimAgent, awayMs: number): boolean {
    const { climate } = this.world;
    // Who was kept out for its version leaves undoing to the others, alone as well.
    if (climate.has('untagged') || climate.has('mixed_schemas')) return false;
    return awayMs > PERMIT_MS && this.isRight(machine);
  }

  private isUp({ agent, box }: SimAgent): boolean {
    return agent !== undefined && box.alive && !box.frozen;
  }

  private isRight({ utcOffset }: SimAgent): boolean {
    return Math.abs(utcOffset) <= MOST_OFF_MS;
  }

  private works(machine: SimAgent, connector: string): boolean {
    const isJoined = machine.agent?.shift !== undefined && this.reach.awayFor(machine.box) === 0;
    return this.isUp(machine) && isJoined && machine.lacks !== connector && this.isRight(machine);
  }
}
