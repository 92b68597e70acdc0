import * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../codec/codecs';
import { Intake } from './intake';
import { RULE_STATUSES, SEVERITIES } from './rating';

/*
 * Who may say what. A source reports entities and makes claims about them. Its claims count only where an admin granted
 * it that authority; all else stays visible as claimed, and starts nothing without a person.
 */

/** The fields of an event that carry authority. Entities carry none: who they are is looked up. */
export const VOICE_FIELDS = [
  'confidence',
  'severity',
  'tags',
  'rule.id',
  'rule.name',
  'rule.origin',
  'rule.status',
] as const;
export type VoiceField = (typeof VOICE_FIELDS)[number];

/** Kinds of sensor that fail, and are deceived, in different ways: what two of them report corroborates each other. */
export const SECURITY_DOMAINS = ['network', 'endpoint', 'identity', 'email', 'cloud', 'application'] as const;
export type SecurityDomain = (typeof SECURITY_DOMAINS)[number];

/**
 * Where the value of a field was read.
 *
 * - `wire`: in what the source itself sent, by the map of the settings
 * - `envelope`: in the detection itself: monitor, trigger, rule, finding, or a constant of the mapping
 * - `document`: in a document that the detection matched, which anybody may have written who can write logs
 */
const PLACES = ['wire', 'envelope', 'document'] as const;
export type Place = (typeof PLACES)[number];

const ORIGINS = ['granted', 'claimed'] as const;
export type Origin = (typeof ORIGINS)[number];

const unit = number({ min: 0, max: 1 });
const severity = oneOf(SEVERITIES);
const word = text({ min: 1, max: 256 });

const grantFields = {
  confidence: described(record({}, { most: unit }), 'Its confidence counts, up to `most`'),
  severity: described(record({}, { most: severity }), 'Its severity counts, up to `most`'),
  tags: described(
    record({}, { like: list(text({ max: 64 }), 64) }),
    'Its tags count that begin with one of `like`; default `attack.`, `d3fend.` and `mitre.`; an empty one is any tag',
  ),
  rule: record(
    {},
    {
      id: t.boolean,
      name: t.boolean,
      origin: described(list(word, 64), 'Origins that it may name; `*` is any'),
      status: list(oneOf(RULE_STATUSES), 5),
    },
  ),
  floor: described(
    record({}, { confidence: unit, severity }),
    'What a claim counts as at most; default confidence 0.5, severity medium',
  ),
  domain: described(
    oneOf(SECURITY_DOMAINS),
    'The domain of security that it speaks for. Without one its reports corroborate nothing',
  ),
  detections: described(
    list(text({ min: 1, max: 256 }), 32),
    'Index patterns whose documents may speak. Whoever can write there can order acts',
  ),
};

/** What an admin lets a source say, and why. What is missing is not granted. */
export const Grant = record({ reason: text({ min: 3, max: 4096 }) }, grantFields);
export type Grant = t.TypeOf<typeof Grant>;

/** A grant that is only tried: why it is given is not known yet. */
export const GrantWish = record({}, { reason: text({ max: 4096 }), ...grantFields });
export type GrantWish = t.TypeOf<typeof GrantWish>;

/** A grant in the settings: the source as `type:id`, such as `webhook:siem`. */
export const SettingsGrant = record(
  {
    source: text({ min: 3, max: 300, pattern: /^[a-z]+:.+$/, patternName: 'such as `webhook:siem`' }),
    reason: text({ min: 3, max: 4096 }),
  },
  grantFields,
);
export type SettingsGrant = t.TypeOf<typeof SettingsGrant>;

const ofEach = <Word extends string>(codec: t.Type<Word>): Record<VoiceField, t.Type<Word>> =>
  Object.fromEntries(VOICE_FIELDS.map((field) => [field, codec])) as Record<VoiceField, t.Type<Word>>;

const origins = ofEach<Origin>(oneOf(ORIGINS));
const places = ofEach<Place>(oneOf(PLACES));

/**
 * What of an event counts, as it was settled when the event came in. An event without one, of a version that knew none,
 * is claimed altogether.
 *
 * - `grant`: which grant it was; missing where nobody granted anything
 * - `counts`: confidence and severity after ceiling or floor, where they differ from what was said
 * - `tags_left`: tags that do not count
 * - `domain`: the one that its source speaks for
 * - `read`: where its fields were read, where the source did not send them itself; kept so that another grant can be
 *   tried on it
 * - `unverified`: a message that could not be checked; it is believed in nothing
 * - `handed`: a person handed it in, after correcting these fields of what that source had sent
 */
export const Voice = record(
  { origins: record({}, origins) },
  {
    grant: record({ version: number({ min: 0, integer: true }), digest: word }),
    counts: record({}, { confidence: unit, severity }),
    tags_left: list(word, 64),
    domain: oneOf(SECURITY_DOMAINS),
    read: record({ places: record({}, places) }, { document_tags: list(word, 64), index: word }),
    unverified: t.boolean,
    handed: record({ by: word, from: Intake, changed: list(text({ max: 256 }), 64) }),
  },
);
export type Voice = t.TypeOf<typeof Voice>;
