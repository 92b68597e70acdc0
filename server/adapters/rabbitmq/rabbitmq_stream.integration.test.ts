import { iso } from '../../../common/iso';
import { Connection, type Publisher } from 'rabbitmq-client';
import { anEvent } from '../../../test/builders/events';
import { liveAgent, type LiveAgent } from '../../../test/builders/live_agent';
import { quietLog } from '../../../test/builders/store_port';
import { testAuthority } from '../../../test/targets/certificate';
import { startRabbitmq, type RabbitmqBroker } from '../../../test/targets/rabbitmq_broker';
import { whyNotRabbitmq } from '../../../test/targets/rabbitmq_packages';
import { until } from '../../../test/targets/until';
import type { DetectionEvent } from '../../../common/flow/event';
import { followBroker } from '../../runner/sources/follow_broker';
import { SourceHealth, type SourceHealthFacts } from '../../runner/sources/source_health';
import { protobufCodec } from '../protobuf/protobuf_codec';
import { realClock } from '../system/real_clock';
import { rabbitmqStream, type RabbitmqStreamOptions } from './rabbitmq_stream';

/* A real node, kill -9 included; the agent behind it is the real engine and runner in a simulated world. */

const why = whyNotRabbitmq();
if (why !== undefined) console.warn(`RabbitMQ is not tested: ${why}`); // eslint-disable-line no-console
const describeRabbitmq = why === undefined ? describe : describe.skip;

const authority = testAuthority();
const COUNT = 200;
let rabbitmq: RabbitmqBroker;
let client: Connection;
let publisher: Publisher;
let queues = 0;

const optionsFor = (queue: string, more: Partial<RabbitmqStreamOptions> = {}): RabbitmqStreamOptions => ({
  id: 'detections',
  hosts: [rabbitmq.address],
  vhost: '/',
  username: 'reflex',
  password: 'only-for-this-test',
  queue,
  declare: { deliveryLimit: 20, deadLetter: { exchange: `${queue}.dead`, queue: `${queue}.dead` } },
  prefetch: 50,
  holdMs: 60_000,
  ...more,
});

interface Following {
  readonly facts: () => SourceHealthFacts | undefined;
  readonly stop: () => Promise<void>;
}

const codec = protobufCodec();
const follow = ({ agent }: LiveAgent, options: RabbitmqStreamOptions): Following => {
  const health = new SourceHealth(realClock);
  const ending = new AbortController();
  const stream = rabbitmqStream(options, { clock: realClock, log: quietLog() });
  const messages = { codec, format: 'json', schemas: new Map() } as const;
  const following = followBroker({ agent, stream, messages, rules: {}, health }, ending.signal);
  return {
    facts: () => health.list()[0],
    stop: async () => {
      ending.abort();
      await following;
    },
  };
};

const connected = (following: Following): Promise<void> =>
  until('it is connected', () => following.facts()?.connected === true, {
    withinMs: 60_000,
    seen: following.facts,
  });

const send = async (queue: string, bodies: ReadonlyArray<DetectionEvent | string>): Promise<void> => {
  for (let at = 0; at < bodies.length; at += 200)
    await Promise.all(
      bodies
        .slice(at, at + 200)
        .map((body) =>
          publisher.send(
            { routingKey: queue, durable: true },
            Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
          ),
        ),
    );
};

const waiting = async (queue: string): Promise<number> =>
  (await client.queueDeclare({ queue, passive: true })).messageCount;

const KINDS: ReadonlyArray<Partial<DetectionEvent>> = [
  { rule: { id: 'r1', origin: 'known_ioc' } },
  { tags: ['ask'] },
  {},
];
const someEvents = (count: number, at: number): DetectionEvent[] =>
  Array.from({ length: count }, (_, n) =>
    anEvent({
      event_id: `event-${n}`,
      timestamp: iso(at),
      source: { ip: `198.51.${n >> 8}.${n & 255}` },
      ...KINDS[n % 3],
    }),
  );

describeRabbitmq('a RabbitMQ queue', () => {
  jest.setTimeout(180_000);
  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ ca: authority.ca, identity: authority.issue('localhost') });
    client = new Connection({
      hosts: [rabbitmq.address],
      username: 'reflex',
      password: 'only-for-this-test',
      retryLow: 200,
    });
    client.on('error', () => undefined);
    publisher = client.createPublisher({ confirm: true, maxAttempts: 30 });
  }, 120_000);
  afterAll(async () => {
    await publisher?.close();
    await client?.close();
    await rabbitmq?.stop();
  }, 30_000);

  const live: LiveAgent[] = [];
  const aLiveAgent = async (): Promise<LiveAgent> => {
    const made = await liveAgent();
    live.push(made);
    return made;
  };
  afterEach(async () => {
    for (const each of live.splice(0)) await each.stop();
  });
  const newQueue = (): string => `detections-${(queues += 1)}`;

  const faultFree = async (): Promise<ReadonlyMap<string, string>> => {
    const one = await aLiveAgent();
    const queue = newQueue();
    const following = follow(one, optionsFor(queue));
    await connected(following);
    await send(queue, someEvents(COUNT, one.utc()));
    await until('all are decided', () => one.decisions().size === COUNT, { withinMs: 30_000 });
    expect(following.facts()).toMatchObject({ received: COUNT, duplicates: 0, quarantined: 0 });
    await following.stop();
    expect(await waiting(queue)).toBe(0);
    return one.decisions();
  };

  it('gives the same decisions with duplicates, reordering, poison, a killed node and restarts', async () => {
    const expected = await faultFree();
    const one = await aLiveAgent();
    const queue = newQueue();
    const events = someEvents(COUNT, one.utc());
    const tenTimes = (part: readonly DetectionEvent[]): DetectionEvent[] =>
      Array.from({ length: 10 * part.length }, (_, n) => part[(n * 7_919) % part.length] ?? anEvent());
    let following = follow(one, optionsFor(queue));
    await connected(following);
    await send(queue, ['{"half', '\u0000\u0001']);
    await send(queue, tenTimes(events.slice(0, COUNT / 2)));
    await until('it has begun', () => one.decisions().size > 10, { withinMs: 30_000 });
    await following.stop();
    following = follow(one, optionsFor(queue));
    await connected(following);
    await rabbitmq.kill();
    await until('it is missed', () => following.facts()?.connected === false, { withinMs: 30_000 });
    await rabbitmq.restart();
    await send(queue, tenTimes(events.slice(COUNT / 2)));
    await until('all are decided', () => one.decisions().size === COUNT, { withinMs: 60_000 });
    await until('the queue is empty', async () => (await waiting(queue)) === 0, { withinMs: 30_000 });
    await following.stop();
    // What was on its way when it stopped is given back, not lost: whoever follows next takes it.
    const isDrained = async (): Promise<boolean> => {
      if ((await waiting(queue)) === 0) return true;
      const next = follow(one, optionsFor(queue));
      await connected(next);
      await until('the queue is empty again', async () => (await waiting(queue)) === 0, { withinMs: 30_000 });
      await next.stop();
      return (await waiting(queue)) === 0;
    };
    await until('nothing is left', isDrained, { withinMs: 60_000 });
    expect([...one.decisions()].sort()).toEqual([...expected].sort());
    expect(one.world.evidence.records.get('quarantine')?.size).toBe(2);
    expect(await waiting(`${queue}.dead`)).toBe(0);
  });

  it('acknowledges nothing that is not durable, and gives it back in the end', async () => {
    const queue = newQueue();
    const first = follow(await aLiveAgent(), optionsFor(queue));
    await connected(first);
    await first.stop();
    await send(queue, someEvents(3, 0));
    const ending = new AbortController();
    let offers = 0;
    const stream = rabbitmqStream(optionsFor(queue, { holdMs: 300 }), { clock: realClock, log: quietLog() });
    const take = async (): Promise<{ durable: number; retryAfterMs: number }> => {
      offers += 1;
      return { durable: 0, retryAfterMs: 50 };
    };
    const following = stream.follow({ take, tell: () => undefined }, ending.signal);
    await until('they were given back and came again', () => offers > 12);
    ending.abort();
    await following;
    await until('they are back', async () => (await waiting(queue)) === 3);
  });

  it('reads protobuf by its content type', async () => {
    const one = await aLiveAgent();
    const queue = newQueue();
    const following = follow(one, optionsFor(queue));
    await connected(following);
    const bytes = Buffer.from(codec.write('reflex.v1.EventBatch', someEvents(5, one.utc())));
    await publisher.send({ routingKey: queue, contentType: 'application/x-protobuf' }, bytes);
    await until('all are decided', () => one.decisions().size === 5);
    await following.stop();
  });

  it('asks for the queue that is there, if it may not make one', async () => {
    const queue = newQueue();
    const following = follow(await aLiveAgent(), optionsFor(queue, { declare: false }));
    await until('it is told', () => following.facts()?.error !== undefined, { withinMs: 60_000 });
    expect(following.facts()?.error).toMatch(/no queue/i);
    await client.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await connected(following);
    await following.stop();
  });

  it('takes a certificate, and says why it may not in without one', async () => {
    const queue = newQueue();
    const { cert, key } = authority.issue('reflex');
    const secure = { hosts: [rabbitmq.secureAddress], tls: { ca: authority.ca, serverName: 'localhost' } };
    const without = follow(await aLiveAgent(), optionsFor(queue, secure));
    await until('it is told', () => without.facts()?.error !== undefined, { withinMs: 60_000 });
    await without.stop();
    const following = follow(await aLiveAgent(), optionsFor(queue, { ...secure, tls: { ...secure.tls, cert, key } }));
    await connected(following);
    await following.stop();
  });
});
