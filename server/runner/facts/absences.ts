import { again } from '../keeping/in_background';
import { ABSENCES_ID, notOver, standInsOf, type Absence } from '../keeping/kinds/absences';
import { read } from '../keeping/state_docs';
import type { Clock, Log, StateStore } from '../ports';

const FOLLOW_MS = 10_000;

/** Who is away, as of a few seconds ago. For views: an approval reads the state itself. */
export class AbsenceBook {
  private known: readonly Absence[] = [];

  constructor(
    private readonly ports: {
      readonly store: Pick<StateStore, 'get'>;
      readonly clock: Pick<Clock, 'monotonic' | 'nap' | 'sleep' | 'utc'>;
      readonly log: Log;
    },
  ) {}

  /** What is not over yet, what begins later among it. */
  get all(): readonly Absence[] {
    return notOver(this.known, this.ports.clock.utc());
  }

  /** Who stands in for somebody now. */
  standInsFor(who: string): ReturnType<typeof standInsOf> {
    return standInsOf(this.known, who, this.ports.clock.utc());
  }

  note(absences: readonly Absence[]): void {
    this.known = absences;
  }

  async load(): Promise<void> {
    this.note((await read(this.ports.store, 'absences', ABSENCES_ID))?.absences ?? []);
  }

  /** @param isAlone nobody but this agent enters anybody */
  follow(until: () => boolean, isAlone: () => boolean = () => false): Promise<void> {
    const how = { failed: 'who is away could not be read', everyMs: FOLLOW_MS, until, isUnhurried: isAlone };
    return again(this.ports, how, () => this.load());
  }
}

/** What views need of it. */
export type Absences = Pick<AbsenceBook, 'all' | 'standInsFor'>;
