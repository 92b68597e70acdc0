import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, numeric, page, reasonText, route } from '../contract';
import { AdmissionView } from './intake';

const id = idText;

/** What a person did with something in quarantine. */
export const QuarantineResolution = record(
  { how: oneOf(['requeued', 'discarded']), by: id, at: instant, reason: text({ max: 2000 }) },
  { case_id: id },
);

export const QuarantineEntryView = record(
  {
    id,
    at: instant,
    reason: id,
    intake: record({ type: t.string, id: t.string }),
    fields: list(record({ path: t.string, message: t.string }), 200),
    /** True for what a channel of Alerting sent: it can only be discarded, the alert itself is read from its index. */
    message: t.boolean,
  },
  { original: described(t.string, 'As it came, secrets masked'), resolution: QuarantineResolution },
);
export type QuarantineEntryView = t.TypeOf<typeof QuarantineEntryView>;

export const listQuarantine = route({
  method: 'get',
  path: `${BASE}/quarantine`,
  summary: 'What could not be accepted, with the reason and what became of it, newest first',
  access: 'read',
  params: nothing,
  query: record(
    {},
    {
      limit: numeric(page.limit),
      offset: numeric(page.offset),
      reason: id,
      waiting: described(oneOf(['true', 'false']), '`true`: only what nobody has dealt with'),
      after: described(text({ min: 1, max: 1024 }), '`next` of an earlier answer, in place of `offset`: what is older'),
    },
  ),
  body: anything,
  answer: record(
    {
      as_of: instant,
      total: number(),
      looked_at: described(
        number({ min: 0, integer: true }),
        'So many were looked at for this answer: with `waiting` about 2,000 at most',
      ),
      /** How many there are of each reason. */
      reasons: t.record(t.string, t.number),
      entries: list(QuarantineEntryView, 1000),
    },
    { next: described(text({ max: 1024 }), 'Where older ones begin that were not looked at; missing at the end') },
  ),
});

export const requeueQuarantined = route({
  method: 'post',
  path: `${BASE}/quarantine/{entry_id}/requeue`,
  summary: 'Hand in again what was in quarantine, corrected: one event in the wire form',
  access: 'respond',
  params: record({ entry_id: id }),
  query: nothing,
  body: record({ text: text({ min: 1, max: 262_144 }), reason: reasonText }),
  answer: record({ results: list(AdmissionView, 1000) }),
});

export const discardQuarantined = route({
  method: 'post',
  path: `${BASE}/quarantine/{entry_id}/discard`,
  summary: 'Say that something in quarantine needs nothing more. It stays on record',
  access: 'respond',
  params: record({ entry_id: id }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: record({ entry_id: id }),
});

/** So many entries are discarded by one order. */
const MOST_DISCARDED = 200;

export const DiscardedView = record({
  discarded: list(id, MOST_DISCARDED),
  not_done: described(
    list(record({ entry_id: id, code: id, message: t.string }), MOST_DISCARDED),
    'What somebody else dealt with meanwhile, what is not there, and what could not be kept: each is as it was',
  ),
});
export type DiscardedView = t.TypeOf<typeof DiscardedView>;

export const discardManyQuarantined = route({
  method: 'post',
  path: `${BASE}/quarantine/discard`,
  summary: 'Say that several things in quarantine need nothing more. Each stays on record, with the reason',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record({ entry_ids: list(id, MOST_DISCARDED), reason: reasonText }),
  answer: DiscardedView,
});

export const QUARANTINE_ROUTES = {
  listQuarantine,
  requeueQuarantined,
  discardQuarantined,
  discardManyQuarantined,
} as const;
