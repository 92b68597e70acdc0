import * as t from 'io-ts';
import { described, instant, json, list, number, oneOf, record, text } from '../codec/codecs';
import { Intake } from './intake';
import { RULE_STATUSES, SEVERITIES } from './rating';
import { Voice } from './voice';

export { INTAKE_TYPES, Intake } from './intake';
export { RULE_STATUSES, SEVERITIES, type Severity } from './rating';

const word = text({ min: 1, max: 256 });
const path = text({ min: 1, max: 4096 });

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
    src_host: described(word, 'Host that the activity comes from'),
    dst_host: described(word, 'Host that the activity goes to'),
    tags: list(word, 64),
    recommended_action: described(word, 'What the detector would do; evidence only'),
    policy_scope: described(text({ min: 1, max: 200 }), 'Only this policy may propose: `id` or `id@content-hash`'),
    source: record({}, { ip: text({ min: 2, max: 64 }) }),
    destination: record({}, { ip: text({ min: 2, max: 64 }), domain: text({ min: 1, max: 253 }) }),
    user: record({}, { name: word }),
    process: record(
      {},
      {
        name: word,
        pid: number({ min: 0, max: 4_194_304, integer: true }),
        executable: path,
        hash: text({ min: 32, max: 128 }),
      },
    ),
    file: record({}, { name: word, path, hash: text({ min: 32, max: 128 }) }),
    rule: record({}, { id: word, name: word, origin: word, status: oneOf(RULE_STATUSES) }),
    raw: described(json(65_536), 'The original alert, kept as evidence and never evaluated'),
  },
);
export type DetectionEvent = t.TypeOf<typeof DetectionEvent>;

/**
 * An event as Reflex keeps it from the moment that it is durable.
 *
 * - `case_id`: sha256 over intake, the intake's own identity of the event, and the entity
 * - `digest`: sha256 over the canonical event; the same case with another digest is a conflict, not a duplicate
 * - `uncalibrated`: the confidence is a default, nobody vouched for it; never permits by score alone
 * - `source_state`: what the source said of it since; what is completed is recorded, never contained
 * - `voice`: what of it counts, and what is only claimed
 * - `owners`: people who hold the token that it came with; they approve nothing of what it asks for
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
    source_state: oneOf(['completed']),
    voice: Voice,
    owners: list(word, 64),
  },
);
export type ReceivedEvent = t.TypeOf<typeof ReceivedEvent>;
