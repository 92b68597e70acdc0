import type * as t from 'io-ts';
import { described, instant, list, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';

/* Approvers who are away, and who stands in for them (docs/decisions/067). */

const name = text({ min: 1, max: 256 });

export const AbsenceView = record(
  {
    id: idText,
    who: described(name, 'The approver who is away'),
    stand_in: described(name, 'Who approves for them, by the letters of the name with which they log in'),
    from: instant,
    until: described(instant, 'From then on nobody stands in any more'),
    reason: text({ max: 2000 }),
    at: described(instant, 'When it was said'),
  },
  {
    also: described(
      list(name, 8),
      'Who stands in now because the one who was named is away as well; missing: nobody else does',
    ),
  },
);
export type AbsenceView = t.TypeOf<typeof AbsenceView>;

const Answer = record({ absences: list(AbsenceView, 1000) });

export const listAbsences = route({
  method: 'get',
  path: `${BASE}/absences`,
  summary: 'Approvers who are away or will be, and who stands in for them',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: Answer,
});

export const setAbsence = route({
  method: 'post',
  path: `${BASE}/absences`,
  summary: 'Say that one is away and who approves instead; of oneself alone, for 30 days at the most',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record(
    { stand_in: name, until: instant, reason: reasonText },
    { from: described(instant, 'Missing: from now on') },
  ),
  answer: Answer,
});

export const endAbsence = route({
  method: 'post',
  path: `${BASE}/absences/{absence_id}/end`,
  summary: 'End an absence: whoever said it may, and whoever may stop acts',
  access: 'read',
  params: record({ absence_id: idText }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: Answer,
});

export const ABSENCE_ROUTES = { listAbsences, setAbsence, endAbsence } as const;
