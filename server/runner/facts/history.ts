import { present } from '../../../common/present';
import type { Counts, HistoryFacts } from '../../../common/flow/decision';
import type { Label } from '../../../common/flow/feedback';
import type { ReceivedEvent } from '../../../common/flow/event';
import { SourceLabels } from './source_labels';

/*
 * What was seen before, by source address, host, user and rule. Kept in memory, so that looking up costs nothing on
 * the way from alert to effect; filled at start from the evidence, and with what other agents decided as it appears
 * there. What a decision saw of it is in its token.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FINE = 5 * MINUTE;
const MOST_ENTITIES = 100_000;
const MOST_SIGHTINGS = 64;

/** Counts by five minutes for a day and by day for a month. */
class Series {
  private readonly fine = new Map<number, number>();
  private readonly days = new Map<number, number>();

  add(at: number, count = 1): void {
    const five = Math.floor(at / FINE);
    const day = Math.floor(at / DAY);
    this.fine.set(five, (this.fine.get(five) ?? 0) + count);
    this.days.set(day, (this.days.get(day) ?? 0) + count);
  }

  within(now: number, windowMs: number): number {
    const [buckets, width] = windowMs > DAY ? [this.days, DAY] : [this.fine, FINE];
    const first = Math.floor((now - windowMs) / width) + 1;
    let sum = 0;
    for (const [bucket, count] of buckets) if (bucket >= first && bucket * width <= now) sum += count;
    return sum;
  }

  forget(now: number): void {
    for (const bucket of this.fine.keys()) if (bucket * FINE < now - DAY - HOUR) this.fine.delete(bucket);
    for (const bucket of this.days.keys()) if (bucket * DAY < now - 31 * DAY) this.days.delete(bucket);
  }
}

interface Entity {
  readonly events: Series;
  readonly acts: Series;
  readonly right: Series;
  readonly wrong: Series;
  /** Last event of each domain that spoke of it, ms. */
  readonly domains: Map<string, number>;
  /** Moments of the last events by rule, oldest first, ms. */
  readonly sightings: Map<string, number[]>;
}

/** Of somebody never seen before. */
export const NO_COUNTS: Counts = {
  events_1h: 0,
  events_24h: 0,
  events_30d: 0,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 0,
  true_positives_30d: 0,
  false_positives_30d: 0,
};

/** Which domain of security an event speaks for: a tag `domain:<name>`, else what kind of thing it names. */
export const domainOf = ({ event }: ReceivedEvent): string => {
  const tagged = event.tags?.find((tag) => tag.startsWith('domain:'));
  if (tagged !== undefined) return tagged.slice('domain:'.length);
  if (event.process !== undefined || event.file !== undefined) return 'endpoint';
  if (event.user?.name !== undefined && event.source?.ip === undefined) return 'identity';
  return event.source?.ip !== undefined || event.destination !== undefined ? 'network' : 'other';
};

type Role = 'src' | 'host' | 'user' | 'rule';

const keysOf = ({ event }: ReceivedEvent): Partial<Record<Role, string>> => {
  const host = event.src_host ?? event.dst_host;
  return {
    ...present({
      src: event.source?.ip === undefined ? undefined : `ip:${event.source.ip}`,
      host: host === undefined ? undefined : `host:${host.toLowerCase()}`,
      user: event.user?.name === undefined ? undefined : `user:${event.user.name.toLowerCase()}`,
      rule: event.rule?.id === undefined ? undefined : `rule:${event.rule.id}`,
    }),
  };
};

/** Entities whose sightings and domains tell of the same thing; a rule is not one. */
const entityKeys = (received: ReceivedEvent): string[] => {
  const { src, host, user } = keysOf(received);
  return [src, host, user].filter((key): key is string => key !== undefined);
};

export class HistoryBook {
  private readonly entities = new Map<string, Entity>();
  private readonly seen = new Set<string>();
  private readonly labels = new SourceLabels();

  /** Notes an event, once per case. */
  noteEvent(received: ReceivedEvent): void {
    if (this.seen.has(received.case_id)) return;
    this.seen.add(received.case_id);
    if (this.seen.size > MOST_ENTITIES) {
      const [oldest] = this.seen;
      this.seen.delete(oldest ?? '');
    }
    const at = Date.parse(received.received_at);
    const rule = received.event.rule?.id ?? '';
    const domain = domainOf(received);
    for (const key of Object.values(keysOf(received))) this.entity(key).events.add(at);
    for (const key of entityKeys(received)) {
      const entity = this.entity(key);
      entity.domains.set(domain, at);
      const moments = entity.sightings.get(rule) ?? [];
      moments.push(at);
      if (moments.length > MOST_SIGHTINGS) moments.shift();
      entity.sightings.set(rule, moments);
    }
  }

  /** Notes that something was done because of an event. */
  noteAct(received: ReceivedEvent, at: number): void {
    for (const key of Object.values(keysOf(received))) this.entity(key).acts.add(at);
  }

  /** Notes what an event turned out to be. */
  noteLabel(received: ReceivedEvent, label: Label, at: number): void {
    this.labels.note(received, label, at);
    for (const key of Object.values(keysOf(received))) {
      if (label === 'true_positive') this.entity(key).right.add(at);
      if (label === 'false_positive' || label === 'benign') this.entity(key).wrong.add(at);
    }
  }

  /** What was seen of an event's entities before it, at a moment in ms since 1970. */
  factsFor(received: ReceivedEvent, now: number): HistoryFacts {
    const keys = keysOf(received);
    const own = this.seen.has(received.case_id) ? 1 : 0;
    const count = (role: Role): Counts => {
      const entity = keys[role] === undefined ? undefined : this.entities.get(keys[role]);
      if (!entity) return NO_COUNTS;
      return {
        events_1h: Math.max(0, entity.events.within(now, HOUR) - own),
        events_24h: Math.max(0, entity.events.within(now, DAY) - own),
        events_30d: Math.max(0, entity.events.within(now, 30 * DAY) - own),
        acts_1h: entity.acts.within(now, HOUR),
        acts_24h: entity.acts.within(now, DAY),
        acts_30d: entity.acts.within(now, 30 * DAY),
        true_positives_30d: entity.right.within(now, 30 * DAY),
        false_positives_30d: entity.wrong.within(now, 30 * DAY),
      };
    };
    const labels = this.labels.within(received, now, 30 * DAY);
    return {
      src: count('src'),
      host: count('host'),
      user: count('user'),
      rule: count('rule'),
      domains: this.domainsOf(received, now),
      sightings_ms: this.sightingsOf(received, now),
      ...present({ source_labels_30d: labels > 0 ? labels : undefined }),
    };
  }

  /** Forgets what is older than a month, and the longest unseen entities beyond the most that are kept. */
  tidy(now: number): void {
    for (const entity of this.entities.values()) {
      for (const series of [entity.events, entity.acts, entity.right, entity.wrong]) series.forget(now);
      for (const [rule, moments] of entity.sightings)
        if ((moments[moments.length - 1] ?? 0) < now - DAY) entity.sightings.delete(rule);
    }
  }

  private domainsOf(received: ReceivedEvent, now: number): string[] {
    const domains = new Set([domainOf(received)]);
    for (const key of entityKeys(received)) {
      for (const [domain, at] of this.entities.get(key)?.domains ?? []) if (at >= now - DAY) domains.add(domain);
    }
    return [...domains].sort().slice(0, 16);
  }

  private sightingsOf(received: ReceivedEvent, now: number): number[] {
    const rule = received.event.rule?.id ?? '';
    const own = Date.parse(received.received_at);
    let longest: readonly number[] = [];
    for (const key of entityKeys(received)) {
      const moments = this.entities.get(key)?.sightings.get(rule) ?? [];
      if (moments.length > longest.length) longest = moments;
    }
    const earlier = [...longest];
    if (this.seen.has(received.case_id) && earlier.includes(own)) earlier.splice(earlier.indexOf(own), 1);
    return earlier
      .map((at) => Math.max(0, now - at))
      .sort((a, b) => a - b)
      .slice(0, MOST_SIGHTINGS);
  }

  private entity(key: string): Entity {
    const known = this.entities.get(key);
    if (known) return known;
    const made: Entity = {
      events: new Series(),
      acts: new Series(),
      right: new Series(),
      wrong: new Series(),
      domains: new Map(),
      sightings: new Map(),
    };
    this.entities.set(key, made);
    if (this.entities.size > MOST_ENTITIES) {
      const [oldest] = this.entities.keys();
      if (oldest !== undefined) this.entities.delete(oldest);
    }
    return made;
  }
}
