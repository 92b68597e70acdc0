import type { Intake } from '../../../common/flow/intake';
import { again } from '../keeping/in_background';
import { failingId, type FailingDetection } from '../keeping/kinds/sources';
import { find } from '../keeping/state_docs';
import type { Clock, Log, StateStore } from '../ports';

/* Monitors that fail, by Alerting's own words: what they were to find, nobody finds. Noted by whoever reads alerts. */

const FOLLOW_MS = 5_000;
/** More are not told of one by one. */
const MOST_FAILING = 1_000;

/** Which detections fail, as of a few seconds ago. */
export class FailingBook {
  private known: ReadonlyMap<string, FailingDetection> = new Map();

  constructor(
    private readonly ports: { readonly store: Pick<StateStore, 'search'>; readonly clock: Clock; readonly log: Log },
  ) {}

  /** How a detection fails; undefined while it works, as far as anybody knows. */
  of(source: Intake): FailingDetection | undefined {
    return this.known.get(failingId(source));
  }

  /** Everything that fails, those that have failed longest first. */
  get all(): readonly FailingDetection[] {
    return [...this.known.values()].sort((one, other) => (one.since < other.since ? -1 : 1));
  }

  /** Counts at this agent from now on, before it is read anew. */
  note(failing: FailingDetection): void {
    const others = [...this.known].filter(([id]) => id !== failingId(failing.source));
    const own = failing.ended_at === undefined ? [[failingId(failing.source), failing] as const] : [];
    this.known = new Map([...others, ...own]);
  }

  async load(): Promise<void> {
    const docs = await find(this.ports.store, 'failing_detection', { states: ['fails'], limit: MOST_FAILING });
    this.known = new Map(docs.map(({ id, content }) => [id, content]));
  }

  /** Follows what fails, as whichever agent noted it. */
  follow(until: () => boolean): Promise<void> {
    return again(this.ports, { failed: 'which detections fail could not be read', everyMs: FOLLOW_MS, until }, () =>
      this.load(),
    );
  }
}
