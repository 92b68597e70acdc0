import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { AskMatch, ENTITY_PAGES, EntityView } from '../asked';
import { anything, BASE, nothing, route } from '../contract';

/** Longest text that somebody may ask with. */
export const MOST_ASKED = 1_024;

export const getAsk = route({
  method: 'get',
  path: `${BASE}/ask`,
  summary:
    'What a text may mean: addresses, networks, hosts, users, files, rules, policies, ids, by any part of a name',
  access: 'read',
  params: nothing,
  query: record({ q: text({ min: 1, max: MOST_ASKED }) }),
  body: anything,
  answer: record({
    as_of: instant,
    total: number(),
    matches: described(list(AskMatch, 100), 'Whole names first, then those that begin so, then the most frequent'),
    is_whole: described(
      t.boolean,
      'False: there are more, or not everything could be looked through: the text is too short or too long for a part of a name, time was up, or OpenSearch does not answer',
    ),
  }),
});

export const getEntity = route({
  method: 'get',
  path: `${BASE}/entity`,
  summary:
    'What is known of one thing: its names, what contains it, what people said of it, what would stop an act on it',
  access: 'read',
  params: nothing,
  query: record({ kind: oneOf(ENTITY_PAGES), value: text({ min: 1, max: MOST_ASKED }) }),
  body: anything,
  answer: EntityView,
});

export const ASK_ROUTES = { getAsk, getEntity } as const;
