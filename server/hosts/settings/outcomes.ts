import * as t from 'io-ts';
import { TRANSITIONS, type Transition } from '../../../common/api/outcome_document';
import { list, number, oneOf, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { INTAKE_TYPES, type Intake } from '../../../common/flow/intake';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { isAllowEntry } from '../../connectors/http/address_guard';
import { parseBaseUrl } from '../../connectors/http/base_url';
import { CHANNEL_KINDS, type ChannelKind } from '../../runner/ports';
import type { IntakeSources } from './intake';
import { hostAndPort, Sasl, secret, Tls, tlsFaults } from './reach';

/*
 * Who is told what became of the reports of a source. Nobody is, unless it stands here. Secrets are named, never
 * written here.
 */

const header = text({ min: 1, max: 128, pattern: /^[A-Za-z0-9-]+$/, patternName: 'the name of a header' });
const LEVELS = ['document', 'bucket', 'query', 'workflow'] as const;
export type AlertLevel = (typeof LEVELS)[number];

export const ToWebhook = record(
  { url: text({ min: 8, max: 2048 }) },
  {
    auth: record({ secret }, { header, prefix: text({ max: 32 }) }),
    sign: record({ secret }),
    allow_plain_http: t.boolean,
    allow_addresses: list(text({ max: 64 }), 64),
    tls: Tls,
  },
);

const ToKafka = record({ topic: text({ min: 1, max: 249 }) }, { brokers: list(hostAndPort, 64), tls: Tls, sasl: Sasl });

const ToRabbitmq = record(
  { exchange: text({ min: 1, max: 255 }) },
  {
    routing_key: text({ max: 255 }),
    hosts: list(hostAndPort, 64),
    vhost: text({ min: 1, max: 255 }),
    username: text({ min: 1, max: 256 }),
    password_secret: secret,
    tls: Tls,
  },
);

const Acknowledge = record({}, { levels: list(oneOf(LEVELS), LEVELS.length) });

export const OutcomeFile = record(
  {
    source: text({
      min: 3,
      max: 300,
      pattern: /^[a-z]+:.+$/,
      patternName: 'such as `kafka:detections` or `alerting:*`',
    }),
  },
  {
    tell: list(oneOf(TRANSITIONS), TRANSITIONS.length),
    keep_hours: number({ min: 1, max: 168, integer: true }),
    webhook: ToWebhook,
    kafka: ToKafka,
    rabbitmq: ToRabbitmq,
    acknowledge: Acknowledge,
  },
);
type OutcomeGiven = t.TypeOf<typeof OutcomeFile>;

/** How each way to a receiver is reached. */
export interface WaysToTell {
  readonly webhook: t.TypeOf<typeof ToWebhook>;
  readonly kafka: t.TypeOf<typeof ToKafka> & { readonly brokers: readonly string[] };
  readonly rabbitmq: Omit<t.TypeOf<typeof ToRabbitmq>, 'hosts'> & {
    readonly hosts: readonly string[];
    readonly username: string;
    readonly password_secret: string;
  };
  readonly acknowledge: { readonly levels: readonly AlertLevel[] };
}

/** One receiver. `source.id` may be `*`: every source of that kind. */
export type OutcomeSettings = {
  readonly [Kind in ChannelKind]: {
    readonly name: string;
    readonly source: Intake;
    readonly tell: readonly Transition[];
    readonly keepHours: number;
    readonly channel: Kind;
    readonly to: WaysToTell[Kind];
  };
}[ChannelKind];

const DEFAULT_TELL: readonly Transition[] = ['denied', 'verified', 'ended', 'failed'];
const DEFAULT_KEEP_HOURS = 24;
/**
 * A query-level alert that was acknowledged says nothing more until its condition clears: what it would find meanwhile
 * would reach nobody.
 */
const DEFAULT_LEVELS: readonly AlertLevel[] = ['document', 'bucket'];
/** Everything that Reflex itself serves lies there. */
const OWN_PATH = /\/api\/reflex(\/|$)/;
/** Sources of which the settings know every one. */
const NAMED = { kafka: 'kafka', rabbitmq: 'rabbitmq', index: 'indices' } as const;

const sourceOf = (written: string): Intake | undefined => {
  const colon = written.indexOf(':');
  const type = INTAKE_TYPES.find((each) => each === written.slice(0, colon));
  return type && { type, id: written.slice(colon + 1) };
};

const sourceFault = (
  { type, id }: Intake,
  sources: Pick<IntakeSources, 'kafka' | 'rabbitmq' | 'indices'>,
): string | undefined => {
  if (type === 'demo') return 'the demo tells nobody';
  if (id === '*' || !(type in NAMED)) return undefined;
  const named = sources[NAMED[type as keyof typeof NAMED]];
  return named.some(({ name }) => name === id)
    ? undefined
    : `there is no \`${id}\` among \`intake.${NAMED[type as keyof typeof NAMED]}\``;
};

/** What is wrong with a webhook that is told, at its place in the settings. */
export const webhookFaults = (
  { url, allow_addresses: allowed = [], allow_plain_http: plain, tls }: WaysToTell['webhook'],
  place: string,
): readonly BadField[] => {
  const bad = allowed.findIndex((entry) => !isAllowEntry(entry));
  if (bad >= 0)
    return [
      { path: `${place}.allow_addresses.${bad}`, message: `\`${allowed[bad] ?? ''}\` is not an address or network` },
    ];
  const base = parseBaseUrl(url, { allowed, plainHttp: plain === true });
  if (!base.ok) return [{ path: `${place}.url`, message: base.error }];
  if (OWN_PATH.test(base.value.path)) return [{ path: `${place}.url`, message: 'Reflex does not report to itself' }];
  return tlsFaults(place, tls);
};

const saslFaults = ({ sasl, tls }: Pick<WaysToTell['kafka'], 'sasl' | 'tls'>, place: string): readonly BadField[] =>
  sasl?.mechanism === 'plain' && tls === undefined
    ? [{ path: `${place}.sasl`, message: 'the mechanism `plain` sends the password as it is: it needs `tls`' }]
    : [];

/** Told to the broker that the source is at, unless another one is named. */
const kafkaOf = (
  given: t.TypeOf<typeof ToKafka>,
  source: Intake,
  { kafka }: Pick<IntakeSources, 'kafka'>,
  place: string,
): Result<WaysToTell['kafka'], readonly BadField[]> => {
  if (kafka.some(({ topic }) => topic === given.topic))
    return err([{ path: `${place}.topic`, message: 'Reflex reads events from this topic: it would answer itself' }]);
  const own = source.type === 'kafka' ? kafka.find(({ name }) => name === source.id) : undefined;
  const at = given.brokers === undefined ? own : { ...given, brokers: given.brokers };
  if (at === undefined)
    return err([{ path: `${place}.brokers`, message: 'is missing: its source is no one topic of these settings' }]);
  const way = { topic: given.topic, brokers: [...at.brokers], ...present({ tls: at.tls, sasl: at.sasl }) };
  const faults = [...tlsFaults(place, way.tls), ...saslFaults(way, place)];
  return faults.length > 0 ? err(faults) : ok(way);
};

const rabbitmqOf = (
  given: t.TypeOf<typeof ToRabbitmq>,
  source: Intake,
  { rabbitmq }: Pick<IntakeSources, 'rabbitmq'>,
  place: string,
): Result<WaysToTell['rabbitmq'], readonly BadField[]> => {
  const own = source.type === 'rabbitmq' ? rabbitmq.find(({ name }) => name === source.id) : undefined;
  const at = given.hosts === undefined ? own : given;
  const { hosts, username, password_secret } = at ?? {};
  if (hosts === undefined || username === undefined || password_secret === undefined) {
    const message = 'needs `hosts`, `username` and `password_secret`: its source is no one queue of these settings';
    return err([{ path: place, message }]);
  }
  const faults = tlsFaults(place, at?.tls);
  const { exchange, routing_key } = given;
  const way = {
    exchange,
    hosts,
    username,
    password_secret,
    ...present({ routing_key, vhost: at?.vhost, tls: at?.tls }),
  };
  return faults.length > 0 ? err(faults) : ok(way);
};

const channelsOf = (given: OutcomeGiven): readonly ChannelKind[] =>
  CHANNEL_KINDS.filter((kind) => given[kind] !== undefined);

const acknowledgeFaults = ({ tell }: OutcomeGiven, { type }: Intake, place: string): readonly BadField[] => [
  ...(type === 'alerting'
    ? []
    : [{ path: `${place}.source`, message: 'only alerts of OpenSearch can be acknowledged: `alerting:…`' }]),
  ...(tell === undefined
    ? []
    : [{ path: `${place}.tell`, message: 'an alert is acknowledged when its containment is verified, and only then' }]),
];

const receiverOf = (
  given: OutcomeGiven,
  sources: Pick<IntakeSources, 'kafka' | 'rabbitmq' | 'indices'>,
  place: string,
): Result<OutcomeSettings, readonly BadField[]> => {
  const fault = (path: string, message: string): Result<never, readonly BadField[]> =>
    err([{ path: `${place}${path}`, message }]);
  const source = sourceOf(given.source);
  if (source === undefined) return fault('.source', `is no kind of source: one of ${INTAKE_TYPES.join(', ')}`);
  const wrong = sourceFault(source, sources);
  if (wrong !== undefined) return fault('.source', wrong);
  const [channel, ...more] = channelsOf(given);
  if (channel === undefined || more.length > 0) return fault('', `names exactly one of ${CHANNEL_KINDS.join(', ')}`);
  if (given.tell?.length === 0) return fault('.tell', 'names at least one transition');
  const {
    webhook,
    kafka,
    rabbitmq,
    acknowledge,
    tell = DEFAULT_TELL,
    keep_hours: keepHours = DEFAULT_KEEP_HOURS,
  } = given;
  const base = { name: `${given.source}>${channel}`, source, tell: [...new Set(tell)], keepHours };
  if (webhook !== undefined) {
    const faults = webhookFaults(webhook, `${place}.webhook`);
    return faults.length > 0 ? err(faults) : ok({ ...base, channel: 'webhook', to: webhook });
  }
  if (kafka !== undefined) {
    const to = kafkaOf(kafka, source, sources, `${place}.kafka`);
    return to.ok ? ok({ ...base, channel: 'kafka', to: to.value }) : to;
  }
  if (rabbitmq !== undefined) {
    const to = rabbitmqOf(rabbitmq, source, sources, `${place}.rabbitmq`);
    return to.ok ? ok({ ...base, channel: 'rabbitmq', to: to.value }) : to;
  }
  const faults = acknowledgeFaults(given, source, place);
  const levels = acknowledge?.levels ?? DEFAULT_LEVELS;
  return faults.length > 0 ? err(faults) : ok({ ...base, tell: ['verified'], channel: 'acknowledge', to: { levels } });
};

/** Reads who is told; what is wrong is told with its place in the settings. */
export const outcomeSettings = (
  given: readonly OutcomeGiven[],
  sources: Pick<IntakeSources, 'kafka' | 'rabbitmq' | 'indices'>,
): Result<readonly OutcomeSettings[], readonly BadField[]> => {
  const read = given.map((each, index) => receiverOf(each, sources, `intake.outcomes.${index}`));
  const receivers = read.flatMap((each) => (each.ok ? [each.value] : []));
  const names = receivers.map(({ name }) => name);
  const faults = [
    ...read.flatMap((each) => (each.ok ? [] : each.error)),
    ...names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [{ path: 'intake.outcomes', message: `\`${name}\` is there twice: one receiver of a kind for each source` }]
        : [],
    ),
  ];
  return faults.length > 0 ? err(faults) : ok(receivers);
};

/** Names of the secrets without which a receiver cannot be told. */
export const secretNames = (receiver: OutcomeSettings): readonly string[] => {
  const names = (): ReadonlyArray<string | undefined> => {
    switch (receiver.channel) {
      case 'webhook':
        return [receiver.to.auth?.secret, receiver.to.sign?.secret, receiver.to.tls?.key_secret];
      case 'kafka':
        return [receiver.to.sasl?.password_secret, receiver.to.tls?.key_secret];
      case 'rabbitmq':
        return [receiver.to.password_secret, receiver.to.tls?.key_secret];
      case 'acknowledge':
        return [];
    }
  };
  return names().filter((name) => name !== undefined);
};
