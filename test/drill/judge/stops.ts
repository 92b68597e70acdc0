import type { RunLog, Stop } from '../observer';
import { nameOf, type Effect } from './effects';
import { distribution, seconds, type Finding } from './finding';

/** What was on the wire when the order was acknowledged may still arrive, ms. */
const ON_THE_WIRE_MS = 100;
/** A stop file is read at every heartbeat; on a busy machine that takes a while. */
const FILE_READ_MS = 1_500;
/** An order that OpenSearch could not take is given when it is back, before the next permit of that host. */
const GIVEN_MS = 4_000;

/** Orders that arrived in a time; repeated ones count too. */
const arrivedIn = (effects: readonly Effect[], from: number, to: number, by?: string): readonly string[] =>
  effects.flatMap((effect) =>
    effect.arrivals
      .filter(({ at, host }) => at > from && at < to && (by === undefined || host === by))
      .map(
        ({ at, host }) => `${nameOf(effect)}: sent by ${host} at ${seconds(at)}, ${seconds(at - from)} into the stop`,
      ),
  );

const of = ({ stops }: RunLog, how: Stop['how']): readonly Stop[] => stops.filter((stop) => stop.how === how);

const ordered = (log: RunLog, effects: readonly Effect[]): Finding => {
  const taken = of(log, 'order').filter(({ acknowledged }) => acknowledged);
  return {
    id: 'stop.honoured',
    promise: 'between the acknowledgement of a stop and its release nothing is started anywhere',
    looked: taken.length,
    broken: taken.flatMap(({ answeredAt, releasedAt = log.endedAt }) =>
      arrivedIn(effects, answeredAt + ON_THE_WIRE_MS, releasedAt),
    ),
    figures: distribution(taken.map(({ orderedAt, answeredAt, tookMs = answeredAt - orderedAt }) => tookMs)),
  };
};

const acknowledged = (log: RunLog): Finding => ({
  id: 'stop.acknowledged',
  promise: 'a stop ordered while OpenSearch is there is acknowledged',
  looked: of(log, 'order').length,
  broken: of(log, 'order').flatMap((stop) =>
    stop.acknowledged ? [] : [`at ${stop.by} at ${seconds(stop.orderedAt)}`],
  ),
});

const inOutage = (log: RunLog, effects: readonly Effect[]): Finding => ({
  id: 'stop.in_outage',
  promise:
    'a stop ordered while OpenSearch is away is taken, holds at that host at once, and everywhere once it is back',
  looked: of(log, 'outage').length,
  broken: of(log, 'outage').flatMap(({ by, taken, answeredAt, orderedAt, releasedAt = log.endedAt }) => {
    if (!taken) return [`${by} did not take it at ${seconds(orderedAt)}`];
    const away = log.storeAway.find(({ from, to = Infinity }) => from < answeredAt && answeredAt < to);
    const given = (away?.to ?? answeredAt) + GIVEN_MS;
    return [
      ...arrivedIn(effects, answeredAt + ON_THE_WIRE_MS, releasedAt, by),
      ...arrivedIn(effects, given, releasedAt),
    ];
  }),
});

const byFile = (log: RunLog, effects: readonly Effect[]): Finding => ({
  id: 'stop.file',
  promise: 'a host starts nothing while the stop file is there, made by hand',
  looked: of(log, 'file').length,
  broken: of(log, 'file').flatMap(({ by, orderedAt, releasedAt = log.endedAt }) =>
    arrivedIn(effects, orderedAt + FILE_READ_MS, releasedAt, by),
  ),
});

export const judgeStops = (log: RunLog, effects: readonly Effect[]): readonly Finding[] => [
  ordered(log, effects),
  acknowledged(log),
  inOutage(log, effects),
  byFile(log, effects),
];
