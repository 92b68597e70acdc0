import type { Intake } from '../../../common/flow/intake';
import { again } from '../keeping/in_background';
import { failingId, type FailingDetection } from '../keeping/kinds/sources';
import { find } from '../keeping/state_docs';
import type { Clock, Log, StateStore } from '../ports';
import { SEARCH_LAG_MS } from '../keeping/search_lag';

/* Monitors that fail, by Alerting's own words: what they were to find, nobody finds. Noted by whoever reads alerts. */

const FOLLOW_MS = 5_000;
/** More are not told of one by one. */
const MOST_FAILING = 1_000;

/** Which detections fail, as of a few seconds ago. */
export class FailingBook {
  private known: ReadonlyMap<string, FailingDetection> = new Map();
  /** What was noted here lately, and when, monotonic ms: a search may not have seen it. */
  private readonly noted = new Map<string, { readonly failing: FailingDetection; readonly at: number }>();

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
    this.noted.set(failingId(failing.source), { failing, at: this.ports.clock.monotonic() });
    this.known = this.withNoted(this.known);
  }

  /** INVARIANT: one that failed a moment ago is known to fail, or nobody would hear when it works again. */
  private withNoted(known: ReadonlyMap<string, FailingDetection>): ReadonlyMap<string, FailingDetection> {
    const found = new Map(known);
    for (const [id, { failing, at }] of this.noted) {
      if (at < this.ports.clock.monotonic() - SEARCH_LAG_MS) this.noted.delete(id);
      else if (failing.ended_at === undefined) found.set(id, failing);
      else found.delete(id);
    }
    return found;
  }

  async load(): Promise<void> {
    const docs = await find(this.ports.store, 'failing_detection', { states: ['fails'], limit: MOST_FAILING });
    this.known = this.withNoted(new Map(docs.map(({ id, content }) => [id, content])));
  }

  /** Follows what fails, as whichever agent noted it. */
  follow(until: () => boolean): Promise<void> {
    return again(this.ports, { failed: 'which detections fail could not be read', everyMs: FOLLOW_MS, until }, () =>
      this.load(),
    );
  }
}
