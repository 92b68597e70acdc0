import { STATE_SCHEMA } from '../../../runner/ports';
import { boolean, date, keptText, keyword, long, strict } from './fields';

/** `reflex-state`: what lists are searched by, and the contents as unindexed text. */
export const STATE_MAPPINGS = strict(STATE_SCHEMA, {
  kind: keyword,
  write_id: keyword,
  touched: keyword,
  session: keyword,
  owner: keyword,
  ordinal: long,
  facets: {
    properties: {
      state: keyword,
      owner: keyword,
      action: keyword,
      target: keyword,
      policy: keyword,
      severity: keyword,
      due: date,
      at: date,
      demo: boolean,
      requested: boolean,
    },
  },
  content: keptText,
  outbox: keptText,
});
