import * as t from 'io-ts';
import { described, record, text } from '../codec/codecs';

/*
 * What somebody was told who asked before acting, by the Authorization API of OpenID AuthZEN. The subject is as the
 * asker says: who asked is the intake of the event, and the two need not be the same.
 */

const word = text({ min: 1, max: 512 });

/** For whom something is asked. */
export const AskedSubject = record({ type: word, id: word });
export type AskedSubject = t.TypeOf<typeof AskedSubject>;

/** A question and its answer, beside the decision that was made for it. */
export const Asked = record(
  {
    subject: described(AskedSubject, 'As the asker says; nobody vouches for it'),
    decision: described(t.boolean, 'What was answered: what the policies say and what the brakes say'),
    reason: described(word, 'The code of the reason that was told'),
  },
  {
    request_id: described(text({ min: 1, max: 1024 }), 'As the asker numbers its requests'),
    approval: described(word, 'The approval that was used up by it'),
  },
);
export type Asked = t.TypeOf<typeof Asked>;
