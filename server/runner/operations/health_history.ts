import type { ConnectorState, HealthHistoryView } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import type { AgentWith } from '../agent/views';
import type { ConnectorHealths } from '../ports';

/*
 * How connectors were lately. Only changes are on record; that one works from the start of an agent is none. So what is
 * known of now counts since when it is so, and before that the record does.
 */

const DAY_MS = 86_400_000;
/** How it was when the day began is told by the last change before it, if that is not older. */
const BEFORE_MS = 7 * DAY_MS;
/** Of connectors that flap more than this, the oldest changes are not read. */
const MOST_CHANGES = 2_000;
const MOST_SPANS = 1_000;

interface Change {
  /** UTC, ms. */
  readonly at: number;
  readonly state: ConnectorState;
  readonly text: string;
}

type Span = HealthHistoryView['spans'][number];
type SpanState = Span['state'];

const STATES: Readonly<Record<string, ConnectorState>> = {
  health_ok: 'ok',
  health_degraded: 'degraded',
  health_down: 'down',
};

interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Spans of a day without a gap, out of changes in their order.
 *
 * @param now what is known of this moment, and since when; undefined where nobody asked yet
 */
export const spansOf = (changes: readonly Change[], now: Change | undefined, { from, to }: Window): readonly Span[] => {
  const known = now === undefined ? changes : [...changes.filter(({ at }) => at < now.at), now];
  const before = known.filter(({ at }) => at <= from);
  const start: { at: number; state: SpanState; text: string } = {
    ...(before[before.length - 1] ?? { state: 'unknown', text: '' }),
    at: from,
  };
  const points = [start, ...known.filter(({ at }) => at > from && at < to)];
  const spans = points.map(({ at, state, text }, index) => ({
    from: iso(at),
    to: iso(points[index + 1]?.at ?? to),
    state,
    text,
  }));
  // Two in a row that are alike are one.
  return spans.reduce<readonly Span[]>((kept, span) => {
    const last = kept[kept.length - 1];
    return last?.state === span.state ? [...kept.slice(0, -1), { ...last, to: span.to }] : [...kept, span];
  }, []);
};

const changesOf = async (
  { parts: { evidence } }: AgentWith<'evidence'>,
  agent: string,
  { from, to }: Window,
): Promise<ReadonlyMap<string, readonly Change[]>> => {
  const { entries } = await evidence.find({
    family: 'actions',
    where: { state: Object.keys(STATES), agent },
    from: iso(from - BEFORE_MS),
    to: iso(to),
    order: 'newest',
    limit: MOST_CHANGES,
  });
  const found = new Map<string, Change[]>();
  for (const { at, body } of [...entries].reverse()) {
    const name = String(body.connector);
    const state = STATES[String(body.state)];
    if (state === undefined) continue;
    const change = { at: Date.parse(at), state, text: String(body.text ?? '').slice(0, 200) };
    found.set(name, [...(found.get(name) ?? []), change]);
  }
  return found;
};

/** How each connector of this agent was in the last 24 hours, as this agent saw it. */
export const healthHistory = async (
  agent: AgentWith<'clock' | 'connectors' | 'evidence'>,
  health: Pick<ConnectorHealths, 'healthOf'>,
  /** As the record names it. */
  name: string,
): Promise<Window & { readonly connectors: readonly HealthHistoryView[] }> => {
  const to = agent.parts.clock.utc();
  const window = { from: to - DAY_MS, to };
  const changes = await changesOf(agent, name, window);
  const connectors = [...agent.parts.connectors.keys()].slice(0, 64).map((connector) => {
    const { since, state, text } = health.healthOf(connector);
    const now = since === undefined ? undefined : { at: since, state, text };
    return { name: connector, spans: spansOf(changes.get(connector) ?? [], now, window).slice(-MOST_SPANS) };
  });
  return { ...window, connectors: connectors.map(({ spans, ...each }) => ({ ...each, spans: [...spans] })) };
};
