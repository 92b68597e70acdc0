import type { HealthHistoryView } from '../../../common/api/routes';
import { connectorStateWord } from '../../format/connector_words';
import { durationText } from '../../format/duration';
import { msOf } from '../../format/time';
import { say } from '../../i18n';

export type Span = HealthHistoryView['spans'][number];

export const lengthOf = ({ from, to }: Pick<Span, 'from' | 'to'>): number => Math.max(0, msOf(to) - msOf(from));

const ORDER = ['down', 'degraded', 'unknown', 'ok'] as const;

const MINUTE_MS = 60_000;
const lengthText = (ms: number): string => durationText(Math.max(MINUTE_MS, Math.round(ms / MINUTE_MS) * MINUTE_MS));

/** How long it was in each state, the gravest first. */
const sums = (spans: readonly Span[]): ReadonlyArray<readonly [Span['state'], number]> =>
  ORDER.map((state) => {
    const own = spans.filter((span) => span.state === state);
    return [state, own.reduce((sum, span) => sum + lengthOf(span), 0)] as const;
  }).filter(([, ms]) => ms > 0);

/** The last day in a few words: what was wrong for how long, else that it was as it should be. */
export const dayWords = (spans: readonly Span[]): string => {
  const states = sums(spans);
  const [only, ...more] = states;
  if (only === undefined) return say('health.nothing', 'nothing is known of the last day');
  if (more.length === 0) return say('health.all_day', '{state} all day', { state: connectorStateWord(only[0]) });
  return states
    .filter(([state]) => state !== 'ok')
    .map(([state, ms]) =>
      say('health.for', '{state} for {length}', { state: connectorStateWord(state), length: lengthText(ms) }),
    )
    .join(', ');
};

/** The same for those who do not see the drawing: every state with its length. */
export const dayInWords = (spans: readonly Span[]): string =>
  say('health.label', 'The last 24 hours: {states}', {
    states: sums(spans)
      .map(([state, ms]) =>
        say('health.for', '{state} for {length}', { state: connectorStateWord(state), length: lengthText(ms) }),
      )
      .join(', '),
  });
