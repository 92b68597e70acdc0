import type { Intake } from '../../../common/flow/event';
import type { Clock } from '../ports';

/** A conflict is told of for so long after the last one of its source, ms. */
const TOLD_MS = 3_600_000;
/** Sources that a trouble names. */
const MOST_NAMED = 3;

/**
 * Events that came under the identity of another one with another content: somebody uses an id twice, or wants to
 * suppress an event. Each is in quarantine; this tells a person.
 */
export class ConflictBook {
  /** By source; one that is silent for long leaves. */
  private readonly seen = new Map<string, { count: number; at: number }>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  note({ type, id }: Intake): void {
    const source = `${type}:${id}`;
    const count = (this.seen.get(source)?.count ?? 0) + 1;
    this.seen.set(source, { count, at: this.clock.monotonic() });
  }

  /** At most one, while there is something to tell. */
  get troubles(): ReadonlyArray<{ readonly code: 'conflicting_events'; readonly text: string }> {
    const now = this.clock.monotonic();
    for (const [source, { at }] of this.seen) if (now - at > TOLD_MS) this.seen.delete(source);
    if (this.seen.size === 0) return [];
    const all = [...this.seen].sort(([, one], [, other]) => other.count - one.count);
    const total = all.reduce((sum, [, { count }]) => sum + count, 0);
    const named = all.slice(0, MOST_NAMED).map(([source, { count }]) => `${source} (${count})`);
    const rest = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more sources` : '';
    const many = total === 1 ? '1 event has' : `${total} events have`;
    const text = `${many} the identity of an earlier event and another content: ${named.join(', ')}${rest}; they are in quarantine, and the earlier ones count`;
    return [{ code: 'conflicting_events', text }];
  }
}
