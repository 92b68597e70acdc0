import { HOSTS, type OrderFate, type RunLog, type UndoFate } from '../observer';
import { placesOf, type Effect } from './effects';
import type { Finding } from './finding';

/** How often something that was to go wrong did. */
export interface FaultCount {
  readonly fault: string;
  readonly tried: number;
  readonly effective: number;
}

const ORDER_FATES: Readonly<Partial<Record<OrderFate, string>>> = {
  applies_slowly: 'order applied, answered late',
  applies_without_answer: 'order applied, never answered',
  answers_500_applies_late: 'order answered 500, applied later',
  answers_524_applies_late: 'order answered 524, applied later',
  refuses: 'order answered 503, not applied',
  is_busy: 'order answered 429, not applied',
  drops: 'order dropped with its connection',
};
const UNDO_FATES: Readonly<Partial<Record<UndoFate, string>>> = {
  removes_without_answer: 'undo done, never answered',
  fails: 'undo answered 500, not done',
  refuses: 'undo answered 503, not done',
  drops: 'undo dropped with its connection',
};

const fatesOf = <Fate extends string>(
  names: Readonly<Partial<Record<Fate, string>>>,
  seen: readonly Fate[],
): readonly FaultCount[] =>
  (Object.entries(names) as Array<[Fate, string]>).map(([fate, fault]) => {
    const count = seen.filter((each) => each === fate).length;
    return { fault, tried: count, effective: count };
  });

const counted = (fault: string, count: number): FaultCount => ({ fault, tried: count, effective: count });

/** What the target did to requests, and what the harm met: counted from the log. */
export const faultsIn = (log: RunLog, effects: readonly Effect[]): readonly FaultCount[] => {
  const inPlaceAt = (at: number, host: string): number =>
    effects.filter(
      (effect) => effect.host === host && placesOf(effect).some(({ from, to = Infinity }) => from < at && at < to),
    ).length;
  const held = (kind: 'crash' | 'freeze'): number =>
    HOSTS.flatMap((host) =>
      log.outages[host].filter((each) => each.kind === kind).map(({ from }) => inPlaceAt(from, host)),
    ).reduce((sum, each) => sum + each, 0);
  const dueIn = (at: number): boolean => log.storeAway.some(({ from, to = Infinity }) => from < at && at < to);
  return [
    ...fatesOf(
      ORDER_FATES,
      log.target.flatMap((entry) => (entry.kind === 'order' ? [entry.fate] : [])),
    ),
    ...fatesOf(
      UNDO_FATES,
      log.target.flatMap((entry) => (entry.kind === 'undo' ? [entry.fate] : [])),
    ),
    counted('effect in place when its host was killed', held('crash')),
    counted('effect in place when its host was frozen', held('freeze')),
    counted(
      'ttl that ended while OpenSearch was away',
      effects.filter(({ firstAt, ttlMs }) => dueIn(firstAt + ttlMs)).length,
    ),
    counted('event sent to two hosts at once', log.sightings.filter(({ to }) => to.length > 1).length),
    counted(
      'event offered during a stop',
      log.stops.reduce(
        (sum, { orderedAt, releasedAt = log.endedAt }) =>
          sum + log.sightings.filter(({ sentAt }) => sentAt > orderedAt && sentAt < releasedAt).length,
        0,
      ),
    ),
    ...(log.diskFull.length === 0
      ? []
      : [
          counted(
            'event offered to a host whose disk was full',
            log.sightings.filter(
              ({ sentAt, to }) =>
                to.includes('host-3') &&
                log.diskFull.some(({ from, to: end = Infinity }) => from < sentAt && sentAt < end),
            ).length,
          ),
        ]),
  ];
};

/** A fault that never took effect proves nothing about Reflex, so the run does not count. */
export const judgeFaults = (faults: readonly FaultCount[]): Finding => ({
  id: 'faults',
  promise: 'every fault of the plan took effect',
  looked: faults.length,
  broken: faults.flatMap(({ fault, effective, tried }) =>
    effective === 0 ? [`${fault}: ${tried === 0 ? 'never happened' : `tried ${tried} times, without effect`}`] : [],
  ),
});
