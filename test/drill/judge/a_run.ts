import { TTL_MS } from '../fleet_settings';
import type { RunLog, Sighting, Stop, TargetEntry } from '../observer';
import type { ListedDecision } from './events';

/* Runs as short as a test needs them, on a clock in ms. */

export const S = 1_000;
const VALUE = '203.0.113.7';

type Order = Extract<TargetEntry, { kind: 'order' }>;

export const order = (at: number, changes: Partial<Order> = {}): Order => ({
  kind: 'order',
  at,
  host: 'host-1',
  connector: 'edge',
  command: 'c1',
  value: VALUE,
  ttlMs: TTL_MS.short,
  fate: 'applies',
  afterItsEnd: false,
  ...changes,
});
const applied = (at: number, changes: Partial<Order> = {}): TargetEntry => {
  const { connector, command, value } = order(at, changes);
  return { kind: 'applied', at, connector, command, value };
};
const undone = (at: number, changes: Partial<Order> = {}): readonly TargetEntry[] => {
  const { connector, command, host } = order(at, changes);
  return [
    { kind: 'undo', at, host, connector, command, fate: 'removes' },
    { kind: 'gone', at, connector, command },
  ];
};
/** A whole effect: ordered and applied, then removed. */
export const effect = (from: number, to: number | undefined, changes: Partial<Order> = {}): readonly TargetEntry[] => [
  order(from, changes),
  applied(from, changes),
  ...(to === undefined ? [] : undone(to, changes)),
];

export const event = (sentAt: number, changes: Partial<Sighting> = {}): Sighting => ({
  id: `event at ${sentAt}`,
  kind: 'short',
  connector: 'edge',
  value: VALUE,
  ttlMs: TTL_MS.short,
  to: ['host-1'],
  sentAt,
  acknowledgedAt: sentAt,
  knownAt: sentAt,
  verdict: 'permit',
  spooled: 0,
  sent: 1,
  ...changes,
});

export const aRun = (changes: Partial<RunLog> = {}): RunLog => ({
  target: [],
  sightings: [event(0)],
  outages: { 'host-1': [], 'host-2': [], 'host-3': [] },
  storeAway: [],
  stops: [],
  diskFull: [],
  readyAtEnd: ['host-1', 'host-2', 'host-3'],
  stallMs: 0,
  endedAt: 300 * S,
  ...changes,
});

export const decided = (sighting: Sighting): ListedDecision => ({
  event_id: sighting.id,
  case_id: `case of ${sighting.id}`,
  decision_id: `decision of ${sighting.id}`,
});

export const stop = (changes: Partial<Stop>): Stop => ({
  by: 'host-1',
  how: 'order',
  orderedAt: 10 * S,
  answeredAt: 11 * S,
  taken: true,
  acknowledged: true,
  releasedAt: 20 * S,
  ...changes,
});

export const crash = (from: number, to: number): RunLog['outages'] => ({
  'host-1': [{ kind: 'crash', from, to }],
  'host-2': [],
  'host-3': [],
});

export const undoneAt = (at: number, changes: Partial<RunLog> = {}): RunLog =>
  aRun({ target: effect(0, at), ...changes });

export const isolations = (...starts: readonly number[]): Pick<RunLog, 'target' | 'sightings'> => {
  const of = (at: number, index: number) => ({ connector: 'edr', command: `i${index}`, value: `ws-${index}` });
  return {
    target: starts.flatMap((at, index) => effect(at, at + TTL_MS.isolate, of(at, index))),
    sightings: starts.map((at, index) => event(at, { ...of(at, index), kind: 'isolate', ttlMs: TTL_MS.isolate })),
  };
};
