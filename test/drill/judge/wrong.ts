import type { RunLog, Sighting } from '../observer';
import { overlapping, stopSpans, whenFree } from './blocked';
import { isBehindGateway, nameOf, placesOf, type Effect } from './effects';
import { seconds, type Finding } from './finding';

/* Never twice, never early. */

/**
 * A ttl begins with the claim, before the order is on the wire. So much may lie between them, ms: a bulk and a
 * connection on a busy machine.
 */
const CLAIM_TO_WIRE_MS = 3_000;

/** A reason that ended with the first one is claimed anew; where that was not seen within this, it was lost, ms. */
const CLAIMED_ANEW_MS = 30_000;

const overlaps = (one: Effect, other: Effect): boolean =>
  placesOf(one).some((a) => placesOf(other).some((b) => a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity)));

const byPlace = (effects: readonly Effect[]): ReadonlyMap<string, readonly Effect[]> => {
  const places = new Map<string, Effect[]>();
  for (const effect of effects) {
    const key = `${effect.connector} ${effect.value}`;
    places.set(key, [...(places.get(key) ?? []), effect]);
  }
  return places;
};

const twice = (effects: readonly Effect[]): Finding => ({
  id: 'twice',
  promise: 'no command changes the target twice',
  looked: effects.length,
  broken: effects.flatMap((effect) =>
    effect.appliedAt.length > 1 || effect.arrivals.some(({ afterItsEnd }) => afterItsEnd)
      ? [`${nameOf(effect)}: ordered again after it had been taken back`]
      : [],
  ),
});

const sideBySide = (effects: readonly Effect[]): Finding => ({
  id: 'side_by_side',
  promise: 'no two commands are in effect on one target at once',
  looked: byPlace(effects).size,
  broken: [...byPlace(effects.filter((each) => !isBehindGateway(each))).values()].flatMap((there) =>
    there.flatMap((one, index) =>
      there
        .slice(index + 1)
        .filter((other) => overlaps(one, other))
        .map((other) => `${nameOf(one)} and ${nameOf(other)}`),
    ),
  ),
});

const moreThanAsked = (effects: readonly Effect[], sightings: readonly Sighting[]): Finding => ({
  id: 'more_than_asked',
  promise: 'a target is changed at most once for each event about it',
  looked: byPlace(effects).size,
  broken: [...byPlace(effects)].flatMap(([place, there]) => {
    const applied = there.filter(({ appliedAt }) => appliedAt.length > 0).length;
    const events = sightings.filter(({ connector, value }) => `${connector} ${value}` === place).length;
    return applied > events ? [`${place}: ${applied} commands for ${events} events`] : [];
  }),
});

const early = (effects: readonly Effect[]): Finding => ({
  id: 'early',
  promise: 'nothing is undone before the ttl of its own command is over',
  looked: effects.filter(({ goneAt }) => goneAt.length > 0).length,
  broken: effects.flatMap((effect) => {
    const gone = effect.goneAt[0];
    const missing = gone === undefined ? 0 : effect.firstAt + effect.ttlMs - gone;
    return missing > CLAIM_TO_WIRE_MS ? [`${nameOf(effect)}: ${seconds(missing)} early, sent by ${effect.host}`] : [];
  }),
});

/** How long before and after its answer an event needs the executor and OpenSearch to join, ms. */
const JOINING_MS = 3_000;

/**
 * What a stop refused waits for a person and holds nothing. Where the executor or OpenSearch was away, the reason may
 * have had to wait for the end of the effect, and a stop until then refuses it as well.
 */
const isRefused = (effect: Effect, { sentAt, knownAt = Infinity }: Sighting, until: number, log: RunLog): boolean => {
  const isOwned = overlapping(log.outages[effect.host], effect.firstAt, knownAt + JOINING_MS).length === 0;
  const isStored = overlapping(log.storeAway, sentAt - JOINING_MS, knownAt + JOINING_MS).length === 0;
  return overlapping(stopSpans(log), sentAt, isOwned && isStored ? knownAt : until).length > 0;
};

/** Blocks that were permitted, as their senders heard, while another one was in effect on the target. */
const joinedTo = (effect: Effect, until: number, log: RunLog): readonly Sighting[] => {
  const { connector, value, appliedAt, goneAt } = effect;
  const [from = Infinity] = appliedAt;
  const [to = Infinity] = goneAt;
  return log.sightings.filter(
    (each) =>
      each.connector === connector &&
      each.value === value &&
      connector === 'edge' &&
      each.verdict === 'permit' &&
      each.knownAt !== undefined &&
      each.knownAt > from &&
      each.knownAt < to &&
      !isRefused(effect, each, until, log),
  );
};

/**
 * A second event whose permit its sender had in hand holds the effect until its own ttl is over, or is claimed anew
 * soon after the effect ended. Nothing is sent to the target for it, so this is what its sender saw beside what the
 * target saw.
 */
const cutShort = (effects: readonly Effect[], log: RunLog): Finding => {
  let looked = 0;
  const broken: string[] = [];
  for (const effect of effects) {
    const [gone] = effect.goneAt;
    if (gone === undefined) continue;
    const patience = whenFree(log, gone) + CLAIMED_ANEW_MS;
    if (patience > log.endedAt) continue;
    const joined = joinedTo(effect, patience, log);
    const { firstAt, connector, value } = effect;
    const isAgain = effects.some(
      (other) =>
        other.connector === connector && other.value === value && other.firstAt > firstAt && other.firstAt < patience,
    );
    looked += joined.length;
    for (const { id, sentAt, ttlMs } of joined)
      if (gone < sentAt + ttlMs && !isAgain)
        broken.push(`${nameOf(effect)}: ended ${seconds(sentAt + ttlMs - gone)} before the ttl of ${id}`);
  }
  return { id: 'cut_short', promise: 'an effect lasts as long as its last reason', looked, broken };
};

/** What must never happen. */
export const judgeWrong = (log: RunLog, effects: readonly Effect[]): readonly Finding[] => [
  twice(effects),
  sideBySide(effects),
  moreThanAsked(effects, log.sightings),
  early(effects),
  cutShort(effects, log),
];
