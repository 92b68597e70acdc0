import { CONNECTORS_OF, REQUEST_MS, type ConnectorName } from '../fleet_settings';
import { HOSTS, type HostOutage, type RunLog, type Sighting, type Span } from '../observer';
import { overlapping, whenFree } from './blocked';
import { isBehindGateway, nameOf, type Effect } from './effects';
import { distribution, seconds, type Finding } from './finding';

/*
 * How late undo is. The bar depends on what was done to the host that executed and to OpenSearch, and that is known
 * from what was done, not from what Reflex says of it.
 */

/** The bars, ms. */
const PROMPT_MS = 5_000;
const DETECTION_MS = 5_000;
const CLOCK_MARGIN_MS = 10_000;
/** A permit that cannot be renewed lapses. */
const PERMIT_MS = 1_200;
/** What the observer itself may be late; what the machine withheld comes to it. */
const OBSERVER_MS = 1_000;
/** The answer to the event that started an effect may come so long after it, ms. */
const RECORDED_MS = 2_000;

const KINDS = {
  alive: 'undone within 5 s by the host that executed it',
  joined: 'undone within 5 s after the last of several reasons, by the host that executed it',
  store_away: 'undone within 5 s while OpenSearch is away',
  frozen: 'undone within 5 s after a frozen host goes on',
  restarted: 'undone within 5 s after a crashed host listens again',
  taken_over: 'undone by another host within detection, one request, the clock margin and 5 s',
} as const;
type Kind = keyof typeof KINDS;

/** Events about an effect's target that may have held it. */
const aboutIt = (log: RunLog, effect: Effect): readonly Sighting[] => {
  const [gone = Infinity] = effect.goneAt;
  return log.sightings.filter(
    ({ connector, value, sentAt }) => connector === effect.connector && value === effect.value && sentAt < gone,
  );
};

/** The latest moment at which the effect may have been due; undefined where an event's decision is not known. */
const dueOf = (log: RunLog, effect: Effect): number | undefined => {
  const ends = aboutIt(log, effect).map(({ knownAt, ttlMs }) =>
    knownAt === undefined ? Infinity : whenFree(log, knownAt) + ttlMs,
  );
  const due = Math.max(effect.firstAt + effect.ttlMs, ...ends);
  return Number.isFinite(due) ? due : undefined;
};

const isJoined = (log: RunLog, effect: Effect): boolean =>
  aboutIt(log, effect).some(({ knownAt = Infinity }) => knownAt > (effect.appliedAt[0] ?? 0) + RECORDED_MS);

interface Bar {
  readonly kind: Kind;
  readonly at: number;
}

/** Time in an outage of a host in which OpenSearch was up, and longest one in a row. */
const seenDead = ({ from, to = Infinity }: HostOutage, storeAway: readonly Span[]): number | undefined => {
  const starts = [from, ...storeAway.flatMap((span) => (span.to === undefined ? [] : [span.to]))];
  return starts
    .filter((start) => start >= from && start < to)
    .find(
      (start) =>
        overlapping(storeAway, start + 1, Math.min(to, start + DETECTION_MS)).length === 0 && to - start > DETECTION_MS,
    );
};

const othersCan = (effect: Effect): boolean =>
  HOSTS.some((host) => host !== effect.host && CONNECTORS_OF[host].includes(effect.connector as ConnectorName));

/** The latest moment at which the order to undo has to arrive. */
const barOf = (log: RunLog, effect: Effect, due: number): Bar => {
  const outages = overlapping(log.outages[effect.host], effect.firstAt, due + PROMPT_MS);
  const last = outages.at(-1);
  const away = overlapping(log.storeAway, due, due + PROMPT_MS).length > 0;
  if (last === undefined)
    return away
      ? { kind: 'store_away', at: due + PERMIT_MS + PROMPT_MS }
      : { kind: isJoined(log, effect) ? 'joined' : 'alive', at: due + PROMPT_MS };
  const own = Math.max(due, last.to ?? Infinity) + PROMPT_MS;
  const dead = outages.flatMap((outage) => seenDead(outage, log.storeAway) ?? [])[0];
  if (dead === undefined || !othersCan(effect))
    return { kind: last.kind === 'crash' ? 'restarted' : 'frozen', at: own + (away ? PERMIT_MS : 0) };
  const taken = Math.max(due, dead + DETECTION_MS + REQUEST_MS) + CLOCK_MARGIN_MS + PROMPT_MS;
  // Whoever took over may have lost OpenSearch then; it undoes nothing of others without it.
  const [gap] = overlapping(log.storeAway, due, taken);
  const again = gap === undefined ? taken : Math.max(taken, (gap.to ?? Infinity) + CLOCK_MARGIN_MS + PROMPT_MS);
  return { kind: 'taken_over', at: last.to === undefined ? again : Math.max(own, again) };
};

interface Judged extends Bar {
  readonly effect: Effect;
  readonly due: number;
  /** First order to undo at or after it was due; missing: none came. */
  readonly asked?: number;
}

const lineOf = ({ effect, due, at, asked }: Judged): string =>
  `${nameOf(effect)}: due ${seconds(due)}, asked for ${asked === undefined ? 'never' : seconds(asked)}, bar ${seconds(at)}, sent by ${effect.host}`;

/** Lateness by what had happened, and what is still there at the end. */
export const judgeLate = (log: RunLog, effects: readonly Effect[]): readonly Finding[] => {
  const applied = effects.filter(({ appliedAt }) => appliedAt.length > 0);
  const judged = applied
    .filter((effect) => !isBehindGateway(effect))
    .flatMap((effect): readonly Judged[] => {
      const due = dueOf(log, effect);
      if (due === undefined) return [];
      const [gone] = effect.goneAt;
      const asked =
        effect.undoneBy.find(({ at }) => at >= due)?.at ?? (gone !== undefined ? Math.min(gone, due) : undefined);
      return [{ effect, due, ...barOf(log, effect, due), ...(asked === undefined ? {} : { asked }) }];
    });
  const slack = OBSERVER_MS + log.stallMs;
  const kinds = (Object.keys(KINDS) as Kind[]).map((kind): Finding => {
    const of = judged.filter((each) => each.kind === kind && each.at + slack < log.endedAt);
    const late = of.filter(({ at, asked = Infinity }) => asked > at + slack);
    const lateness = of.map(({ due, asked = log.endedAt }) => Math.max(0, asked - due));
    return {
      id: `late.${kind}`,
      promise: KINDS[kind],
      looked: of.length,
      broken: late.map(lineOf),
      figures: distribution(lateness),
    };
  });
  return [...kinds, ...judgeLeft(applied)];
};

const judgeLeft = (applied: readonly Effect[]): readonly Finding[] => {
  const left = (of: readonly Effect[]): string[] =>
    of.flatMap((effect) =>
      effect.goneAt.length < effect.appliedAt.length
        ? [`${nameOf(effect)}: sent by ${effect.host} at ${seconds(effect.firstAt)}`]
        : [],
    );
  const gateway = applied.filter(isBehindGateway);
  const others = applied.filter((effect) => !isBehindGateway(effect));
  return [
    { id: 'left', promise: 'nothing is left in place at the end', looked: others.length, broken: left(others) },
    {
      id: 'left.unlisted_answer',
      promise: 'what was applied behind an answer that says nothing is undone too',
      looked: gateway.length,
      broken: left(gateway),
    },
  ];
};
