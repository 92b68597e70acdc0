import { createServer } from 'http';
import type { AddressInfo } from 'net';
import { Connection } from 'rabbitmq-client';
import { indexReader } from '../../server/adapters/alerting/index_reader';
import { kafkaStream } from '../../server/adapters/kafka/kafka_stream';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { evidencePatternOf } from '../../server/adapters/opensearch/definitions';
import { rabbitmqStream } from '../../server/adapters/rabbitmq/rabbitmq_stream';
import { realClock } from '../../server/adapters/system/real_clock';
import type { BrokerStream, Log } from '../../server/runner/ports';
import type { KafkaBroker } from '../targets/kafka_broker';
import type { RabbitmqBroker } from '../targets/rabbitmq_broker';
import { rounded } from './figures';

/** Events per second of one source until their decisions are recorded, beside its transport with nothing behind it. */
interface SourceFigures {
  readonly events: number;
  readonly reflex_events_per_s: number;
  readonly raw_events_per_s: number;
  readonly ratio: number;
}

interface SourceRig {
  readonly node: OpenSearchTransport;
  readonly kafka: KafkaBroker;
  readonly rabbitmq: RabbitmqBroker;
  /** Address of the Reflex under test. */
  readonly url: string;
  readonly token: string;
}

const EVENTS = 5_000;
const PER_REQUEST = 100;
const SENDERS = 8;
const PATIENCE_MS = 180_000;
export const TOPIC = 'bench';
export const QUEUE = 'bench';
export const INDEX = 'bench-detections';
export const WEBHOOK = 'bench-siem';
export const RABBITMQ_USER = { username: 'reflex', password: 'only-for-this-test' };

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const parts = { clock: realClock, log };

const eventsOf = (source: string): object[] =>
  Array.from({ length: EVENTS }, (_, n) => ({
    event_id: `${source}-${n}`,
    timestamp: new Date().toISOString(),
    confidence: 0.4,
    severity: 'low',
    source: { ip: `198.51.${Math.floor(n / 200) % 250}.${(n % 200) + 1}` },
    rule: { id: `rule-${n % 50}`, name: 'a rule that no policy is about' },
  }));

const inParts = async (count: number, work: (from: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += PER_REQUEST;
      await work(from);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, worker));
};

const recorded = async (node: OpenSearchTransport, source: string): Promise<number> => {
  const { body } = await node.request({
    method: 'POST',
    path: `/${evidencePatternOf('decisions')}/_count`,
    body: { query: { prefix: { 'event.id': `${source}-` } } },
  });
  return (body as { count?: number }).count ?? 0;
};

const untilRecorded = async (node: OpenSearchTransport, source: string): Promise<void> => {
  const end = performance.now() + PATIENCE_MS;
  let found = 0;
  while (performance.now() < end) {
    // An index that is being made has no shard to count in yet.
    found = await recorded(node, source).catch(() => found);
    if (found >= EVENTS) return;
    await realClock.sleep(50);
  }
  throw new Error(`only ${found} of ${EVENTS} decisions of ${source} were recorded`);
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
};

/** From the first message to the last, acknowledged, with nobody behind it. */
const drained = async (stream: BrokerStream): Promise<number> => {
  const ending = new AbortController();
  let count = 0;
  let [first, last] = [0, 0];
  await stream.follow(
    {
      take: async ({ records }) => {
        if (count === 0) first = performance.now();
        count += records.length;
        last = performance.now();
        if (count >= EVENTS) setTimeout(() => ending.abort(), 500);
        return { durable: records.length, retryAfterMs: 0 };
      },
      tell: quiet,
    },
    ending.signal,
  );
  return (last - first) / 1_000;
};

const figuresOf = (ours: number, raw: number): SourceFigures => ({
  events: EVENTS,
  reflex_events_per_s: rounded(EVENTS / ours),
  raw_events_per_s: rounded(EVENTS / raw),
  ratio: rounded(raw / ours),
});

const benchKafka = async ({ node, kafka }: SourceRig): Promise<SourceFigures> => {
  const events = eventsOf('kafka');
  const ours = await seconds(async () => {
    for (let from = 0; from < EVENTS; from += 500)
      await kafka.producer.send({
        topic: TOPIC,
        messages: events
          .slice(from, from + 500)
          .map((event, n) => ({ value: JSON.stringify(event), partition: n % 3 })),
      });
    await untilRecorded(node, 'kafka');
  });
  const stream = kafkaStream(
    {
      id: 'raw',
      brokers: [kafka.address],
      clientId: 'raw',
      topic: TOPIC,
      group: 'raw',
      start: 'all',
      maxInFlight: 200,
      maxBytes: 8_388_608,
      sessionMs: 10_000,
    },
    parts,
  );
  return figuresOf(ours, await drained(stream));
};

const benchRabbitmq = async ({ node, rabbitmq }: SourceRig): Promise<SourceFigures> => {
  const client = new Connection({ hosts: [rabbitmq.address], ...RABBITMQ_USER });
  const publisher = client.createPublisher({ confirm: true });
  const publish = (queue: string, events: readonly object[]): Promise<void> =>
    inParts(EVENTS, (from) =>
      Promise.all(
        events
          .slice(from, from + PER_REQUEST)
          .map((event) => publisher.send({ routingKey: queue, durable: true }, Buffer.from(JSON.stringify(event)))),
      ),
    );
  const ours = await seconds(async () => {
    await publish(QUEUE, eventsOf('rabbitmq'));
    await untilRecorded(node, 'rabbitmq');
  });
  await client.queueDeclare({ queue: 'raw', durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await publish('raw', eventsOf('raw'));
  const stream = rabbitmqStream(
    {
      id: 'raw',
      hosts: [rabbitmq.address],
      vhost: '/',
      ...RABBITMQ_USER,
      queue: 'raw',
      declare: false,
      prefetch: 200,
      holdMs: 60_000,
    },
    parts,
  );
  const raw = await drained(stream);
  await publisher.close();
  await client.close();
  return figuresOf(ours, raw);
};

const post = async (url: string, token: string, events: readonly object[]): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(events),
  });
  await response.text();
  if (response.status !== 202) throw new Error(`${url} answered ${response.status}`);
};

const benchWebhook = async ({ node, url, token }: SourceRig): Promise<SourceFigures> => {
  const sendAll = (to: string, events: readonly object[]): Promise<void> =>
    inParts(EVENTS, (from) => post(to, token, events.slice(from, from + PER_REQUEST)));
  const ours = await seconds(async () => {
    await sendAll(`${url}/api/reflex/webhooks/${WEBHOOK}`, eventsOf('webhook'));
    await untilRecorded(node, 'webhook');
  });
  const bare = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(202).end('{}'));
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const raw = await seconds(() => sendAll(`http://127.0.0.1:${(bare.address() as AddressInfo).port}`, eventsOf('raw')));
  await new Promise((resolve) => bare.close(resolve));
  return figuresOf(ours, raw);
};

const benchIndex = async ({ node }: SourceRig): Promise<SourceFigures> => {
  const events = eventsOf('index');
  const ours = await seconds(async () => {
    await inParts(EVENTS, (from) => {
      const lines = events
        .slice(from, from + PER_REQUEST)
        .map((event) => `${JSON.stringify({ create: { _index: INDEX } })}\n${JSON.stringify(event)}\n`);
      return node.request({ method: 'POST', path: '/_bulk', bulkBody: lines.join('') }, { timeoutMs: 30_000 });
    });
    await untilRecorded(node, 'index');
  });
  const reader = indexReader(node, { pattern: INDEX, ownPrefix: 'reflex-' });
  const raw = await seconds(async () => {
    let count = 0;
    for (let position = {}; count < EVENTS;) {
      const read = await reader.since(position, 500);
      count += read.documents.length;
      position = read.position;
    }
  });
  return figuresOf(ours, raw);
};

/** Each source by itself, one after the other. */
export const benchSources = async (rig: SourceRig): Promise<Record<string, SourceFigures>> => ({
  kafka: await benchKafka(rig),
  rabbitmq: await benchRabbitmq(rig),
  webhook: await benchWebhook(rig),
  index: await benchIndex(rig),
});
