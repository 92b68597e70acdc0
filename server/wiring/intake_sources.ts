import { readFileSync } from 'fs';
import { indexReader } from '../adapters/alerting/index_reader';
import { protobufCodec } from '../adapters/protobuf/protobuf_codec';
import { realClock } from '../adapters/system/real_clock';
import { signatureGuard, tokenGuard } from '../adapters/webhooks/guards';
import type { Intake } from '../../common/flow/event';
import type { HostParts } from '../hosts/host_parts';
import type { KafkaSettings, RabbitmqSettings, TlsSettings, WebhookSettings } from '../hosts/settings/intake';
import type { Agent } from '../runner/agent/agent';
import type { MessageRules, SchemaKind } from '../runner/sources/decode_message';
import { followBroker } from '../runner/sources/follow_broker';
import { followIndex } from '../runner/sources/follow_index';
import type { BrokerStream, WebhookGuard } from '../runner/ports';
import { OWN_PREFIX } from '../runner/sources/receive_documents';
import type { Webhook } from '../runner/sources/receive_webhook_body';
import { inBackground } from '../runner/keeping/in_background';
import type { SourceHealth } from '../runner/sources/source_health';

/* Topics, queues, webhooks and indices of the settings. One that cannot be made says why, and holds up no other. */

export interface IntakeParts {
  readonly agent: Agent;
  readonly health: SourceHealth;
  readonly secret: (name: string) => string | undefined;
}

export interface ConfiguredSources {
  readonly webhook: (name: string) => Webhook | undefined;
  /** Follows everything until told otherwise. */
  readonly start: (until: () => boolean) => void;
  /** Resolves when nothing is in flight any more. */
  readonly ended: () => Promise<void>;
}

const WATCH_MS = 200;
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

type Secret = (name: string) => string;

const needed =
  (secret: IntakeParts['secret']): Secret =>
  (name) => {
    const value = secret(name);
    if (value === undefined || value === '') throw new Error(`the secret \`${name}\` is not there`);
    return value;
  };

const fileOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`the file \`${path}\` cannot be read`);
  }
};

const tlsOf = (tls: TlsSettings | undefined, secret: Secret): { tls?: Record<string, string> } =>
  tls === undefined
    ? {}
    : {
        tls: {
          ...(tls.ca === undefined ? {} : { ca: fileOf(tls.ca) }),
          ...(tls.cert === undefined ? {} : { cert: fileOf(tls.cert) }),
          ...(tls.key_secret === undefined ? {} : { key: secret(tls.key_secret) }),
          ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
        },
      };

/** Clients are loaded only where something is followed with them. */
const kafkaOf = async (settings: KafkaSettings, host: HostParts, secret: Secret): Promise<BrokerStream> => {
  const { kafkaStream } = await import('../adapters/kafka/kafka_stream');
  const { name, brokers, topic, group = 'reflex', start = 'now', sasl } = settings;
  return kafkaStream(
    {
      id: name,
      brokers,
      topic,
      group,
      start,
      clientId: 'reflex',
      maxInFlight: settings.max_in_flight ?? 200,
      maxBytes: settings.max_fetch_bytes ?? 8 * 1_048_576,
      sessionMs: (settings.session_timeout_s ?? 15) * SECOND_MS,
      ...tlsOf(settings.tls, secret),
      ...(sasl === undefined
        ? {}
        : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: secret(sasl.password_secret) } }),
    },
    { clock: realClock, log: host.log },
  );
};

const rabbitmqOf = async (settings: RabbitmqSettings, host: HostParts, secret: Secret): Promise<BrokerStream> => {
  const { rabbitmqStream } = await import('../adapters/rabbitmq/rabbitmq_stream');
  const { name, hosts, queue, username, vhost = '/', declare } = settings;
  return rabbitmqStream(
    {
      id: name,
      hosts,
      vhost,
      username,
      queue,
      password: secret(settings.password_secret),
      declare:
        declare === false ? false : { deliveryLimit: declare.delivery_limit ?? 20, deadLetter: declare.dead_letter },
      prefetch: settings.prefetch ?? 200,
      holdMs: (settings.hold_minutes ?? 15) * MINUTE_MS,
      ...tlsOf(settings.tls, secret),
    },
    { clock: realClock, log: host.log },
  );
};

const guardOf = ({ auth: { token, signature } }: WebhookSettings, secret: Secret): WebhookGuard => {
  if (token !== undefined) return tokenGuard(token.sha256);
  if (signature === undefined) throw new Error('a webhook needs a token or a signature');
  return signatureGuard({
    secret: secret(signature.secret),
    header: (signature.header ?? 'x-reflex-signature').toLowerCase(),
    timestampHeader: (signature.timestamp_header ?? 'x-reflex-timestamp').toLowerCase(),
    prefix: signature.prefix ?? '',
    encoding: signature.encoding ?? 'hex',
    windowMs: (signature.window_s ?? 300) * SECOND_MS,
  });
};

export const configuredSources = (host: HostParts, parts: IntakeParts): ConfiguredSources => {
  const { agent, health } = parts;
  const { kafka, rabbitmq, webhooks, indices } = host.settings.intake.sources;
  const takesIn = host.settings.agent.roles.includes('intake');
  const secret = needed(parts.secret);
  const demo = host.demo;
  const ending = new AbortController();
  const running: Array<Promise<void>> = [];

  const faulty = (source: Intake, cause: unknown): void => {
    const error = cause instanceof Error ? cause.message : String(cause);
    health.gauge(source, { connected: false, error });
    host.log.error('a source cannot be followed', { source: `${source.type}:${source.id}`, why: error });
  };
  const doors = new Map<string, Webhook>();
  for (const settings of takesIn ? webhooks : []) {
    const { name, map } = settings;
    try {
      const rules = { map, health, demo };
      doors.set(name, { name, guard: guardOf(settings, secret), messages: messagesOf({}), rules });
      health.gauge({ type: 'webhook', id: name }, { connected: true });
    } catch (cause) {
      faulty({ type: 'webhook', id: name }, cause);
    }
  }
  const followStream = async (
    source: Intake,
    make: () => Promise<BrokerStream>,
    settings: KafkaSettings | RabbitmqSettings,
  ): Promise<void> => {
    try {
      const stream = await make();
      const rules = { map: settings.map, demo };
      await followBroker({ agent, stream, messages: messagesOf(settings), rules, health }, ending.signal);
    } catch (cause) {
      faulty(source, cause);
    }
  };
  const followAll = (until: () => boolean): Array<Promise<void>> => [
    ...kafka.map((each) => followStream({ type: 'kafka', id: each.name }, () => kafkaOf(each, host, secret), each)),
    ...rabbitmq.map((each) =>
      followStream({ type: 'rabbitmq', id: each.name }, () => rabbitmqOf(each, host, secret), each),
    ),
    ...indices.map(({ name, pattern, start = 'now', map }) => {
      const reader = indexReader(host.transport, { pattern, ownPrefix: OWN_PREFIX });
      return followIndex({ agent, name, reader, start, rules: { map, demo }, health }, until);
    }),
  ];
  return {
    webhook: (name) => doors.get(name),
    start: (until) => {
      if (!takesIn || kafka.length + rabbitmq.length + indices.length === 0) return;
      running.push(...followAll(until));
      const watch = async (): Promise<void> => {
        while (!until()) await realClock.sleep(WATCH_MS);
        ending.abort();
      };
      inBackground(host, 'following the sources', Promise.all([watch(), ...running]));
    },
    ended: async () => {
      ending.abort();
      await Promise.allSettled(running);
    },
  };
};
