import { HOSTS, type RunLog, type Span } from '../observer';

/** What had to wait goes on so long after what it waited for is over, ms. */
const RESUMES_MS = 5_000;

/** Spans that touch a time; one without an end lasts. */
export const overlapping = <Each extends Span>(spans: readonly Each[], from: number, to: number): readonly Each[] =>
  spans.filter((span) => span.from < to && (span.to ?? Infinity) > from);

/** From when on something could be claimed: the moment itself, if nothing stood in the way then. */
export const whenFree = (log: RunLog, at: number): number => {
  const blocked: readonly Span[] = [
    ...log.storeAway,
    ...log.stops.map(({ orderedAt, releasedAt }) => ({ from: orderedAt, to: releasedAt })),
    ...HOSTS.flatMap((host) => log.outages[host]),
  ];
  let free = at;
  for (const { from, to = Infinity } of [...blocked].sort((a, b) => a.from - b.from))
    if (from < free + 1 && to > free - 1) free = to + RESUMES_MS;
  return free;
};
