import type { World } from '../world';
import { EffectChecker } from './effects';
import { checkEnding } from './ending';
import { GoneChecker } from './gone';
import { KeptChecker } from './kept';
import { KnownHereChecker } from './known_here';
import { IntakeChecker } from './intake';
import { LatenessChecker } from './lateness';
import { LimitChecker } from './limits';
import { Reach } from './reach';
import { ReappliedChecker } from './reapplied';
import { SendingChecker } from './sendings';
import { StopChecker } from './stops';
import { Violations, type Violation } from './violations';

/**
 * Watches a world from outside, with true time, and says which promises it broke. Looks only at what the store, the
 * targets, the disks and the senders really saw, never at what an agent believes.
 */
export class Checkers {
  readonly reach: Reach;
  readonly sendings: SendingChecker;
  readonly stops: StopChecker;
  readonly effects: EffectChecker;
  readonly gone: GoneChecker;
  readonly reapplied: ReappliedChecker;
  private readonly intake: IntakeChecker;
  private readonly lateness: LatenessChecker;
  private readonly violations: Violations;

  /** @param isPeace asked whether everything works by now */
  constructor(
    private readonly world: World,
    isPeace: () => boolean,
  ) {
    const now = (): number => world.now;
    this.violations = new Violations(now);
    this.reach = new Reach(now);
    this.sendings = new SendingChecker(world, this.reach, this.violations);
    this.stops = new StopChecker(world, this.violations);
    this.effects = new EffectChecker(world, this.violations);
    this.lateness = new LatenessChecker(world, this.effects, this.reach, this.violations);
    this.reapplied = new ReappliedChecker(world, this.violations);
    this.gone = new GoneChecker(world, this.effects, this.reach, this.reapplied, this.violations);
    this.intake = new IntakeChecker(world, this.violations);
    new KnownHereChecker(world, this.reach, this.violations);
    new KeptChecker(world, this.violations);
    new LimitChecker(world, this.violations, () => isPeace() && !this.stops.isStopped);
  }

  /** The state was put back to an earlier moment. */
  noteRestored(): void {
    this.sendings.noteRestored();
    this.reapplied.noteRestored();
    this.intake.noteRestored();
    this.stops.noteRestored();
    this.lateness.pause();
  }

  noteAdopted(): void {
    this.lateness.resume();
  }

  /** At the end, when all faults are healed and every deadline has passed. */
  atTheEnd(
    acknowledged: ReadonlyMap<string, number>,
    past?: { readonly check: (violations: Violations) => void },
  ): readonly Violation[] {
    this.intake.atTheEnd(acknowledged);
    past?.check(this.violations);
    checkEnding(this.world, this.violations, this.stops.isStopped);
    return this.violations.all;
  }
}
