import { HOSTS, type RunLog, type Span } from '../observer';

/** What had to wait goes on so long after what it waited for is over, ms. */
const RESUMES_MS = 5_000;

/** Every host has heard of a release so long after it was answered: one heartbeat and its answer, ms. */
const HEARD_MS = 1_500;

/** When a stop was in the way of some host. */
export const stopSpans = ({ stops }: Pick<RunLog, 'stops'>): readonly Span[] =>
  stops.map(({ orderedAt: from, releasedAt, resumedAt = releasedAt }) =>
    resumedAt === undefined ? { from } : { from, to: resumedAt + HEARD_MS },
  );

/** Spans that touch a time; one without an end lasts. */
export const overlapping = <Each extends Span>(spans: readonly Each[], from: number, to: number): readonly Each[] =>
  spans.filter((span) => span.from < to && (span.to ?? Infinity) > from);

/** From when on something could be claimed: the moment itself, if nothing stood in the way then. */
export const whenFree = (log: RunLog, at: number): number => {
  const blocked: readonly Span[] = [...log.storeAway, ...stopSpans(log), ...HOSTS.flatMap((host) => log.outages[host])];
  let free = at;
  for (const { from, to = Infinity } of [...blocked].sort((a, b) => a.from - b.from))
    if (from < free + 1 && to > free - 1) free = to + RESUMES_MS;
  return free;
};
