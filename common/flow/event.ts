import * as t from 'io-ts';
import { isPlaceholder } from '../entity/placeholder';
import { described, instant, json, list, number, oneOf, record, text } from '../codec/codecs';
import { Intake } from './intake';
import { Order } from './order';
import { RULE_STATUSES, SEVERITIES } from './rating';
import { Voice } from './voice';

export { INTAKE_TYPES, Intake } from './intake';
export { RULE_STATUSES, SEVERITIES, type Severity } from './rating';

const word = text({ min: 1, max: 256 });

/**
 * A text that names something. What logs write where they have nothing to say (`-`, `N/A`, an empty text) is taken as
 * well: it names nobody, and is no reason to refuse the event.
 */
const naming = (min: number, max: number) => text({ min, max, orShorter: isPlaceholder });
const name = naming(1, 256);
const path = naming(1, 4096);
const address = naming(2, 64);
const hash = naming(32, 128);

/** Fields of an event that name something; a placeholder in one of them is no value. */
export const NAMING_FIELDS = [
  'src_host',
  'dst_host',
  'source.ip',
  'destination.ip',
  'destination.domain',
  'user.name',
  'process.name',
  'process.executable',
  'process.hash',
  'file.name',
  'file.path',
  'file.hash',
  'rule.id',
] as const;
export type NamingField = (typeof NAMING_FIELDS)[number];

/**
 * A confirmed detection about one entity, as it crosses the wire. Field names follow ECS where ECS has one.
 * `recommended_action` is evidence, never authority; `policy_scope` only narrows which policy may propose.
 */
export const DetectionEvent = record(
  {
    event_id: described(
      text({ min: 1, max: 512 }),
      'Identity of the event at its intake; a repeated one is a duplicate',
    ),
    timestamp: described(instant, 'When it happened, UTC'),
    confidence: described(number({ min: 0, max: 1 }), 'How sure the detector is, 0 to 1'),
    severity: described(oneOf(SEVERITIES), 'How bad it is if true'),
  },
  {
    src_host: described(name, 'Host that the activity comes from'),
    dst_host: described(name, 'Host that the activity goes to'),
    tags: list(word, 64),
    recommended_action: described(word, 'What the detector would do; evidence only'),
    policy_scope: described(text({ min: 1, max: 200 }), 'Only this policy may propose: `id` or `id@content-hash`'),
    source: record({}, { ip: address }),
    destination: record({}, { ip: address, domain: naming(1, 253) }),
    user: record({}, { name }),
    process: record(
      {},
      {
        name,
        pid: number({ min: 0, max: 4_194_304, integer: true }),
        executable: path,
        hash,
      },
    ),
    file: record({}, { name, path, hash }),
    rule: record({}, { id: name, name: word, origin: word, status: oneOf(RULE_STATUSES) }),
    raw: described(json(65_536), 'The original alert, kept as evidence and never evaluated'),
  },
);
export type DetectionEvent = t.TypeOf<typeof DetectionEvent>;

/** Fields that an event may have otherwise than they were said. */
export const SAID_FIELDS = [...NAMING_FIELDS, 'tags'] as const;

/**
 * What came in a field that names something, where the event has it otherwise: left out, as it is a placeholder and
 * names nobody, or without port, brackets and zone. Of tags: those that are the id of a technique in another form.
 */
export const AsSaid = record({ field: oneOf(SAID_FIELDS), text: text({ max: 4096 }) });
export type AsSaid = t.TypeOf<typeof AsSaid>;

/**
 * How a field was mended that came odd, so that a detail did not stop the whole.
 *
 * - `several`: there were more values than the field holds; `left` of them were left out
 * - `left_out`: what came is no value of this field; the event does not have it
 * - `cut`: it was too long
 * - `fallback`: what came could not be read, or nothing came; the map says what stands there instead
 * - `unread`: a text that should hold JSON holds none
 */
export const MENDS = ['several', 'left_out', 'cut', 'fallback', 'unread'] as const;

/** One field that was mended, or the place in the document, with the beginning of what came. Nobody vouches for it. */
export const Mended = record(
  { path: text({ min: 1, max: 256 }), how: oneOf(MENDS) },
  { left: number({ min: 1, integer: true }), text: text({ max: 256 }) },
);
export type Mended = t.TypeOf<typeof Mended>;
export const MOST_MENDED = 64;

const isThere = (event: DetectionEvent, field: AsSaid['field']): boolean => {
  const [outer = '', inner = ''] = field.split('.');
  const whole = (event as Readonly<Record<string, unknown>>)[outer];
  return inner === '' ? whole !== undefined : (whole as Readonly<Record<string, unknown>>)?.[inner] !== undefined;
};

/** Fields that held a placeholder: the event does not have them. */
export const leftOut = ({ event, as_said = [] }: Pick<ReceivedEvent, 'event' | 'as_said'>): readonly AsSaid[] =>
  as_said.filter(({ field }) => !isThere(event, field));

/** What a source says of a detection besides the detection itself; without a word it is open. */
export const DETECTION_STATES = ['acknowledged', 'completed'] as const;
export type DetectionState = (typeof DETECTION_STATES)[number];

/** What another content under an id that was used before may be: the same all the same, or newer data of it. */
export const REPETITIONS = ['same', 'update'] as const;

/** What a source may say of it; `new`: another detection, whose content is part of its identity. */
export const REPETITION_RULES = [...REPETITIONS, 'new'] as const;
export type Repetition = (typeof REPETITION_RULES)[number];

/**
 * An event as Reflex keeps it from the moment that it is durable.
 *
 * - `case_id`: sha256 over intake, the intake's own identity of the event, and the entity
 * - `digest`: sha256 over the canonical event; the same case with another digest is a conflict, not a duplicate
 * - `uncalibrated`: the confidence is a default, nobody vouched for it; never permits by score alone
 * - `source_state`: what the source said of it; what is over there, or what a person took there before it came in, is
 *   recorded, never contained
 * - `repetition`: what it is if its case is there already with another content; without it a conflict
 * - `voice`: what of it counts, and what is only claimed
 * - `as_said`: what came in fields that are left out or read otherwise
 * - `mended`: fields that came odd: cut, left out, the first of several. No authority comes of them
 * - `owners`: people who hold the token that it came with; they approve nothing of what it asks for
 * - `order`: the act that a person orders with it; nothing else may come of it. Only Reflex itself sets it
 */
export const ReceivedEvent = record(
  {
    case_id: text({ min: 1, max: 128 }),
    intake: Intake,
    digest: text({ min: 1, max: 128 }),
    received_at: instant,
    event: DetectionEvent,
  },
  {
    uncalibrated: t.boolean,
    demo: t.boolean,
    source_state: oneOf(DETECTION_STATES),
    repetition: oneOf(REPETITIONS),
    voice: Voice,
    as_said: list(AsSaid, SAID_FIELDS.length),
    mended: list(Mended, MOST_MENDED),
    owners: list(word, 64),
    order: Order,
  },
);
export type ReceivedEvent = t.TypeOf<typeof ReceivedEvent>;
