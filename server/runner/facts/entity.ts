import { DAY, Series } from './series';

const MOST_SIGHTINGS = 64;
const MOST_RULES = 64;
const MOST_DOMAINS = 16;

/** Drops the entry whose value is the least. */
const dropLeast = <Value>(map: Map<string, Value>, valueOf: (value: Value) => number): void => {
  let least: string | undefined;
  let value = Infinity;
  for (const [key, each] of map) {
    if (valueOf(each) >= value) continue;
    least = key;
    value = valueOf(each);
  }
  if (least !== undefined) map.delete(least);
};

const lastOf = (moments: readonly number[]): number => moments[moments.length - 1] ?? 0;

/** What was seen of one address, host, user or rule. Whatever a source sends, it stays within a few kB. */
export class Entity {
  readonly events = new Series();
  readonly acts = new Series();
  readonly right = new Series();
  readonly wrong = new Series();
  private domains: Map<string, number> | undefined;
  private sightings: Map<string, number[]> | undefined;

  /** Notes that a domain of security spoke of it. */
  noteDomain(domain: string, at: number): void {
    this.domains ??= new Map();
    this.domains.set(domain, Math.max(at, this.domains.get(domain) ?? 0));
    if (this.domains.size > MOST_DOMAINS) dropLeast(this.domains, (moment) => moment);
  }

  /** Notes that a rule fired; in whichever order that is heard. */
  noteSighting(rule: string, at: number): void {
    this.sightings ??= new Map();
    const moments = this.sightings.get(rule) ?? [];
    moments.push(at);
    if (moments.length > 1 && at < (moments[moments.length - 2] ?? 0)) moments.sort((a, b) => a - b);
    if (moments.length > MOST_SIGHTINGS) moments.shift();
    this.sightings.set(rule, moments);
    if (this.sightings.size > MOST_RULES) dropLeast(this.sightings, lastOf);
  }

  domainsSince(at: number): readonly string[] {
    return [...(this.domains ?? [])].filter(([, moment]) => moment >= at).map(([domain]) => domain);
  }

  /** Moments of the last events of a rule, oldest first, ms. */
  sightingsOf(rule: string): readonly number[] {
    return this.sightings?.get(rule) ?? [];
  }

  /** Forgets what is older than a month. @returns true if nothing is left */
  forget(now: number): boolean {
    for (const [rule, moments] of this.sightings ?? []) if (lastOf(moments) < now - DAY) this.sightings?.delete(rule);
    const isEmpty = [this.events, this.acts, this.right, this.wrong].map((series) => series.forget(now));
    return isEmpty.every(Boolean);
  }
}
