import { present } from '../../../common/present';
import type { Counts, HistoryFacts } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Identities } from '../../engine/entity/identity';
import { countedDomains } from '../../engine/decision/seen';
import { EntityBook } from './entity_book';
import { countedKey, glimpseOf, type Glimpse } from './glimpse';
import { seenThings } from './seen_things';
import { DAY, HOUR } from './series';
import { SourceLabels, type Judgement } from './source_labels';

/*
 * What was seen before, by source address, host, user and rule. Kept in memory, so that looking up costs nothing on
 * the way from alert to effect; filled at start from the evidence, and with what other agents decided as it appears
 * there. What a decision saw of it is in its token.
 */

const MOST_CASES = 100_000;

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

const remember = (cases: Set<string>, caseId: string): void => {
  cases.add(caseId);
  const [oldest] = cases;
  if (cases.size > MOST_CASES && oldest !== undefined) cases.delete(oldest);
};

/** Things that an event of a case names. */
interface Sighting {
  readonly names: readonly string[];
  readonly caseId: string;
}

/** A note of an event that is not decided yet. */
export interface Note {
  /** The event is decided: the note stays. */
  readonly keep: () => void;
  /** It was no new event, or nobody knows what became of it. */
  readonly takeBack: () => void;
}

const SETTLED: Note = { keep: () => undefined, takeBack: () => undefined };

/** Events that came in under the same id, of which one is noted until it is known which one it is. */
interface Open {
  noted: Glimpse;
  readonly others: Glimpse[];
  /** As the evidence tells it. */
  certain: Glimpse | undefined;
}

type Role = 'src' | 'host' | 'user' | 'rule';

const SPOKEN = { src: 'source', host: 'host', user: 'user', rule: 'rule' } as const;

const countedKeys = (glimpse: Glimpse): readonly string[] =>
  Object.values(SPOKEN).flatMap((role) => countedKey(glimpse, role) ?? []);

export class HistoryBook {
  private readonly entities: EntityBook;
  private readonly seen = new Set<string>();
  private readonly acted = new Set<string>();
  private readonly labels = new SourceLabels();
  /** Events on the way from being noted to being decided. */
  private readonly open = new Map<string, Open>();
  private sighted: (sighting: Sighting) => void = () => undefined;

  /** @param most entities that are kept */
  constructor(most?: number) {
    this.entities = new EntityBook(most);
  }

  /** Who is told what is named again; one at a time. */
  onSighting(tell: (sighting: Sighting) => void): void {
    this.sighted = tell;
  }

  /**
   * Notes an event before it is decided, so that reports that arrive together count for each other. Whoever notes it
   * says what became of it.
   */
  noteEvent(received: ReceivedEvent): Note {
    // One of its own for each time that it comes in: they are told apart when they are taken back.
    const glimpse = { ...glimpseOf(received) };
    const { caseId } = glimpse;
    if (!this.seen.has(caseId)) {
      this.add(glimpse);
      this.open.set(caseId, { noted: glimpse, others: [], certain: undefined });
    } else {
      const open = this.open.get(caseId);
      if (open === undefined) return SETTLED;
      open.others.push(glimpse);
    }
    return { keep: () => this.keep(glimpse), takeBack: () => this.takeBack(glimpse) };
  }

  /** Notes an event of which only this is known, once per case; in whichever order that is heard. */
  note(glimpse: Glimpse): void {
    const open = this.open.get(glimpse.caseId);
    if (open) open.certain = glimpse;
    else if (!this.seen.has(glimpse.caseId)) this.add(glimpse);
  }

  /** Notes that something was done because of an event. */
  noteAct(received: ReceivedEvent, at: number): void {
    this.noteActOf(glimpseOf(received), at);
  }

  /** Once per case, however often it is decided again and by whichever way that is heard. */
  noteActOf(glimpse: Glimpse, at: number): void {
    if (this.acted.has(glimpse.caseId)) return;
    remember(this.acted, glimpse.caseId);
    for (const key of countedKeys(glimpse)) this.entities.use(key, glimpse.source).acts.add(at);
  }

  /** Notes what an event turned out to be. */
  noteLabel(received: ReceivedEvent, judgement: Judgement): void {
    const { label, at } = judgement;
    this.labels.note(received, judgement);
    const glimpse = glimpseOf(received);
    for (const key of countedKeys(glimpse)) {
      if (label === 'true_positive') this.entities.use(key, glimpse.source).right.add(at);
      if (label === 'false_positive' || label === 'benign') this.entities.use(key, glimpse.source).wrong.add(at);
    }
  }

  /** As if that had never been said. What nobody said of a detection proves its source neither right nor wrong. */
  takeLabelBack(received: ReceivedEvent, judgement: Judgement): void {
    const { label, at } = judgement;
    this.labels.note(received, { ...judgement, label: 'insufficient_data' });
    const glimpse = glimpseOf(received);
    for (const key of countedKeys(glimpse)) {
      const entity = this.entities.get(key);
      if (label === 'true_positive') entity?.right.takeBack(at);
      if (label === 'false_positive' || label === 'benign') entity?.wrong.takeBack(at);
    }
  }

  /**
   * What was seen of an event's entities before it.
   *
   * @param now ms since 1970
   * @param who knows by which further names they go
   */
  factsFor(received: ReceivedEvent, now: number, who?: Identities): HistoryFacts {
    const glimpse = glimpseOf(received);
    const own = this.seen.has(received.case_id) ? 1 : 0;
    const count = (role: Role): Counts => {
      const key = countedKey(glimpse, SPOKEN[role]);
      const entity = key === undefined ? undefined : this.entities.get(key);
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
    const entities = seenThings({ glimpse, now, entityOf: (name) => this.entities.get(name), ...present({ who }) });
    const facts = { src: count('src'), host: count('host'), user: count('user'), rule: count('rule'), entities };
    return {
      ...facts,
      domains: [...countedDomains(entities)],
      ...present({ source_proof: this.labels.within(received, now, 30 * DAY) }),
    };
  }

  /** Forgets what is older than a month, a part of it with each call. */
  tidy(now: number): void {
    this.entities.tidy(now);
  }

  private add(glimpse: Glimpse): void {
    remember(this.seen, glimpse.caseId);
    const { at, source, things } = glimpse;
    for (const key of countedKeys(glimpse)) this.entities.use(key, source).events.add(at);
    for (const { name } of things) this.entities.use(name, source).noteSighting(glimpse);
    if (things.length > 0) this.sighted({ names: things.map(({ name }) => name), caseId: glimpse.caseId });
  }

  private remove(glimpse: Glimpse): void {
    this.seen.delete(glimpse.caseId);
    for (const key of countedKeys(glimpse)) this.entities.get(key)?.events.takeBack(glimpse.at);
    for (const { name } of glimpse.things) this.entities.get(name)?.takeBackSighting(glimpse);
  }

  private keep(glimpse: Glimpse): void {
    const open = this.open.get(glimpse.caseId);
    if (open === undefined) return;
    this.open.delete(glimpse.caseId);
    if (open.noted === glimpse) return;
    this.remove(open.noted);
    this.add(glimpse);
  }

  private takeBack(glimpse: Glimpse): void {
    const open = this.open.get(glimpse.caseId);
    if (open === undefined) return;
    if (open.noted !== glimpse) {
      open.others.splice(open.others.indexOf(glimpse), 1);
      return;
    }
    this.remove(glimpse);
    const next = open.certain ?? open.others.shift();
    if (next) this.add(next);
    if (next && next !== open.certain) open.noted = next;
    else this.open.delete(glimpse.caseId);
  }
}
