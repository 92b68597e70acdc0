import { present } from '../../../common/present';
import type { Counts, HistoryFacts } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { EntityBook } from './entity_book';
import { DAY, HOUR } from './series';
import { SourceLabels, type Judgement } from './source_labels';

/*
 * What was seen before, by source address, host, user and rule. Kept in memory, so that looking up costs nothing on
 * the way from alert to effect; filled at start from the evidence, and with what other agents decided as it appears
 * there. What a decision saw of it is in its token.
 */

const MOST_CASES = 100_000;
const MOST_SIGHTINGS = 64;

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
const domainOf = ({ event }: ReceivedEvent): string => {
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

/** What the history keeps of an event: much smaller than the event. */
export interface Glimpse {
  readonly caseId: string;
  /** When it was received, ms since 1970. */
  readonly at: number;
  /** Who told it. */
  readonly source: string;
  readonly keys: Partial<Record<Role, string>>;
  readonly domain: string;
  readonly rule: string;
}

export const glimpseOf = (received: ReceivedEvent): Glimpse => ({
  caseId: received.case_id,
  at: Date.parse(received.received_at),
  source: `${received.intake.type}:${received.intake.id}`,
  keys: keysOf(received),
  domain: domainOf(received),
  rule: received.event.rule?.id ?? '',
});

/** Entities whose sightings and domains tell of the same thing; a rule is not one. */
const entityKeys = ({ keys: { src, host, user } }: Pick<Glimpse, 'keys'>): readonly string[] =>
  [src, host, user].filter((key): key is string => key !== undefined);

const remember = (cases: Set<string>, caseId: string): void => {
  cases.add(caseId);
  const [oldest] = cases;
  if (cases.size > MOST_CASES && oldest !== undefined) cases.delete(oldest);
};

export class HistoryBook {
  private readonly entities: EntityBook;
  private readonly seen = new Set<string>();
  private readonly acted = new Set<string>();
  private readonly labels = new SourceLabels();

  /** @param most entities that are kept */
  constructor(most?: number) {
    this.entities = new EntityBook(most);
  }

  /** Notes an event, once per case. */
  noteEvent(received: ReceivedEvent): void {
    this.note(glimpseOf(received));
  }

  /** Notes an event of which only this is known, once per case; in whichever order that is heard. */
  note(glimpse: Glimpse): void {
    const { caseId, at, source, keys, domain, rule } = glimpse;
    if (this.seen.has(caseId)) return;
    remember(this.seen, caseId);
    for (const key of Object.values(keys)) this.entities.use(key, source).events.add(at);
    for (const key of entityKeys(glimpse)) {
      const entity = this.entities.use(key, source);
      entity.noteDomain(domain, at);
      entity.noteSighting(rule, at);
    }
  }

  /** Notes that something was done because of an event. */
  noteAct(received: ReceivedEvent, at: number): void {
    this.noteActOf(glimpseOf(received), at);
  }

  /** Once per case, however often it is decided again and by whichever way that is heard. */
  noteActOf({ caseId, keys, source }: Glimpse, at: number): void {
    if (this.acted.has(caseId)) return;
    remember(this.acted, caseId);
    for (const key of Object.values(keys)) this.entities.use(key, source).acts.add(at);
  }

  /** Notes what an event turned out to be. */
  noteLabel(received: ReceivedEvent, judgement: Judgement): void {
    const { label, at } = judgement;
    this.labels.note(received, judgement);
    const { keys, source } = glimpseOf(received);
    for (const key of Object.values(keys)) {
      if (label === 'true_positive') this.entities.use(key, source).right.add(at);
      if (label === 'false_positive' || label === 'benign') this.entities.use(key, source).wrong.add(at);
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
    return {
      src: count('src'),
      host: count('host'),
      user: count('user'),
      rule: count('rule'),
      domains: this.domainsOf(received, now),
      sightings_ms: this.sightingsOf(received, now),
      ...present({ source_proof: this.labels.within(received, now, 30 * DAY) }),
    };
  }

  /** Forgets what is older than a month, a part of it with each call. */
  tidy(now: number): void {
    this.entities.tidy(now);
  }

  private domainsOf(received: ReceivedEvent, now: number): string[] {
    const domains = new Set([domainOf(received)]);
    for (const key of entityKeys({ keys: keysOf(received) }))
      for (const domain of this.entities.get(key)?.domainsSince(now - DAY) ?? []) domains.add(domain);
    return [...domains].sort().slice(0, 16);
  }

  private sightingsOf(received: ReceivedEvent, now: number): number[] {
    const rule = received.event.rule?.id ?? '';
    const own = Date.parse(received.received_at);
    let longest: readonly number[] = [];
    for (const key of entityKeys({ keys: keysOf(received) })) {
      const moments = this.entities.get(key)?.sightingsOf(rule) ?? [];
      if (moments.length > longest.length) longest = moments;
    }
    const earlier = [...longest];
    if (this.seen.has(received.case_id) && earlier.includes(own)) earlier.splice(earlier.indexOf(own), 1);
    return earlier
      .map((at) => Math.max(0, now - at))
      .sort((a, b) => a - b)
      .slice(0, MOST_SIGHTINGS);
  }
}
