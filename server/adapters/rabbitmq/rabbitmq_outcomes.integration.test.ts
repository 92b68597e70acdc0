import { Connection, ConsumerStatus, type AsyncMessage } from 'rabbitmq-client';
import { anOutcome } from '../../../test/builders/outcomes';
import { received } from '../../../test/builders/events';
import { quietLog } from '../../../test/builders/store_port';
import { testAuthority } from '../../../test/targets/certificate';
import { startRabbitmq, type RabbitmqBroker } from '../../../test/targets/rabbitmq_broker';
import { whyNotRabbitmq } from '../../../test/targets/rabbitmq_packages';
import { until } from '../../../test/targets/until';
import type { OutcomeChannel } from '../../runner/ports';
import { rabbitmqOutcomes } from './rabbitmq_outcomes';

/* A real node, killed and started again. */

const why = whyNotRabbitmq();
if (why !== undefined) console.warn(`RabbitMQ is not tested: ${why}`); // eslint-disable-line no-console
const describeRabbitmq = why === undefined ? describe : describe.skip;

const authority = testAuthority();
const LOGIN = { vhost: '/', username: 'reflex', password: 'only-for-this-test' };
let rabbitmq: RabbitmqBroker;
let client: Connection;
let channel: OutcomeChannel;

const channelTo = (exchange: string): OutcomeChannel =>
  rabbitmqOutcomes({ ...LOGIN, hosts: [rabbitmq.address], exchange, routingKey: 'reflex' }, quietLog());

const bind = async (exchange: string): Promise<void> => {
  await client.exchangeDeclare({ exchange, type: 'direct', durable: true });
  await client.queueDeclare({ queue: exchange, durable: true, arguments: { 'x-queue-type': 'classic' } });
  await client.queueBind({ exchange, queue: exchange, routingKey: 'reflex' });
};

const heardIn = async (queue: string, count: number): Promise<readonly AsyncMessage[]> => {
  const heard: AsyncMessage[] = [];
  const consumer = client.createConsumer({ queue, queueOptions: { passive: true } }, async (message) => {
    heard.push(message);
    return ConsumerStatus.ACK;
  });
  consumer.on('error', () => undefined);
  try {
    await until('all arrived', () => heard.length >= count, { withinMs: 60_000, seen: () => heard.length });
    return heard;
  } finally {
    await consumer.close();
  }
};

describeRabbitmq('a RabbitMQ exchange that is told', () => {
  jest.setTimeout(240_000);
  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ ca: authority.ca, identity: authority.issue('localhost') });
    client = new Connection({ ...LOGIN, hosts: [rabbitmq.address], retryLow: 200 });
    client.on('error', () => undefined);
  }, 120_000);
  afterEach(() => channel.close());
  afterAll(async () => {
    await client?.close();
    await rabbitmq?.stop();
  }, 30_000);

  it('gets each outcome as a durable message with its mark and key, in order', async () => {
    await bind('outcomes');
    channel = channelTo('outcomes');
    const told = [1, 2, 3].map((sequence) => anOutcome({ sequence, key: `command:c1#${sequence}` }));
    for (const document of told) expect(await channel.tell(document, received())).toEqual({ kind: 'told' });
    const heard = await heardIn('outcomes', 3);
    expect(heard.map(({ body }) => body as unknown)).toEqual(told);
    expect(heard[0]).toMatchObject({
      messageId: 'command:c1#1',
      durable: true,
      contentType: 'application/json',
      headers: { 'x-reflex-outcome': 'v1' },
    });
  });

  it('is not told where no queue takes it, or the exchange is not there', async () => {
    await client.exchangeDeclare({ exchange: 'empty', type: 'direct', durable: true });
    channel = channelTo('empty');
    expect(await channel.tell(anOutcome(), received())).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('no queue') as string,
    });
    await bind('empty');
    expect(await channel.tell(anOutcome(), received())).toEqual({ kind: 'told' });
    await channel.close();
    channel = channelTo('nowhere');
    expect(await channel.tell(anOutcome(), received())).toMatchObject({ kind: 'failed' });
  });

  it('is not told while its node is away, and is once it is back', async () => {
    await bind('outages');
    channel = channelTo('outages');
    expect(await channel.tell(anOutcome(), received())).toEqual({ kind: 'told' });
    await rabbitmq.kill();
    expect(await channel.tell(anOutcome({ sequence: 2 }), received())).toMatchObject({ kind: 'failed' });
    await rabbitmq.restart();
    let told: unknown;
    const isTold = async (): Promise<boolean> => {
      const answer = await channel.tell(anOutcome({ sequence: 2 }), received());
      told = answer;
      return answer.kind === 'told';
    };
    await until('it is told', isTold, { withinMs: 90_000, everyMs: 500, seen: () => told });
    const heard = await heardIn('outages', 2);
    expect(heard.map(({ body }) => (body as { sequence: number }).sequence)).toContain(2);
  });
});
