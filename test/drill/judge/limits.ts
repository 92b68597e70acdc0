import { ISOLATION } from '../fleet_settings';
import { HOSTS, type RunLog, type Span } from '../observer';
import { stopSpans } from './blocked';
import { nameOf, placesOf, type Effect } from './effects';
import { distribution, seconds, type Finding } from './finding';

/** Orders arrive some time after they were counted; two of them may be so much nearer here than there, ms. */
const JITTER_MS = 2_000;
/** How long after a limit is free an isolation has to start, while one is offered every 2.4 s, ms. */
const FREE_AGAIN_MS = 20_000;
const CAN_ISOLATE = ['host-1', 'host-2'] as const;

/** Hosts that count at a moment: isolated now, or started within the window. */
const countedAt = (effects: readonly Effect[], at: number, windowMs: number): ReadonlySet<string> =>
  new Set(
    effects.flatMap((effect) => {
      const started = effect.firstAt <= at && effect.firstAt > at - windowMs;
      const there = placesOf(effect).some(({ from, to = Infinity }) => from <= at && at < to);
      return started || there ? [effect.value] : [];
    }),
  );

const exceeded = (isolations: readonly Effect[]): Finding => ({
  id: 'limit.exceeded',
  promise: `at no start more than ${ISOLATION.most} of ${ISOLATION.hosts} hosts are isolated or were within ${seconds(ISOLATION.withinMs)}`,
  looked: isolations.length,
  broken: isolations.flatMap((effect) => {
    const counted = countedAt(isolations, effect.firstAt, ISOLATION.withinMs - JITTER_MS).size;
    return counted > ISOLATION.most
      ? [`${nameOf(effect)}: the start made ${counted} at ${seconds(effect.firstAt)}`]
      : [];
  }),
  figures: {
    most: Math.max(
      0,
      ...isolations.map(({ firstAt }) => countedAt(isolations, firstAt, ISOLATION.withinMs - JITTER_MS).size),
    ),
  },
});

/** Time of a span that lies in one of the others. */
const within = (span: Required<Span>, others: readonly Span[]): number => {
  const cut = others
    .map(({ from, to = Infinity }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  let covered = 0;
  let end = span.from;
  for (const { from, to } of cut) {
    covered += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return covered;
};

/** Times in which nobody could have started an isolation, or none was offered. */
const impossible = (log: RunLog): readonly Span[] => {
  const isolations = log.sightings.filter(({ kind }) => kind === 'isolate');
  const lastOffered = Math.max(0, ...isolations.map(({ sentAt }) => sentAt));
  return [
    ...log.storeAway.map(({ from, to }) => ({ from, to: (to ?? Infinity) + 3_000 })),
    ...stopSpans(log),
    ...HOSTS.filter((host) => (CAN_ISOLATE as readonly string[]).includes(host)).flatMap((host) => log.outages[host]),
    { from: lastOffered, to: Infinity },
  ];
};

/** Each time the limit was used up, and then free again by what the target saw. */
const freeAgain = (log: RunLog, isolations: readonly Effect[]): Finding => {
  const waits: number[] = [];
  const broken: string[] = [];
  const starts = isolations.map(({ firstAt }) => firstAt);
  const full = starts.filter((at) => countedAt(isolations, at, ISOLATION.withinMs).size >= ISOLATION.most);
  for (const at of full) {
    const changes = isolations
      .flatMap(({ firstAt, goneAt }) => [firstAt + ISOLATION.withinMs, ...goneAt])
      .filter((change) => change > at);
    const free = changes
      .sort((a, b) => a - b)
      .find((change) => countedAt(isolations, change + 1, ISOLATION.withinMs).size < ISOLATION.most);
    if (free === undefined) continue;
    const next = starts.find((start) => start > free - JITTER_MS);
    const span = { from: free, to: Math.max(free, next ?? log.endedAt) };
    const waited = span.to - span.from - within(span, impossible(log));
    if (next === undefined && waited <= FREE_AGAIN_MS) continue;
    waits.push(waited);
    if (waited > FREE_AGAIN_MS)
      broken.push(`free at ${seconds(free)}, ${next === undefined ? 'never used again' : `used ${seconds(next)}`}`);
  }
  return {
    id: 'limit.free_again',
    promise: `a limit that was used up is used again within ${seconds(FREE_AGAIN_MS)} after it is free`,
    looked: waits.length,
    broken,
    figures: distribution(waits),
  };
};

export const judgeLimits = (log: RunLog, effects: readonly Effect[]): readonly Finding[] => {
  const isolations = effects.filter(({ connector }) => connector === 'edr');
  return [exceeded(isolations), freeAgain(log, isolations)];
};
