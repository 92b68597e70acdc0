import type { Label } from '../../../common/flow/feedback';
import type { ReceivedEvent } from '../../../common/flow/event';

/** More than this tells nothing more: a source is known well enough long before. */
const MOST_CASES = 500;
const MOST_SOURCES = 10_000;

/** Labels that say whether a detection was right. */
const JUDGES: ReadonlySet<Label> = new Set<Label>(['true_positive', 'false_positive', 'benign']);

/**
 * How many events of each source were judged by people. A case counts once, however often it is labelled and by
 * whichever way that is heard; the last label counts.
 */
export class SourceLabels {
  /** By source: when each case was judged last, ms since 1970. */
  private readonly sources = new Map<string, Map<string, number>>();

  note({ intake, case_id }: ReceivedEvent, label: Label, at: number): void {
    const key = `${intake.type}:${intake.id}`;
    const cases = this.sources.get(key) ?? new Map<string, number>();
    cases.delete(case_id);
    if (JUDGES.has(label)) cases.set(case_id, at);
    const [oldest] = cases.keys();
    if (cases.size > MOST_CASES && oldest !== undefined) cases.delete(oldest);
    this.sources.set(key, cases);
    const [first] = this.sources.keys();
    if (this.sources.size > MOST_SOURCES && first !== undefined) this.sources.delete(first);
  }

  /** Judged events of the source of an event within a window before `now`. */
  within({ intake }: ReceivedEvent, now: number, windowMs: number): number {
    const cases = this.sources.get(`${intake.type}:${intake.id}`);
    return cases ? [...cases.values()].filter((at) => at > now - windowMs && at <= now).length : 0;
  }
}
