import type { SecurityDomain } from '../../../common/flow/voice';
import { DAY } from './series';

const MOST_SIGHTINGS = 64;
const MOST_RULES = 64;
const MOST_REPORTERS = 16;
/** Of one reporter: only the last counts, and the one before it where that is taken back. */
const MOST_REPORTS = 4;

/** An event about a thing. */
interface Moment {
  readonly caseId: string;
  readonly at: number;
}

/** Something that a source said of a thing. */
export interface Reported extends Moment {
  readonly domain: SecurityDomain;
}

/** Oldest first, in whichever order it is heard. */
const insert = <Each extends Moment>(moments: Each[], each: Each, most: number): void => {
  moments.push(each);
  if (moments.length > 1 && each.at < (moments[moments.length - 2]?.at ?? 0)) moments.sort((a, b) => a.at - b.at);
  if (moments.length > most) moments.shift();
};

const lastOf = (moments: readonly Moment[]): number => moments[moments.length - 1]?.at ?? 0;

/** Moments by name. Whatever a source sends, it stays small: the names heard longest ago are dropped. */
class Moments<Each extends Moment> {
  private readonly byName = new Map<string, Each[]>();

  constructor(
    private readonly mostNames: number,
    private readonly mostMoments: number,
  ) {}

  get size(): number {
    return this.byName.size;
  }

  note(name: string, each: Each): void {
    const moments = this.byName.get(name) ?? [];
    insert(moments, each, this.mostMoments);
    this.byName.set(name, moments);
    if (this.byName.size > this.mostNames) this.dropOldest();
  }

  takeBack(name: string, caseId: string): void {
    const left = (this.byName.get(name) ?? []).filter((each) => each.caseId !== caseId);
    if (left.length > 0) this.byName.set(name, left);
    else this.byName.delete(name);
  }

  of(name: string): readonly Each[] {
    return this.byName.get(name) ?? [];
  }

  entries(): IterableIterator<[string, Each[]]> {
    return this.byName.entries();
  }

  forget(before: number): void {
    for (const [name, moments] of this.byName) if (lastOf(moments) < before) this.byName.delete(name);
  }

  private dropOldest(): void {
    let oldest: string | undefined;
    let at = Infinity;
    for (const [name, moments] of this.byName) {
      if (lastOf(moments) >= at) continue;
      oldest = name;
      at = lastOf(moments);
    }
    if (oldest !== undefined) this.byName.delete(oldest);
  }
}

/**
 * Which rules spoke of a thing when, and which sources. What counts and what is only claimed are apart, so that nobody
 * drives out what counts by claiming much.
 */
export class Sightings {
  private readonly rules = new Moments<Moment>(MOST_RULES, MOST_SIGHTINGS);
  private readonly reporters = new Moments<Reported>(MOST_REPORTERS, MOST_REPORTS);

  noteRule(rule: string, moment: Moment): void {
    this.rules.note(rule, moment);
  }

  noteReport(by: string, reported: Reported): void {
    this.reporters.note(by, reported);
  }

  takeBack({ rule, by }: { readonly rule: string | undefined; readonly by: string }, caseId: string): void {
    if (rule !== undefined) this.rules.takeBack(rule, caseId);
    this.reporters.takeBack(by, caseId);
  }

  /** Events of a rule, oldest first. */
  ofRule(rule: string): readonly Moment[] {
    return this.rules.of(rule);
  }

  /** What each source said last. */
  *lastReports(): IterableIterator<readonly [by: string, reported: Reported]> {
    for (const [by, reports] of this.reporters.entries()) {
      const last = reports[reports.length - 1];
      if (last) yield [by, last];
    }
  }

  get isEmpty(): boolean {
    return this.rules.size + this.reporters.size === 0;
  }

  /** Forgets what is older than a day. */
  forget(now: number): void {
    this.rules.forget(now - DAY);
    this.reporters.forget(now - DAY);
  }
}
