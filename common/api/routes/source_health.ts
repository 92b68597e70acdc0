import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { INTAKE_TYPES, MENDS } from '../../flow/event';
import { anything, BASE, nothing, route } from '../contract';

const count = number({ min: 0, integer: true });

/**
 * Why something of a document did not become part of an event.
 *
 * - `not_ours`: the map of its source says that it is not for Reflex (`only`), or its list of events is empty
 * - `beyond`: its list has more events than are taken of one document
 * - `quarantined`: it could not be accepted
 * - `no_entity`: what came of it names no host, address, account, program or file, so nothing can be done about it
 * - `mended`: a detail did not fit; it was cut, left out, or others of its values were
 * - `placeholder`: a field held a word that names nothing
 * - `cut`: the original is too large to be kept whole
 */
export const LEFT_OUT_WHY = ['not_ours', 'beyond', 'quarantined', 'no_entity', 'mended', 'placeholder', 'cut'] as const;
export type LeftOutWhy = (typeof LEFT_OUT_WHY)[number];

const LeftOutCounts = record(
  Object.fromEntries(LEFT_OUT_WHY.map((why) => [why, count])) as Record<LeftOutWhy, typeof count>,
);

/** What was left out at one place, with the last few examples. */
export const LeftOutRow = record(
  {
    why: oneOf(LEFT_OUT_WHY),
    path: described(text({ max: 256 }), 'A place in the document, or a field of the event; empty for the whole'),
    count,
    examples: list(
      record(
        { at: instant },
        {
          text: described(text({ max: 256 }), 'The beginning of what came, or what is wrong with it; secrets masked'),
          decision_id: described(text({ max: 128 }), 'The decision about the event that came of the rest'),
        },
      ),
      3,
    ),
  },
  {
    how: described(
      oneOf([...MENDS, 'other', 'missing', 'empty']),
      'How it was mended; of `not_ours`: something else stands there, nothing does, or the list has no events',
    ),
  },
);
export type LeftOutRow = t.TypeOf<typeof LeftOutRow>;

export const IntakeHealthView = record(
  {
    type: oneOf(INTAKE_TYPES),
    id: text({ max: 256 }),
    received: count,
    duplicates: count,
    updates: described(count, 'Newer data of what came in before'),
    quarantined: count,
    parse_failures: count,
    left_out: described(LeftOutCounts, 'What did not become part of an event, by why'),
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

export const getLeftOut = route({
  method: 'get',
  path: `${BASE}/sources/{type}/{id}/left_out`,
  summary: 'What of the documents of a source did not become part of an event, and why, since this agent started',
  access: 'read',
  params: record({ type: oneOf(INTAKE_TYPES), id: text({ min: 1, max: 256 }) }),
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, rows: described(list(LeftOutRow, 256), 'The most frequent first') }),
});

export const SOURCE_HEALTH_ROUTES = { listIntakeHealth, getLeftOut } as const;
