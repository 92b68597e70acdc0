import { whyOf } from '../../common/why';
import { OUTCOME_HEADER, type OutcomeDocument } from '../../common/api/outcome_document';
import { alertAcknowledger } from '../adapters/alerting/acknowledge';
import { EvidenceShards, outcomeFeed } from '../adapters/alerting/outcome_feed';
import { egressOf } from '../../common/entity/egress';
import { realClock } from '../adapters/system/real_clock';
import { outcomePoster } from '../connectors/http/post_outcome';
import type { HostParts } from '../hosts/host_parts';
import type { OutcomeSettings, WaysToTell } from '../hosts/settings/outcomes';
import type { Agent } from '../runner/agent/agent';
import { inBackground } from '../runner/keeping/in_background';
import type { OutcomeChannel } from '../runner/ports';
import { noteOwnAcknowledgement } from '../runner/sources/alerts/source_updates';
import { shiftOf } from '../runner/sources/alerts/alert_source';
import { acknowledging } from '../runner/sources/outcomes/acknowledging';
import { wantedStates, wantsDecisions } from '../runner/sources/outcomes/due_outcome';
import { tellOutcomes } from '../runner/sources/outcomes/tell_outcomes';
import { TellingBook, TellingWatch } from '../runner/sources/outcomes/telling_watch';
import { OWN_PREFIX } from '../runner/sources/document_events';
import type { Life } from './life';
import { kafkaReach, live, liveTls, needed, type Secret } from './reach';
import { hidingChannel } from './hiding';
import type { SecretBook } from './secrets';
import { webhookPoster } from './webhook_poster';

/* Who is told what became of reports. A receiver that cannot be made says why, and holds up no other. */

interface OutcomeParts {
  readonly agent: Agent;
  readonly secrets: Pick<SecretBook, 'for' | 'shown'>;
}

/** Everybody who is told. */
export interface Outcomes {
  readonly book: TellingBook;
  /** Tells until the life is over. */
  readonly start: (life: Pick<Life, 'signal'>) => void;
  /** Resolves when nothing is told any more, once the life is over. */
  readonly ended: () => Promise<void>;
}

type Host = Pick<HostParts, 'demo' | 'log' | 'settings' | 'transport'>;

const HOUR_MS = 3_600_000;

/** What a receiver is told without reading the body. */
const headersOf = ({ key, reflex_outcome }: OutcomeDocument): Record<string, string> => ({
  [OUTCOME_HEADER]: reflex_outcome,
  'idempotency-key': key,
});

const webhookOf = (to: WaysToTell['webhook'], host: Host, secret: Secret): OutcomeChannel => {
  const post = outcomePoster(webhookPoster(to, host, secret));
  return {
    tell: (document) => post(JSON.stringify(document), headersOf(document)),
    close: async () => undefined,
  };
};

/** Clients are loaded only where somebody is told with them. */
const kafkaOf = async ({ topic, brokers, tls, sasl }: WaysToTell['kafka'], { log, settings }: Host, secret: Secret) => {
  const { kafkaOutcomes } = await import('../adapters/kafka/kafka_outcomes');
  const reach = kafkaReach({ tls, sasl }, secret);
  return kafkaOutcomes(
    {
      brokers,
      egress: egressOf(settings.egress),
      clientId: 'reflex',
      topic,
      get tls() {
        return reach.tls();
      },
      get sasl() {
        return reach.sasl();
      },
    },
    log,
  );
};

const rabbitmqOf = async (to: WaysToTell['rabbitmq'], { log, settings }: Host, secret: Secret) => {
  const { rabbitmqOutcomes } = await import('../adapters/rabbitmq/rabbitmq_outcomes');
  const { exchange, routing_key: routingKey = '', hosts, vhost = '/', username, password_secret } = to;
  const tls = to.tls && liveTls(to.tls, secret);
  const password = live(() => secret(password_secret));
  return rabbitmqOutcomes(
    {
      hosts,
      egress: egressOf(settings.egress),
      vhost,
      username,
      exchange,
      routingKey,
      get password() {
        return password();
      },
      get tls() {
        return tls?.();
      },
    },
    log,
  );
};

const channelOf = async (receiver: OutcomeSettings, host: Host, parts: OutcomeParts): Promise<OutcomeChannel> => {
  const secret = needed(parts.secrets.for(`outcomes ${receiver.name}`));
  switch (receiver.channel) {
    case 'webhook':
      return webhookOf(receiver.to, host, secret);
    case 'kafka':
      return kafkaOf(receiver.to, host, secret);
    case 'rabbitmq':
      return rabbitmqOf(receiver.to, host, secret);
    case 'acknowledge':
      return acknowledging({
        acknowledge: alertAcknowledger(host.transport, realClock.monotonic),
        levels: receiver.to.levels,
        noteOwn: (caseId) => noteOwnAcknowledgement(shiftOf(parts).parts, caseId),
      });
  }
};

/** Where it is told, without anything secret. */
const placeOf = (receiver: OutcomeSettings): string => {
  switch (receiver.channel) {
    case 'webhook':
      return receiver.to.url;
    case 'kafka':
      return `${receiver.to.topic} at ${receiver.to.brokers.join(', ')}`;
    case 'rabbitmq':
      return `${receiver.to.exchange} at ${receiver.to.hosts.join(', ')}`;
    case 'acknowledge':
      return `alerts of OpenSearch (${receiver.to.levels.join(', ')})`;
  }
};

const watchOf = (receiver: OutcomeSettings): TellingWatch => {
  const { name, source, channel, tell } = receiver;
  return new TellingWatch({ name, source, channel, tell, place: placeOf(receiver) });
};

/** Makes everybody who is told, where this agent takes events in. Nothing is connected yet. */
export const outcomesOf = (host: Host, parts: OutcomeParts): Outcomes => {
  const { agent: agentSettings, intake } = host.settings;
  const receivers = agentSettings.roles.includes('intake') ? intake.outcomes : [];
  const shards = new EvidenceShards(host.transport, { prefix: OWN_PREFIX, utc: realClock.utc });
  const made = receivers.map((receiver) => ({ receiver, watch: watchOf(receiver) }));
  const running: Array<Promise<void>> = [];

  const tell = async ({ receiver, watch }: (typeof made)[number], signal: AbortSignal): Promise<void> => {
    let channel: OutcomeChannel;
    try {
      channel = hidingChannel(await channelOf(receiver, host, parts), parts.secrets.shown);
    } catch (cause) {
      watch.trouble(whyOf(cause));
      host.log.error('outcomes cannot be told', { receiver: receiver.name, why: whyOf(cause) });
      return;
    }
    const { name, source, keepHours } = receiver;
    const feed = outcomeFeed(shards, {
      source,
      decisions: wantsDecisions(receiver),
      states: wantedStates(receiver),
    });
    const telling = { name, source, tell: receiver.tell, channel, giveUpMs: keepHours * HOUR_MS };
    try {
      await tellOutcomes({ agent: parts.agent, feed, telling, watch }, signal);
    } finally {
      await channel.close();
    }
  };

  return {
    book: new TellingBook(
      made.map(({ watch }) => watch),
      realClock,
    ),
    start: ({ signal }) => {
      running.push(...made.map((each) => tell(each, signal)));
      inBackground(host, 'telling outcomes', Promise.all(running));
    },
    ended: async () => {
      await Promise.allSettled(running);
    },
  };
};
