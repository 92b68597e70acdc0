import * as t from 'io-ts';
import { described, instant, json, list, number, oneOf, record, text } from '../../codec/codecs';
import { DetectionEvent, Intake } from '../../flow/event';
import { SourceMapping } from '../source_mapping';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';

const id = idText;
const sentence = text({ max: 4096 });
const count = number({ min: 0, integer: true });

const KINDS = ['monitor', 'workflow', 'detector', 'threat_intel', 'correlation'] as const;
const LEVELS = ['query', 'bucket', 'document', 'workflow', 'other'] as const;

/**
 * - `not_subscribed`, `subscribed`: Reflex' action is in no trigger, or as it was written
 * - `altered`: somebody changed or removed what Reflex wrote
 * - `gone`: what was subscribed is there no more; `unseen`: it cannot be looked at right now
 * - `closed`: no action can be written into it; its alerts are read from their indices all the same
 */
export const SOURCE_STATES = ['not_subscribed', 'subscribed', 'altered', 'gone', 'unseen', 'closed'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** How a source does, as far as it is known. */
export const SourceHealthView = record(
  {},
  {
    last_event_at: instant,
    parse_failures: count,
    duplicates: count,
    updates: count,
  },
);
export type SourceHealthView = t.TypeOf<typeof SourceHealthView>;

const Trigger = record({
  id,
  name: text({ max: 512 }),
  severity: described(text({ max: 64 }), 'Of Alerting: 1 is the worst'),
  /** Reflex' action is in it. */
  ours: t.boolean,
  other_actions: count,
});

export const SourceView = record(
  {
    kind: oneOf(KINDS),
    id,
    name: text({ max: 1024 }),
    level: oneOf(LEVELS),
    enabled: t.boolean,
    state: oneOf(SOURCE_STATES),
    triggers: list(Trigger, 256),
    intakes: described(list(Intake, 256), 'What its events name as their source: each has a grant of its own'),
  },
  {
    switched_off: described(list(Intake, 256), 'Those of its `intakes` that are switched off; missing: none'),
    failing: described(
      record({ since: instant, words: text({ max: 512 }) }),
      'Its monitor could not be run or judged: since when, and why in the words of Alerting',
    ),
    /** Why it is altered, gone or closed. */
    why: sentence,
    subscription: record({ channel_id: id, by: id, at: instant, reason: sentence }),
    mapping_version: count,
    /** A mapping names the confidence; without it that of its rules counts, or 0.5, uncalibrated. */
    vouched: t.boolean,
    health: SourceHealthView,
  },
);
export type SourceView = t.TypeOf<typeof SourceView>;

/** The one channel through which Alerting sends to Reflex. Its token is never shown. */
export const ChannelView = record(
  { id, url: text({ max: 2048 }), rotated_at: instant, valid_tokens: count },
  {
    /** A new token is in the channel and was not seen yet; the old one is valid meanwhile. */
    rotating: t.boolean,
    expires_at: instant,
    disabled: described(t.boolean, 'Somebody disabled it in OpenSearch; Reflex leaves it so'),
    problem: sentence,
    test: record({ sent_at: instant }, { arrived_at: instant, failed: sentence }),
  },
);
export type ChannelView = t.TypeOf<typeof ChannelView>;

const Note = record({
  part: oneOf(['alerting', 'security_analytics', 'notifications']),
  code: oneOf(['not_installed', 'not_permitted', 'truncated', 'failed']),
  text: sentence,
});

export const listSources = route({
  method: 'get',
  path: `${BASE}/sources`,
  summary: 'Monitors, workflows and detectors of OpenSearch, and which of them are subscribed',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record(
    {
      as_of: instant,
      webhook_url: described(text({ max: 2048 }), 'Where channels send to; the setting `intake.public_url` says it'),
      notes: list(Note, 16),
      sources: list(SourceView, 5000),
    },
    { channel: ChannelView },
  ),
});

const SourceParams = record({ kind: oneOf(KINDS), id });

/** What a change would do to a monitor, before anything is done. `digest` names exactly this. */
export const SourcePlan = record(
  {
    intent: oneOf(['subscribe', 'undo']),
    digest: id,
    source: record({ kind: oneOf(KINDS), id, name: text({ max: 1024 }) }),
    channel: record({ id, url: text({ max: 2048 }), change: oneOf(['create', 'update', 'reuse', 'keep', 'delete']) }),
    changes: list(record({ path: t.string }, { before: json(262_144), after: json(262_144) }), 1000),
    before: described(text({ max: 2_000_000 }), 'The monitor as it is, JSON'),
    after: described(text({ max: 2_000_000 }), 'The monitor as it will be, JSON'),
    notes: list(sentence, 16),
  },
  {},
);
export type SourcePlan = t.TypeOf<typeof SourcePlan>;

const Triggers = described(list(id, 256), 'Triggers that get the action; without it all of them');

export const planSource = route({
  method: 'post',
  path: `${BASE}/sources/{kind}/{id}/plan`,
  summary: 'What subscribing to a source, or undoing that, would change in it. Nothing is done',
  access: 'read',
  params: SourceParams,
  query: nothing,
  body: record({ intent: oneOf(['subscribe', 'undo']) }, { triggers: Triggers }),
  answer: SourcePlan,
});

const Done = record({ source: SourceView }, { channel: ChannelView, note: sentence });

export const subscribeSource = route({
  method: 'post',
  path: `${BASE}/sources/{kind}/{id}/subscribe`,
  summary: 'Subscribe to a source exactly as the plan with this digest says; 409 if anything changed since',
  access: 'admin',
  params: SourceParams,
  query: nothing,
  body: record({ digest: id, reason: reasonText }, { triggers: Triggers }),
  answer: Done,
});

export const undoSource = route({
  method: 'post',
  path: `${BASE}/sources/{kind}/{id}/undo`,
  summary: 'Remove what Reflex wrote into a source; the channel goes when nothing uses it',
  access: 'admin',
  params: SourceParams,
  query: nothing,
  body: record({ digest: id, reason: reasonText }),
  answer: Done,
});

export const rotateChannel = route({
  method: 'post',
  path: `${BASE}/sources/channel/rotate`,
  summary:
    'Put a new token into the channel now; the old one stays valid until the new one was seen, and a little longer',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ reason: reasonText }),
  answer: ChannelView,
});

export const enableChannel = route({
  method: 'post',
  path: `${BASE}/sources/channel/enable`,
  summary: 'Enable the channel again that somebody disabled in OpenSearch, with a new token, and send a test message',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ reason: reasonText }),
  answer: ChannelView,
});

export const testChannel = route({
  method: 'post',
  path: `${BASE}/sources/channel/test`,
  summary: 'Have OpenSearch send its test message through the channel; the list tells when it arrived',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: ChannelView,
});

export const MappingView = record(
  { version: described(count, '0 while there is none'), mapping: SourceMapping },
  { by: id, at: instant },
);
export type MappingView = t.TypeOf<typeof MappingView>;

export const getMapping = route({
  method: 'get',
  path: `${BASE}/sources/{kind}/{id}/mapping`,
  summary: 'From where the fields of events of a source come, over the built-in ECS reading',
  access: 'read',
  params: SourceParams,
  query: nothing,
  body: anything,
  answer: MappingView,
});

export const putMapping = route({
  method: 'put',
  path: `${BASE}/sources/{kind}/{id}/mapping`,
  summary: 'Replace the mapping of a source, if its version is still the one given; 0 makes the first',
  access: 'admin',
  params: SourceParams,
  query: nothing,
  body: record({ version: count, mapping: SourceMapping, reason: reasonText }),
  answer: MappingView,
});

/** One event that a mapping makes of a past alert. */
export const PreviewEvent = record(
  {
    alert_id: text({ max: 512 }),
    state: id,
    uncalibrated: t.boolean,
    faults: list(record({ path: t.string, message: t.string }), 64),
  },
  { event: DetectionEvent },
);
export type PreviewEvent = t.TypeOf<typeof PreviewEvent>;

export const previewMapping = route({
  method: 'post',
  path: `${BASE}/sources/{kind}/{id}/mapping/preview`,
  summary: 'The events that a mapping makes of the newest alerts of a source. Nothing is kept',
  access: 'read',
  params: SourceParams,
  query: nothing,
  body: record({ mapping: SourceMapping }),
  answer: record({ alerts: count, events: list(PreviewEvent, 500), notes: list(sentence, 16) }),
});

export const SOURCES_ROUTES = {
  listSources,
  planSource,
  subscribeSource,
  undoSource,
  rotateChannel,
  enableChannel,
  testChannel,
  getMapping,
  putMapping,
  previewMapping,
} as const;
