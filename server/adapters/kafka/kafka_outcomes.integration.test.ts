import { anOutcome } from '../../../test/builders/outcomes';
import { received } from '../../../test/builders/events';
import { quietLog } from '../../../test/builders/store_port';
import { testAuthority } from '../../../test/targets/certificate';
import { startKafka, type KafkaBroker } from '../../../test/targets/kafka_broker';
import { whyNotKafka } from '../../../test/targets/kafka_packages';
import { until } from '../../../test/targets/until';
import type { OutcomeChannel } from '../../runner/ports';
import { kafkaClient } from './kafka_client';
import { kafkaOutcomes } from './kafka_outcomes';

/* A real broker, killed and started again. */

const why = whyNotKafka();
if (why !== undefined) console.warn(`Kafka is not tested: ${why}`); // eslint-disable-line no-console
const describeKafka = why === undefined ? describe : describe.skip;

const authority = testAuthority();
const PASSWORD = 'only-for-this-test';
let kafka: KafkaBroker;
let channel: OutcomeChannel;

interface Heard {
  readonly key: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

const makeTopic = (topic: string) =>
  kafka.admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] });

const heardIn = async (topic: string, count: number): Promise<readonly Heard[]> => {
  const consumer = kafkaClient({ brokers: [kafka.address], clientId: 'receiver' }, quietLog()).consumer({
    groupId: `receiver-${topic}-${Date.now()}`,
  });
  const heard: Heard[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)] as const);
      const value: unknown = JSON.parse(String(message.value));
      heard.push({ key: String(message.key), partition, headers: Object.fromEntries(headers), value });
    },
  });
  try {
    await until('all arrived', () => heard.length >= count, { withinMs: 60_000, seen: () => heard });
    return heard;
  } finally {
    await consumer.disconnect();
  }
};

describeKafka('a Kafka topic that is told', () => {
  jest.setTimeout(240_000);
  beforeAll(async () => {
    const identity = authority.issue('localhost');
    kafka = await startKafka({ ca: authority.ca, identity, username: 'reflex', password: PASSWORD });
  }, 120_000);
  afterEach(() => channel.close());
  afterAll(() => kafka.stop(), 30_000);

  it('gets each outcome with its mark and key, those of one case in order in one partition', async () => {
    await makeTopic('outcomes');
    channel = kafkaOutcomes({ brokers: [kafka.address], clientId: 'reflex', topic: 'outcomes' }, quietLog());
    const told = [1, 2, 3].map((sequence) => anOutcome({ sequence, key: `command:c1#${sequence}` }));
    for (const document of told) expect(await channel.tell(document, received())).toEqual({ kind: 'told' });
    const heard = await heardIn('outcomes', 3);
    expect(heard.map(({ value }) => value)).toEqual(told);
    expect(new Set(heard.map(({ partition }) => partition)).size).toBe(1);
    expect(heard[0]).toMatchObject({
      key: 'case:1',
      headers: { 'x-reflex-outcome': 'v1', 'idempotency-key': 'command:c1#1', 'content-type': 'application/json' },
    });
  });

  it('is not told while its broker is away, and is once it is back', async () => {
    await makeTopic('outages');
    const sasl = { mechanism: 'scram-sha-256', username: 'reflex', password: PASSWORD } as const;
    const access = { brokers: [kafka.secureAddress], clientId: 'reflex', tls: { ca: authority.ca }, sasl };
    channel = kafkaOutcomes({ ...access, topic: 'outages' }, quietLog());
    expect(await channel.tell(anOutcome(), received())).toEqual({ kind: 'told' });
    await kafka.kill();
    expect(await channel.tell(anOutcome({ sequence: 2 }), received())).toMatchObject({ kind: 'failed' });
    await kafka.restart();
    await until(
      'it is told',
      async () => (await channel.tell(anOutcome({ sequence: 2 }), received())).kind === 'told',
      { withinMs: 60_000, everyMs: 500 },
    );
    expect((await heardIn('outages', 2)).map(({ value }) => (value as { sequence: number }).sequence)).toContain(2);
  });

  it('is not made: telling a topic that is not there fails and says so', async () => {
    channel = kafkaOutcomes({ brokers: [kafka.address], clientId: 'reflex', topic: 'nowhere' }, quietLog());
    expect(await channel.tell(anOutcome(), received())).toMatchObject({ kind: 'failed' });
    expect(await kafka.admin.listTopics()).not.toContain('nowhere');
  });
});
