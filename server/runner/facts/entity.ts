import type { Glimpse } from './glimpse';
import { Series } from './series';
import { Sightings } from './sightings';

/** What was seen of one address, host, user, domain, program, file or rule. It stays within a few kB. */
export class Entity {
  readonly events = new Series();
  readonly acts = new Series();
  readonly right = new Series();
  readonly wrong = new Series();
  private counting: Sightings | undefined;
  private claimed: Sightings | undefined;

  /** Notes that an event named it. */
  noteSighting({ caseId, at, rule, isRuleClaimed, report }: Glimpse): void {
    const moment = { caseId, at };
    if (rule !== undefined) this.sightings(isRuleClaimed).noteRule(rule, moment);
    this.sightings(report.claimed).noteReport(report.by, { ...moment, domain: report.domain });
  }

  /** As if the event had never been noted. */
  takeBackSighting({ caseId, rule, report: { by } }: Glimpse): void {
    for (const each of [this.counting, this.claimed]) each?.takeBack({ rule, by }, caseId);
  }

  /** What was seen of it: what counts, or what is only claimed. */
  seen(claimed: boolean): Sightings | undefined {
    return claimed ? this.claimed : this.counting;
  }

  /** Forgets what is older than a month. @returns true if nothing is left */
  forget(now: number): boolean {
    this.counting?.forget(now);
    this.claimed?.forget(now);
    const isEmpty = [this.events, this.acts, this.right, this.wrong].map((series) => series.forget(now));
    return isEmpty.every(Boolean) && [this.counting, this.claimed].every((each) => each?.isEmpty !== false);
  }

  private sightings(claimed: boolean): Sightings {
    return claimed ? (this.claimed ??= new Sightings()) : (this.counting ??= new Sightings());
  }
}
