import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { StopReason } from '../flow/clearance';
import { AssetFacts } from '../flow/decision';
import { LABELS } from '../flow/feedback';
import { HereOnlyView } from './routes/containments';
import { ContainmentView } from './views';

/* What somebody looks for, and what is known of it. */

const id = text({ min: 1, max: 8192 });
const sentence = text({ max: 8192 });

/** What has a page of its own by its name. */
export const ENTITY_PAGES = [
  'ip',
  'network',
  'host',
  'user',
  'domain',
  'process',
  'file',
  'hash',
  'rule',
  'policy',
] as const;
export type EntityPage = (typeof ENTITY_PAGES)[number];

/** What an answer may be: an entity, or a record by its id. `alert`: an event by the id that its source gave it. */
export const ASKED_KINDS = [...ENTITY_PAGES, 'alert', 'case', 'decision'] as const;
export type AskedKind = (typeof ASKED_KINDS)[number];

/** One thing that a text may mean. */
export const AskMatch = record(
  {
    kind: oneOf(ASKED_KINDS),
    value: described(id, 'Its name as it is filed'),
    whole: described(t.boolean, 'The text is its whole name, not a part of it'),
    known: described(
      list(oneOf(['records', 'inventory', 'policies', 'text']), 4),
      'Where it is known from; `text`: what was typed can only mean this, and nothing is on record',
    ),
  },
  { title: sentence, count: described(number({ min: 1, integer: true }), 'So many decisions name it, at least') },
);
export type AskMatch = t.TypeOf<typeof AskMatch>;

/** A name of a thing. */
const EntityName = record({ kind: text({ max: 32 }), text: id });

/** Everything about one thing but its decisions and acts, which have lists of their own. */
export const EntityView = record(
  {
    as_of: instant,
    kind: oneOf(ENTITY_PAGES),
    value: id,
    names: described(list(EntityName, 64), 'Its other names and addresses, by the inventory'),
    maybe: described(list(EntityName, 64), 'Names that it may have: nobody can say for sure'),
    contained: described(
      record({ total: number(), containments: list(ContainmentView, 50) }, { here_only: HereOnlyView }),
      'In effect now; of a policy among the 1,000 that end soonest; of a rule nothing, as its decisions tell that',
    ),
    words: described(
      list(record({ verb: oneOf(['lift', 'deny']), by: id, reason: sentence, at: instant, until: instant }), 50),
      'What people said within 30 days, the newest first; until then nothing is done to it without a person',
    ),
    stops: described(
      list(record({ reason: StopReason, then: oneOf(['deny', 'escalate', 'hold', 'drop']), text: sentence }), 16),
      'What would stop an act on it, whatever policy proposes one',
    ),
  },
  {
    facts: AssetFacts,
    policy: described(
      record({ title: sentence, layer: id, mode: id, in_force: t.boolean }),
      'Of a policy that is in force now',
    ),
    labels: described(
      record({
        total: number(),
        items: list(record({ label: oneOf(LABELS), by: id, at: instant, decision_id: id }, { reason: sentence }), 20),
      }),
      'What people said that its events turned out to be; missing while the records cannot be asked',
    ),
    limits: described(
      list(
        record(
          { limit: id, scope: id, action: id, used: number(), most: number() },
          { adds: number(), counts: oneOf(['targets', 'starts']) },
        ),
        64,
      ),
      'Limits in which an act on it would count, the fullest first; missing while the state cannot be asked',
    ),
  },
);
export type EntityView = t.TypeOf<typeof EntityView>;
