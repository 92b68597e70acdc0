import { iso } from '../../../common/iso';
import { anEvent } from '../../../test/builders/events';
import { liveAgent, type LiveAgent } from '../../../test/builders/live_agent';
import { quietLog } from '../../../test/builders/store_port';
import { testAuthority } from '../../../test/targets/certificate';
import { startKafka, type KafkaBroker } from '../../../test/targets/kafka_broker';
import { whyNotKafka } from '../../../test/targets/kafka_packages';
import { until } from '../../../test/targets/until';
import type { DetectionEvent } from '../../../common/flow/event';
import { followBroker } from '../../runner/sources/follow_broker';
import type { BrokerBatch, Taken } from '../../runner/ports';
import { SourceHealth } from '../../runner/sources/source_health';
import { protobufCodec } from '../protobuf/protobuf_codec';
import { realClock } from '../system/real_clock';
import { kafkaStream, type KafkaStreamOptions } from './kafka_stream';

/* A real broker, kill -9 included; the agent behind it is the real engine and runner in a simulated world. */

const why = whyNotKafka();
if (why !== undefined) console.warn(`Kafka is not tested: ${why}`); // eslint-disable-line no-console
const describeKafka = why === undefined ? describe : describe.skip;

const authority = testAuthority();
const PASSWORD = 'only-for-this-test';
let kafka: KafkaBroker;
let topics = 0;

const newTopic = async (partitions = 3, config: Record<string, string> = {}): Promise<string> => {
  const topic = `detections-${(topics += 1)}`;
  await kafka.admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: 1,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  return topic;
};

const optionsFor = (topic: string, more: Partial<KafkaStreamOptions> = {}): KafkaStreamOptions => ({
  id: 'detections',
  brokers: [kafka.address],
  clientId: 'reflex',
  topic,
  group: `reflex-${topic}`,
  start: 'all',
  maxInFlight: 50,
  maxBytes: 1_048_576,
  sessionMs: 4_000,
  ...more,
});

interface Following {
  readonly health: SourceHealth;
  readonly stop: () => Promise<void>;
}

const follow = ({ agent }: LiveAgent, options: KafkaStreamOptions): Following => {
  const health = new SourceHealth(realClock);
  const ending = new AbortController();
  const stream = kafkaStream(options, { clock: realClock, log: quietLog() });
  const codec = protobufCodec();
  const messages = { codec, format: 'json', schemas: new Map() } as const;
  const following = followBroker({ agent, stream, messages, rules: {}, health }, ending.signal);
  return {
    health,
    stop: async () => {
      ending.abort();
      await following;
    },
  };
};

/** A member joins within seconds; on a busy machine the client tries several times, each with a longer pause. */
const connected = (what: string, { health }: Following): Promise<void> =>
  until(what, () => health.list()[0]?.connected === true, { withinMs: 60_000, seen: () => health.list() });

const send = (topic: string, events: readonly unknown[], partition?: (n: number) => number): Promise<unknown> =>
  kafka.producer.send({
    topic,
    messages: events.map((event, n) => ({
      value: typeof event === 'string' ? event : JSON.stringify(event),
      ...(partition === undefined ? { partition: n % 3 } : { partition: partition(n) }),
    })),
  });

const KINDS: ReadonlyArray<Partial<DetectionEvent>> = [
  { rule: { id: 'r1', origin: 'known_ioc' } },
  { tags: ['ask'] },
  { rule: { id: 'r9' } },
];

const someEvents = (count: number, at: number): DetectionEvent[] =>
  Array.from({ length: count }, (_, n) =>
    anEvent({
      event_id: `event-${n}`,
      timestamp: iso(at),
      source: { ip: `198.51.${n >> 8}.${n & 255}` },
      ...KINDS[n % KINDS.length],
    }),
  );

const committed = async (topic: string): Promise<number[]> => {
  const [found] = await kafka.admin.fetchOffsets({ groupId: `reflex-${topic}`, topics: [topic] });
  return (found?.partitions ?? []).sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
};

/** Everything that lies in the topic; tells what is where if it does not come to it. */
const untilCommitted = async (topic: string): Promise<void> => {
  const state = { ends: [] as number[], committed: [] as number[] };
  const same = async (): Promise<boolean> => {
    const ends = await kafka.admin.fetchTopicOffsets(topic);
    state.ends = ends.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
    state.committed = await committed(topic);
    return JSON.stringify(state.ends) === JSON.stringify(state.committed);
  };
  await until('all is committed', same, { withinMs: 60_000, everyMs: 100 }).catch((cause: unknown) => {
    throw new Error(`${String(cause)}: ${JSON.stringify(state)}`);
  });
};

const quarantined = ({ world }: LiveAgent): number => world.evidence.records.get('quarantine')?.size ?? 0;

describeKafka('a Kafka topic', () => {
  // Alone it takes half a minute; other tests may share the machine.
  jest.setTimeout(180_000);
  beforeAll(async () => {
    const identity = authority.issue('localhost');
    kafka = await startKafka({ ca: authority.ca, identity, username: 'reflex', password: PASSWORD });
  }, 120_000);
  afterAll(() => kafka.stop(), 30_000);

  const live: LiveAgent[] = [];
  const aLiveAgent = async (): Promise<LiveAgent> => {
    const made = await liveAgent();
    live.push(made);
    return made;
  };
  afterEach(async () => {
    for (const each of live.splice(0)) await each.stop();
  });

  const COUNT = 300;
  const faultFree = async (): Promise<ReadonlyMap<string, string>> => {
    const one = await aLiveAgent();
    const topic = await newTopic();
    await send(topic, someEvents(COUNT, one.utc()));
    const following = follow(one, optionsFor(topic));
    await until('all are decided', () => one.decisions().size === COUNT, { withinMs: 30_000 });
    await untilCommitted(topic);
    await until('the lag is 0', () => following.health.list()[0]?.lag === 0);
    const [facts] = following.health.list();
    expect(facts).toMatchObject({ received: COUNT, duplicates: 0, quarantined: 0, connected: true });
    await following.stop();
    expect(following.health.list()[0]).toMatchObject({ connected: false });
    return one.decisions();
  };

  it('gives the same decisions with duplicates, reordering, poison, a killed broker and restarts', async () => {
    const expected = await faultFree();
    const one = await aLiveAgent();
    const topic = await newTopic();
    const events = someEvents(COUNT, one.utc());
    const tenTimes = (part: readonly DetectionEvent[]): DetectionEvent[] =>
      Array.from({ length: 10 * part.length }, (_, n) => part[(n * 7_919) % part.length] ?? anEvent());
    const half = COUNT / 2;
    await send(topic, ['{"half', '\u0000\u0001', '[[[['], (n) => n);
    let following = follow(one, optionsFor(topic));
    await until('the poison is filed', () => quarantined(one) === 3, { withinMs: 60_000 });
    await send(topic, tenTimes(events.slice(0, half)));
    await until('it has begun', () => one.decisions().size > 50, { withinMs: 30_000 });
    await following.stop();
    following = follow(one, optionsFor(topic));
    await connected('it is back', following);
    await kafka.kill();
    await until('it is missed', () => following.health.list()[0]?.connected === false, { withinMs: 60_000 });
    await kafka.restart();
    await send(topic, tenTimes(events.slice(half)));
    await until('all are decided', () => one.decisions().size === COUNT, { withinMs: 60_000 });
    await untilCommitted(topic);
    await following.stop();
    expect([...one.decisions()].sort()).toEqual([...expected].sort());
    expect(quarantined(one)).toBe(3);
    expect(one.agent.door.counters).toMatchObject({ refused: 0 });
  });

  it('commits nothing that is not durable, keeps its place in the group, and goes on', async () => {
    const one = await aLiveAgent();
    const topic = await newTopic(1);
    await send(topic, someEvents(20, one.utc()), () => 0);
    const taken: string[] = [];
    let refusing = true;
    const ending = new AbortController();
    const take = async ({ records }: BrokerBatch): Promise<Taken> => {
      const durable = refusing ? Math.min(records.length, 5 - taken.length) : records.length;
      taken.push(...records.slice(0, durable).map(({ position }) => position));
      return { durable, retryAfterMs: 50 };
    };
    const stream = kafkaStream(optionsFor(topic), { clock: realClock, log: quietLog() });
    const following = stream.follow({ take, tell: () => undefined }, ending.signal);
    await until('five are committed', async () => (await committed(topic))[0] === 5, { withinMs: 60_000 });
    // Longer than a member may be silent.
    await realClock.sleep(5_000);
    expect(await committed(topic)).toEqual([5]);
    refusing = false;
    await until('all are committed', async () => (await committed(topic))[0] === 20);
    ending.abort();
    await following;
    expect(taken).toEqual(Array.from({ length: 20 }, (_, n) => `${topic}/0/${n}`));
  });

  it('stays correct while members come and go', async () => {
    const one = await aLiveAgent();
    const topic = await newTopic(6);
    const events = someEvents(600, one.utc());
    const first = follow(one, optionsFor(topic));
    for (let round = 0; round < 3; round += 1) {
      await send(topic, events.slice(round * 200, round * 200 + 200), (n) => n % 6);
      const other = follow(one, optionsFor(topic));
      await connected('the other one has joined', other);
      await send(topic, events.slice(round * 200, round * 200 + 200), (n) => (n + 1) % 6);
      await other.stop();
    }
    await until('all are decided', () => one.decisions().size === 600, { withinMs: 30_000 });
    await untilCommitted(topic);
    await first.stop();
    expect(one.agent.door.counters).toMatchObject({ accepted: 600, quarantined: 0 });
  });

  it('begins where the topic ends if it is told to, and loses nothing from then on', async () => {
    const one = await aLiveAgent();
    const topic = await newTopic(1);
    const events = someEvents(4, one.utc());
    await send(topic, events.slice(0, 2), () => 0);
    const following = follow(one, optionsFor(topic, { start: 'now' }));
    await connected('it is there', following);
    await following.stop();
    await send(topic, events.slice(2), () => 0);
    const again = follow(one, optionsFor(topic, { start: 'now' }));
    await until('both are decided', () => one.decisions().size === 2, { withinMs: 60_000 });
    await again.stop();
    expect([...one.decisions().keys()].sort()).toEqual(['event-2', 'event-3']);
  });

  it.each(['gzip', 'snappy', 'lz4'])('reads what the broker stores as %s', async (type) => {
    const one = await aLiveAgent();
    const topic = await newTopic(1, { 'compression.type': type });
    await send(topic, someEvents(200, one.utc()), () => 0);
    const following = follow(one, optionsFor(topic));
    await until('all are decided', () => one.decisions().size === 200, { withinMs: 60_000 });
    await following.stop();
  });

  it('says what it cannot read, and leaves it where it is', async () => {
    const one = await aLiveAgent();
    const topic = await newTopic(1, { 'compression.type': 'zstd' });
    await send(topic, someEvents(10, one.utc()), () => 0);
    const following = follow(one, optionsFor(topic));
    const readsZstd = 'zstdDecompressSync' in jest.requireActual<object>('zlib');
    if (readsZstd) await until('all are decided', () => one.decisions().size === 10, { withinMs: 60_000 });
    else {
      const error = (): string | undefined => following.health.list()[0]?.error;
      await until('it is told', () => error() !== undefined, { withinMs: 60_000 });
      expect(error()).toContain('Node 22.15');
      expect((await committed(topic))[0]).not.toBe(10);
    }
    await following.stop();
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'logs in by %s with a certificate',
    async (mechanism) => {
      const one = await aLiveAgent();
      const topic = await newTopic(1);
      const { cert, key } = authority.issue('reflex');
      const secure = optionsFor(topic, {
        brokers: [kafka.secureAddress],
        tls: { ca: authority.ca, cert, key, serverName: 'localhost' },
        sasl: { mechanism, username: 'reflex', password: PASSWORD },
      });
      await send(topic, someEvents(5, one.utc()), () => 0);
      const following = follow(one, secure);
      await until('all are decided', () => one.decisions().size === 5, { withinMs: 60_000 });
      await following.stop();
    },
  );

  it('says why it may not in, without the password', async () => {
    const one = await aLiveAgent();
    const topic = await newTopic(1);
    const { cert, key } = authority.issue('reflex');
    const wrong = optionsFor(topic, {
      brokers: [kafka.secureAddress],
      tls: { ca: authority.ca, cert, key, serverName: 'localhost' },
      sasl: { mechanism: 'scram-sha-512', username: 'reflex', password: 'not-the-password' },
    });
    const following = follow(one, wrong);
    const error = (): string | undefined => following.health.list()[0]?.error;
    await until('it is told', () => error() !== undefined, { withinMs: 60_000 });
    expect(error()).toMatch(/authentication/i);
    expect(error()).not.toContain('not-the-password');
    await following.stop();
  });
});
