import type { HistoryFacts, SeenThing, Target } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { aimedAt } from '../entity/seen_names';
import type { Confirm } from '../policy/compiled';
import type { Heard } from './effective';

/*
 * What was seen of the thing that an act is aimed at: who corroborates it, and whether it was seen often enough. What
 * happened to others that share a user, a host or a rule with it says nothing of it.
 */

/** Domains whose sources reported one of these things; each source speaks for one. */
const domainsOf = (things: readonly SeenThing[]): readonly string[] =>
  [...new Set(things.flatMap(({ reports }) => reports.map(({ domain }) => domain)))].sort();

/** What an event is most of all about. */
const mainThing = (things: readonly SeenThing[]): readonly SeenThing[] => {
  for (const role of ['source', 'host', 'user'] as const) {
    const found = things.find(({ roles }) => roles.includes(role));
    if (found) return [found];
  }
  return [];
};

/**
 * Domains that corroborate each other about the target of an act.
 *
 * @param target undefined, or without a value: about the source of the event, else its host, else its user
 */
export const corroboration = ({ entities, domains }: HistoryFacts, target?: Target): readonly string[] => {
  // Records of earlier versions and tests of policies say it for all things alike.
  if (entities === undefined) return domains;
  return domainsOf(target === undefined || target.value === '' ? mainThing(entities) : aimedAt(entities, target));
};

/** The domains that count for what an event is most of all about. */
export const countedDomains = (things: readonly SeenThing[]): readonly string[] =>
  domainsOf(mainThing(things).map(countedOf));

const byAge = (ages: readonly number[]): number[] => [...ages].sort((a, b) => a - b);

const countedOf = (thing: SeenThing): SeenThing => ({
  ...thing,
  reports: thing.reports.filter(({ claimed }) => claimed !== true),
});

/** True if somebody is heard only because he claims it. */
const hasClaims = ({ reports, claimed_ms: claimed = [] }: SeenThing): boolean =>
  claimed.length > 0 || reports.some((report) => report.claimed === true);

const NO_COUNTS = {
  events_1h: 0,
  events_24h: 0,
  events_30d: 0,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 0,
  true_positives_30d: 0,
  false_positives_30d: 0,
};

/**
 * History as it counts: without what a claimed rule id leads to, which is somebody else's good name or somebody else's
 * sightings, and without what other sources only claim.
 */
export const countingHistory = (history: HistoryFacts, { fields }: Heard): HistoryFacts => {
  const isClaimedRule = fields.includes('rule.id');
  const { entities } = history;
  const rule = isClaimedRule ? { rule: NO_COUNTS } : {};
  if (entities === undefined) return isClaimedRule ? { ...history, ...rule, sightings_ms: [] } : history;
  if (!isClaimedRule && !entities.some(hasClaims)) return history;
  const counting = entities.map(({ claimed_ms: _claims, ...thing }) => ({
    ...countedOf(thing),
    sightings_ms: isClaimedRule ? [] : thing.sightings_ms,
  }));
  return { ...history, ...rule, entities: counting };
};

/** History as it is claimed: whoever says something is believed. The same object where nobody claims anything. */
export const claimedHistory = (history: HistoryFacts): HistoryFacts => {
  const { entities } = history;
  if (entities?.some(hasClaims) !== true) return history;
  const claimed = entities.map(({ claimed_ms: claims = [], ...thing }) => ({
    ...thing,
    sightings_ms: byAge([...thing.sightings_ms, ...claims]),
  }));
  return { ...history, domains: [...domainsOf(mainThing(claimed))], entities: claimed };
};

/** What the sightings that a policy waits for are of. */
export const confirmedBy = ({ by }: Confirm, target: Target, things: readonly SeenThing[]): readonly SeenThing[] =>
  by === 'target' || by === 'intakes' ? aimedAt(things, target) : things.filter(({ roles }) => roles.includes(by));

/** The most that lies in one window of this length together with the event itself, which is at 0. */
const mostTogether = (offsets: readonly number[], withinMs: number): number => {
  const near = offsets.filter((at) => Math.abs(at) <= withinMs);
  const begins = [0, ...near.filter((at) => at < 0)];
  return 1 + Math.max(...begins.map((first) => near.filter((at) => at >= first && at <= first + withinMs).length));
};

interface AsKnown {
  readonly received: ReceivedEvent;
  readonly history: HistoryFacts;
  readonly now: number;
}

/** How often it was seen, the event included. */
const timesSeen = ({ by, withinMs }: Confirm, target: Target, { received, history, now }: AsKnown): number => {
  const own = Math.max(0, now - Date.parse(received.received_at));
  const together = (ages: readonly number[]): number =>
    mostTogether(
      ages.map((age) => own - age),
      withinMs,
    );
  const { entities, sightings_ms: ages = [], domains } = history;
  if (entities === undefined) return by === 'intakes' ? domains.length : together(ages);
  const things = confirmedBy({ by, withinMs, seen: 0 }, target, entities);
  if (by !== 'intakes') return Math.max(1, ...things.map(({ sightings_ms: seen }) => together(seen)));
  const isNear = (age: number): boolean => Math.abs(own - age) <= withinMs;
  const near = things.map((thing) => ({ ...thing, reports: thing.reports.filter((report) => isNear(report.age_ms)) }));
  return domainsOf(near).length;
};

/** True if it was seen as often as a policy wants, in one window that the event itself lies in. */
export const isConfirmed = (confirm: Confirm, target: Target, known: AsKnown): boolean =>
  timesSeen(confirm, target, known) >= confirm.seen;

/** What the event would have to name so that something can confirm it; undefined if it does. */
export const cannotBeConfirmed = ({ by }: Confirm, { entities }: HistoryFacts): string | undefined => {
  if (by === 'target' || by === 'intakes' || entities === undefined) return undefined;
  return entities.some(({ roles }) => roles.includes(by))
    ? undefined
    : `the event names no ${by} that could be seen again`;
};
