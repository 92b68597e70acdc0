import { whyNotRead } from '../runner/sources/why_not_read';
import { whyOf } from '../../common/why';
import { indexReader } from '../adapters/alerting/index_reader';
import { protobufCodec } from '../adapters/protobuf/protobuf_codec';
import { egressOf } from '../../common/entity/egress';
import { realClock } from '../adapters/system/real_clock';
import { bodySignatureGuard, certificateGuard, signatureGuard, tokenGuard } from '../adapters/webhooks/guards';
import type { Intake } from '../../common/flow/event';
import type { HostParts } from '../hosts/host_parts';
import type { KafkaSettings, RabbitmqSettings, WebhookSettings } from '../hosts/settings/intake';
import type { Agent } from '../runner/agent/agent';
import type { MessageRules, SchemaKind } from '../runner/sources/decode_message';
import { followBroker } from '../runner/sources/follow_broker';
import { followIndex } from '../runner/sources/follow_index';
import type { BrokerStream, WebhookGuard } from '../runner/ports';
import type { ReadBy } from '../engine/intake/presets';
import { OWN_PREFIX } from '../runner/sources/document_events';
import type { Webhook } from '../runner/sources/receive_webhook_body';
import { inBackground } from '../runner/keeping/in_background';
import { rulesFor, type ReadingBook } from '../runner/sources/reading_book';
import type { SourceHealth } from '../runner/sources/source_health';
import type { Life } from './life';
import { certificatePin } from '../hosts/settings/certificate';
import { kafkaReach, live, liveTls, needed, type Secret } from './reach';
import { hidingStream } from './hiding';
import type { SecretBook } from './secrets';

/* Topics, queues, webhooks and indices of the settings. One that cannot be made says why, and holds up no other. */

interface IntakeParts {
  readonly agent: Agent;
  readonly health: SourceHealth;
  readonly secrets: Pick<SecretBook, 'for' | 'shown'>;
  /** How documents are read. */
  readonly readings: Pick<ReadingBook, 'of'>;
}

export interface ConfiguredSources {
  readonly webhook: (name: string) => Webhook | undefined;
  /** Follows everything until the life is over. */
  readonly start: (life: Pick<Life, 'signal' | 'isOver'>) => void;
  /** Resolves when nothing is in flight any more, once the life is over. */
  readonly ended: () => Promise<void>;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const codec = protobufCodec();

const messagesOf = ({
  format = 'json',
  schemas = {},
}: {
  readonly format?: SchemaKind;
  readonly schemas?: Readonly<Record<string, SchemaKind>>;
}): MessageRules => ({
  codec,
  format,
  schemas: new Map(Object.entries(schemas).map(([id, kind]) => [Number(id), kind])),
});

/** Clients are loaded only where something is followed with them. */
const kafkaOf = async (
  settings: KafkaSettings,
  host: Pick<HostParts, 'log' | 'settings'>,
  secret: Secret,
): Promise<BrokerStream> => {
  const { kafkaStream } = await import('../adapters/kafka/kafka_stream');
  const { name, brokers, topic, group = 'reflex', start = 'now' } = settings;
  const reach = kafkaReach(settings, secret);
  return kafkaStream(
    {
      id: name,
      brokers,
      egress: egressOf(host.settings.egress),
      topic,
      group,
      start,
      clientId: 'reflex',
      maxInFlight: settings.max_in_flight ?? 200,
      maxBytes: settings.max_fetch_bytes ?? 8 * 1_048_576,
      sessionMs: (settings.session_timeout_s ?? 15) * SECOND_MS,
      get tls() {
        return reach.tls();
      },
      get sasl() {
        return reach.sasl();
      },
    },
    { clock: realClock, log: host.log },
  );
};

const rabbitmqOf = async (
  settings: RabbitmqSettings,
  host: Pick<HostParts, 'log' | 'settings'>,
  secret: Secret,
): Promise<BrokerStream> => {
  const { rabbitmqStream } = await import('../adapters/rabbitmq/rabbitmq_stream');
  const { name, hosts, queue, username, vhost = '/', declare } = settings;
  const tls = settings.tls && liveTls(settings.tls, secret);
  const password = live(() => secret(settings.password_secret));
  return rabbitmqStream(
    {
      id: name,
      hosts,
      egress: egressOf(host.settings.egress),
      vhost,
      username,
      queue,
      get password() {
        return password();
      },
      declare:
        declare === false ? false : { deliveryLimit: declare.delivery_limit ?? 20, deadLetter: declare.dead_letter },
      prefetch: settings.prefetch ?? 200,
      holdMs: (settings.hold_minutes ?? 15) * MINUTE_MS,
      get tls() {
        return tls?.();
      },
    },
    { clock: realClock, log: host.log },
  );
};

const innerGuardOf = ({ auth: { token, signature } }: WebhookSettings, secret: Secret): WebhookGuard => {
  if (token !== undefined) return tokenGuard(token.sha256, { inPath: token.in_path === true });
  if (signature === undefined) throw new Error('a webhook needs a token or a signature');
  const current = live(() => secret(signature.secret));
  const rules = {
    algorithm: signature.algorithm ?? 'sha256',
    header: (signature.header ?? 'x-reflex-signature').toLowerCase(),
    prefix: signature.prefix ?? '',
    encoding: signature.encoding ?? 'hex',
  };
  if (signature.over === 'body')
    return bodySignatureGuard({
      ...rules,
      get secret() {
        return current();
      },
    });
  return signatureGuard({
    ...rules,
    get secret() {
      return current();
    },
    timestampHeader: (signature.timestamp_header ?? 'x-reflex-timestamp').toLowerCase(),
    windowMs: (signature.window_s ?? 300) * SECOND_MS,
  });
};

const guardOf = (settings: WebhookSettings, secret: Secret): WebhookGuard => {
  const { certificate } = settings.auth;
  const guard = innerGuardOf(settings, secret);
  return certificate === undefined ? guard : certificateGuard(certificatePin(certificate), guard);
};

/** A topic or a queue, and how its client is made. */
interface Stream {
  readonly source: Intake;
  readonly settings: KafkaSettings | RabbitmqSettings;
  readonly make: () => Promise<BrokerStream>;
}

const streamsOf = (
  host: Pick<HostParts, 'log' | 'settings'>,
  secretFor: (user: string) => Secret,
): readonly Stream[] => {
  const { kafka, rabbitmq } = host.settings.intake.sources;
  return [
    ...kafka.map((settings): Stream => ({
      source: { type: 'kafka', id: settings.name },
      settings,
      make: () => kafkaOf(settings, host, secretFor(`kafka:${settings.name}`)),
    })),
    ...rabbitmq.map((settings): Stream => ({
      source: { type: 'rabbitmq', id: settings.name },
      settings,
      make: () => rabbitmqOf(settings, host, secretFor(`rabbitmq:${settings.name}`)),
    })),
  ];
};

/** One source that cannot be followed says why; the others go on. */
const noteFault = ({ log }: Pick<HostParts, 'log'>, health: SourceHealth, source: Intake, cause: unknown): void => {
  const error = whyOf(cause);
  health.gauge(source, { connected: false, error: whyNotRead(cause) });
  log.error('a source cannot be followed', { source: `${source.type}:${source.id}`, why: error });
};

const doorsOf = (
  host: Pick<HostParts, 'demo' | 'log' | 'settings'>,
  { health, readings }: Pick<IntakeParts, 'health' | 'readings'>,
  secretFor: (user: string) => Secret,
): ReadonlyMap<string, Webhook> => {
  const doors = new Map<string, Webhook>();
  for (const settings of host.settings.intake.sources.webhooks) {
    const { name } = settings;
    const source = { type: 'webhook', id: name } as const;
    try {
      const rules = rulesFor(readings, source, { health, demo: host.demo });
      doors.set(name, {
        name,
        guard: guardOf(settings, secretFor(`webhook:${name}`)),
        messages: messagesOf({}),
        rules,
      });
      health.gauge(source, { connected: true });
    } catch (cause) {
      noteFault(host, health, source, cause);
    }
  }
  return doors;
};

const followStream = async (
  { source, settings, make }: Stream,
  host: Pick<HostParts, 'demo' | 'log'>,
  { agent, health, readings, secrets }: IntakeParts,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const rules = rulesFor(readings, source, { demo: host.demo });
    const stream = hidingStream(await make(), secrets.shown);
    await followBroker({ agent, stream, messages: messagesOf(settings), rules, health }, signal);
  } catch (cause) {
    noteFault(host, health, source, cause);
  }
};

const followIndices = (
  host: Pick<HostParts, 'demo' | 'settings' | 'transport'>,
  { agent, health, readings }: IntakeParts,
  until: () => boolean,
): Array<Promise<void>> =>
  host.settings.intake.sources.indices.map(({ name, pattern, start = 'now' }) => {
    const rules = rulesFor(readings, { type: 'index', id: name }, { demo: host.demo });
    const reader = indexReader(host.transport, { pattern, ownPrefix: OWN_PREFIX });
    return followIndex({ agent, name, reader, start, rules, health }, until);
  });

/** What the settings say of how the documents of each source are read, by `type:id`. */
export const readBySettings = ({ sources }: HostParts['settings']['intake']): ReadonlyMap<string, ReadBy> => {
  const { kafka, rabbitmq, webhooks, indices } = sources;
  const of = (type: Intake['type'], all: ReadonlyArray<{ readonly name: string; readonly said: ReadBy }>) =>
    all.map(({ name, said }) => [`${type}:${name}`, said] as const);
  return new Map([
    ...of('kafka', kafka),
    ...of('rabbitmq', rabbitmq),
    ...of('webhook', webhooks),
    ...of('index', indices),
  ]);
};

/** Makes the sources of the settings, where this agent takes events in. */
export const configuredSources = (
  host: Pick<HostParts, 'demo' | 'log' | 'settings' | 'transport'>,
  parts: IntakeParts,
): ConfiguredSources => {
  const takesIn = host.settings.agent.roles.includes('intake');
  const secretFor = (user: string): Secret => needed(parts.secrets.for(user));
  const doors = takesIn ? doorsOf(host, parts, secretFor) : new Map<string, Webhook>();
  const streams = takesIn ? streamsOf(host, secretFor) : [];
  const running: Array<Promise<void>> = [];
  return {
    webhook: (name) => doors.get(name),
    start: ({ signal, isOver }) => {
      if (!takesIn) return;
      running.push(...streams.map((stream) => followStream(stream, host, parts, signal)));
      running.push(...followIndices(host, parts, isOver));
      inBackground(host, 'following the sources', Promise.all(running));
    },
    ended: async () => {
      await Promise.allSettled(running);
    },
  };
};
