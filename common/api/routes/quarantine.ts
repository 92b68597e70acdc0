import * as t from 'io-ts';
import { instant, list, number, record } from '../../codec/codecs';
import { anything, BASE, idText, nothing, numeric, page, route } from '../contract';

const id = idText;

export const listQuarantine = route({
  method: 'get',
  path: `${BASE}/quarantine`,
  summary: 'What could not be accepted, with the reason',
  access: 'read',
  params: nothing,
  query: record({}, { limit: numeric(page.limit), offset: numeric(page.offset) }),
  body: anything,
  answer: record({
    total: number(),
    entries: list(
      record(
        {
          id,
          at: instant,
          reason: id,
          intake: record({ type: t.string, id: t.string }),
          fields: list(record({ path: t.string, message: t.string }), 200),
        },
        { original: t.string },
      ),
      1000,
    ),
  }),
});

export const QUARANTINE_ROUTES = { listQuarantine } as const;
