import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { INTAKE_TYPES } from '../../flow/event';
import { anything, BASE, nothing, route } from '../contract';

const count = number({ min: 0, integer: true });

export const IntakeHealthView = record(
  {
    type: oneOf(INTAKE_TYPES),
    id: text({ max: 256 }),
    received: count,
    duplicates: count,
    updates: described(count, 'Newer data of what came in before'),
    quarantined: count,
    parse_failures: count,
    not_ours: described(count, 'Documents that its map says are not for Reflex; they are not events'),
    switched_off: described(count, 'Events that were not taken, for the source is switched off'),
    granted: described(t.boolean, 'An admin or the settings say what it may say; without that it only claims'),
    per_minute: described(number({ min: 0 }), 'Events a minute, on average over the last five whole minutes'),
  },
  {
    last_event_at: instant,
    lag: described(number({ min: 0 }), 'Events that wait at the source and were not read yet'),
    position: text({ max: 4096 }),
    connected: t.boolean,
    error: text({ max: 4096 }),
    off: described(
      record({ by: text({ max: 256 }), at: instant, reason: text({ max: 4096 }) }),
      'Who switched it off, when and why; missing while it is on',
    ),
  },
);
export type IntakeHealthView = t.TypeOf<typeof IntakeHealthView>;

export const listIntakeHealth = route({
  method: 'get',
  path: `${BASE}/intake/health`,
  summary: 'How each source of events does, as this agent sees it since it started',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, sources: list(IntakeHealthView, 1000) }),
});

export const SOURCE_HEALTH_ROUTES = { listIntakeHealth } as const;
