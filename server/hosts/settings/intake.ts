import * as t from 'io-ts';
import { list, number, oneOf, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import { INTAKE_TYPES } from '../../../common/flow/intake';
import { SettingsGrant, type Grant } from '../../../common/flow/voice';
import { REPETITION_RULES } from '../../../common/flow/event';
import { present } from '../../../common/present';
import { FieldMap } from '../../engine/intake/field_map';
import { filledIn, PRESET_NAMES, type ReadBy } from '../../engine/intake/presets';
import { SIGNATURE_ALGORITHMS } from '../../runner/ports';
import { oneOfThem } from '../../runner/record/person';
import { CertificateFile, certificateFaults } from './certificate';
import { hostAndPort, Sasl, secret, Tls, tlsFaults } from './reach';

/*
 * Where events come from besides OpenSearch Alerting: topics, queues, webhooks and indices. Secrets are named, never
 * written here; the names are those of `secrets`.
 */

const name = text({
  min: 1,
  max: 128,
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  patternName: 'of letters, digits, `.`, `_` and `-`',
});
const FORMATS = ['json', 'reflex.v1.Event', 'reflex.v1.EventBatch'] as const;
const whole = (min: number, max: number): t.Type<number> => number({ min, max, integer: true });
const header = text({ min: 1, max: 128, pattern: /^[A-Za-z0-9-]+$/, patternName: 'the name of a header' });

const START = oneOf(['now', 'all']);
/** What messages are, and where their fields are. */
const documents = { preset: oneOf(PRESET_NAMES), map: FieldMap, repetition: oneOf(REPETITION_RULES) };
const reading = { format: oneOf(FORMATS), schemas: t.record(t.string, oneOf(FORMATS)), ...documents };

const KafkaFile = record(
  { brokers: list(hostAndPort, 64), topic: text({ min: 1, max: 249 }) },
  {
    name,
    group: text({ min: 1, max: 255 }),
    start: START,
    tls: Tls,
    sasl: Sasl,
    max_in_flight: whole(1, 2_000),
    max_fetch_bytes: whole(65_536, 67_108_864),
    session_timeout_s: whole(6, 300),
    ...reading,
  },
);

const RabbitmqFile = record(
  {
    hosts: list(hostAndPort, 64),
    queue: text({ min: 1, max: 255 }),
    username: text({ min: 1, max: 256 }),
    password_secret: secret,
    declare: t.union([
      t.literal(false),
      record(
        {
          dead_letter: record({ exchange: text({ min: 1, max: 255 }), queue: text({ min: 1, max: 255 }) }),
        },
        { delivery_limit: whole(1, 1_000) },
      ),
    ]),
  },
  {
    name,
    vhost: text({ min: 1, max: 255 }),
    tls: Tls,
    prefetch: whole(1, 2_000),
    hold_minutes: whole(1, 25),
    ...reading,
  },
);

const WebhookFile = record(
  {
    name,
    auth: record(
      {},
      {
        token: record(
          {
            sha256: text({
              min: 64,
              max: 64,
              pattern: /^[0-9a-f]{64}$/,
              patternName: 'sha256 in lower case hex digits',
            }),
          },
          { in_path: t.boolean },
        ),
        signature: record(
          { secret },
          {
            over: oneOf(['time_and_body', 'body']),
            algorithm: oneOf(SIGNATURE_ALGORITHMS),
            header,
            timestamp_header: header,
            prefix: text({ max: 32 }),
            encoding: oneOf(['hex', 'base64']),
            window_s: whole(10, 3_600),
          },
        ),
        certificate: CertificateFile,
      },
    ),
  },
  documents,
);

const IndexFile = record({ name, pattern: text({ min: 1, max: 512 }) }, { start: START, ...documents });

/** Keys of `intake` that this file knows. */
export const INTAKE_SOURCES = {
  kafka: list(KafkaFile, 64),
  rabbitmq: list(RabbitmqFile, 64),
  webhooks: list(WebhookFile, 256),
  indices: list(IndexFile, 64),
  /** Who is believed in what: what is not granted here or on the page is only claimed. */
  vouch: list(SettingsGrant, 512),
};

type Kafka = t.TypeOf<typeof KafkaFile>;
type Rabbitmq = t.TypeOf<typeof RabbitmqFile>;
type Webhook = t.TypeOf<typeof WebhookFile>;
type Index = t.TypeOf<typeof IndexFile>;

export type KafkaSettings = Kafka & WithReading & { readonly name: string };
export type RabbitmqSettings = Rabbitmq & WithReading & { readonly name: string };
export type WebhookSettings = Webhook & WithReading;
type IndexSettings = Index & WithReading;

export interface IntakeSources {
  readonly kafka: readonly KafkaSettings[];
  readonly rabbitmq: readonly RabbitmqSettings[];
  readonly webhooks: readonly WebhookSettings[];
  readonly indices: readonly IndexSettings[];
  /** What sources may say, by `type:id`. */
  readonly vouch: ReadonlyMap<string, Grant>;
}

interface Given {
  readonly tokens?: ReadonlyArray<{ readonly name: string }>;
  readonly kafka?: readonly Kafka[];
  readonly rabbitmq?: readonly Rabbitmq[];
  readonly webhooks?: readonly Webhook[];
  readonly indices?: readonly Index[];
  readonly vouch?: readonly SettingsGrant[];
}

/** Names of routes of Reflex itself. */
const TAKEN_NAMES = ['alerting'];

/** Two sources of one name would be one source to everything that tells events apart. */
const repeated = (place: string, names: readonly string[], taken: readonly string[] = []): readonly BadField[] =>
  names.flatMap((each, index) =>
    names.indexOf(each) < index || oneOfThem(taken, each) !== undefined
      ? [{ path: `${place}.${index}.name`, message: `\`${each}\` is the name of another source already` }]
      : [],
  );

const schemaFaults = (place: string, schemas: Readonly<Record<string, string>> | undefined): readonly BadField[] =>
  Object.keys(schemas ?? {})
    .filter((id) => !/^\d{1,10}$/.test(id))
    .map((id) => ({ path: `${place}.schemas.${id}`, message: 'must be the number of a schema' }));

const kafkaFaults = ({ tls, sasl, schemas }: Kafka, index: number): readonly BadField[] => {
  const place = `intake.kafka.${index}`;
  const plain = { path: `${place}.sasl`, message: 'the mechanism `plain` sends the password as it is: it needs `tls`' };
  return [
    ...tlsFaults(place, tls),
    ...schemaFaults(place, schemas),
    ...(sasl?.mechanism === 'plain' && tls === undefined ? [plain] : []),
  ];
};

/** A body that is signed alone can be sent again for ever: the time of receipt would make it young each time. */
const isYoungForEver = (map: Webhook['map']): boolean => {
  const { timestamp } = map ?? {};
  return typeof timestamp === 'object' && timestamp.fallback !== undefined;
};

const webhookFaults = (
  { auth: { token, signature, certificate }, map }: Webhook,
  index: number,
): readonly BadField[] => {
  const place = `intake.webhooks.${index}.auth`;
  const pinned = certificateFaults(place, certificate);
  if (pinned.length > 0) return pinned;
  if ((token === undefined) === (signature === undefined))
    return [{ path: place, message: 'must be either `token` or `signature`' }];
  const { over, timestamp_header: timestamp, window_s: window } = signature ?? {};
  if (over === 'body' && isYoungForEver(map)) {
    const message = 'whoever has seen a body that is signed alone can send it again: its time must be its own';
    return [{ path: `intake.webhooks.${index}.map.timestamp.fallback`, message }];
  }
  const isUnread = over === 'body' && (timestamp ?? window) !== undefined;
  const message = 'a signature over the body alone signs no time: leave out `timestamp_header` and `window_s`';
  return isUnread ? [{ path: `${place}.signature`, message }] : [];
};

const indexFaults = ({ pattern }: Index, index: number): readonly BadField[] =>
  pattern.split(',').some((each) => each.trim().startsWith('reflex-'))
    ? [{ path: `intake.indices.${index}.pattern`, message: 'Reflex does not answer to what it wrote itself' }]
    : [];

const vouchFaults = (vouch: readonly SettingsGrant[]): readonly BadField[] =>
  vouch.flatMap(({ source }, index) => {
    const place = `intake.vouch.${index}.source`;
    const type = source.slice(0, source.indexOf(':'));
    if (!INTAKE_TYPES.some((each) => each === type))
      return [{ path: place, message: `\`${type}\` is no kind of source: one of ${INTAKE_TYPES.join(', ')}` }];
    return vouch.findIndex((each) => each.source === source) < index
      ? [{ path: place, message: `\`${source}\` is granted something above already` }]
      : [];
  });

/** A source with how its documents are read, and what the settings themselves say of that. */
interface WithReading {
  readonly said: ReadBy;
}

/** With what its product sends filled in; what the settings say themselves wins, field by field. */
const filled = <Source extends ReadBy>(source: Source): Source & WithReading => {
  const { preset, map, repetition } = source;
  return { ...source, ...filledIn(source), said: present({ preset, map, repetition }) };
};

/** Reads the sources; what is wrong is told with its place in the settings. */
export const intakeSources = (given: Given | undefined): Result<IntakeSources, readonly BadField[]> => {
  const { tokens = [], vouch = [] } = given ?? {};
  const webhooks = (given?.webhooks ?? []).map(filled);
  const indices = (given?.indices ?? []).map(filled);
  const kafka = (given?.kafka ?? []).map((each) => ({ ...filled(each), name: each.name ?? each.topic }));
  const rabbitmq = (given?.rabbitmq ?? []).map((each) => ({ ...filled(each), name: each.name ?? each.queue }));
  const namesOf = (each: { readonly name: string }): string => each.name;
  const faults = [
    ...repeated('intake.kafka', kafka.map(namesOf)),
    ...repeated('intake.rabbitmq', rabbitmq.map(namesOf)),
    ...repeated('intake.webhooks', webhooks.map(namesOf), [...TAKEN_NAMES, ...tokens.map(namesOf)]),
    ...repeated('intake.indices', indices.map(namesOf)),
    ...kafka.flatMap(kafkaFaults),
    ...rabbitmq.flatMap(({ tls, schemas }, index) => [
      ...tlsFaults(`intake.rabbitmq.${index}`, tls),
      ...schemaFaults(`intake.rabbitmq.${index}`, schemas),
    ]),
    ...webhooks.flatMap(webhookFaults),
    ...indices.flatMap(indexFaults),
    ...vouchFaults(vouch),
  ];
  const grants = new Map(vouch.map(({ source, ...grant }): [string, Grant] => [source, grant]));
  return faults.length > 0 ? err(faults) : ok({ kafka, rabbitmq, webhooks, indices, vouch: grants });
};
