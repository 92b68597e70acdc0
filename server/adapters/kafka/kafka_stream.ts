import type { Admin, Consumer, Kafka } from 'kafkajs';
import type { BrokerHooks, BrokerStream, Clock, Log } from '../../runner/ports';
import { takeBatch } from './batch_loop';
import { kafkaClient, type KafkaAccess } from './kafka_client';
import { beginAtTheEnd, groupPlace } from './lag';
import { Memberships } from './membership';

/** One topic, read as a member of a consumer group. */
export interface KafkaStreamOptions extends KafkaAccess {
  /** Names the source. */
  readonly id: string;
  readonly topic: string;
  readonly group: string;
  /** Where a group begins that has never read the topic: after what is there, or before it. */
  readonly start: 'now' | 'all';
  /** Most messages of a partition in flight. */
  readonly maxInFlight: number;
  /** Most bytes of one fetch. */
  readonly maxBytes: number;
  /** A member that is silent so long is replaced, ms. */
  readonly sessionMs: number;
}

interface KafkaParts {
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** How often the lag is read, ms. */
const LAG_EVERY_MS = 5_000;
const REBALANCE_MS = 10_000;
/** A client that cannot say goodbye is left alone after so long, ms. */
const GOODBYE_MS = 5_000;
/** Partitions that are worked on at a time by one agent. */
const PARTITIONS_AT_ONCE = 4;
const MOST_BYTES_OF_A_PARTITION = 1_048_576;

const sentenceOf = (cause: unknown): string => {
  const { name, message } = cause instanceof Error ? cause : { name: '', message: String(cause) };
  return name === 'KafkaJSNotImplemented'
    ? `a record is compressed in a way that this Node cannot read (${message}); zstd takes Node 22.15 or later`
    : message;
};

class KafkaStream implements BrokerStream {
  readonly source: BrokerStream['source'];
  /** Offsets of a group without members expire, after seven days by default. */
  readonly whileOff = 'stays_connected';

  constructor(
    private readonly options: KafkaStreamOptions,
    private readonly parts: KafkaParts,
  ) {
    this.source = { type: 'kafka', id: options.id };
  }

  async follow(hooks: BrokerHooks, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.followOnce(hooks, signal, () => {
          pause = FIRST_PAUSE_MS;
        });
      } catch (cause) {
        if (signal.aborted) break;
        const error = sentenceOf(cause);
        hooks.tell({ connected: false, error });
        log.warn('a Kafka topic cannot be followed right now', { source: this.source.id, why: error });
        await clock.sleep(pause, signal);
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      }
    }
    hooks.tell({ connected: false });
  }

  /** From connecting to the first failure that the library does not get over by itself. */
  private async followOnce(hooks: BrokerHooks, signal: AbortSignal, joined: () => void): Promise<void> {
    const kafka = kafkaClient(this.options, this.parts.log);
    const admin = kafka.admin();
    const consumer = this.consumerOf(kafka);
    try {
      await admin.connect();
      await this.settleStart(admin);
      await Promise.race([this.consume(consumer, { hooks, signal, joined }), this.watchLag(admin, hooks, signal)]);
    } finally {
      await this.goodbye([consumer.disconnect(), admin.disconnect()]);
    }
  }

  private consumerOf(kafka: Kafka): Consumer {
    const { group, sessionMs, maxBytes } = this.options;
    return kafka.consumer({
      groupId: group,
      sessionTimeout: sessionMs,
      // What is in flight is through within seconds; nobody waits longer for a member that is gone.
      rebalanceTimeout: Math.max(sessionMs, REBALANCE_MS),
      heartbeatInterval: Math.floor(sessionMs / 4),
      metadataMaxAge: 60_000,
      maxBytes,
      maxBytesPerPartition: Math.min(maxBytes, MOST_BYTES_OF_A_PARTITION),
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      // Whoever follows begins anew with another client; what is left of this one must not wake up again.
      retry: { initialRetryTime: 200, maxRetryTime: 1_000, retries: 3, restartOnFailure: async () => false },
    });
  }

  private async settleStart(admin: Admin): Promise<void> {
    const { topic, group, start } = this.options;
    if (start === 'all') return;
    const { known } = await groupPlace(admin, topic, group);
    if (!known) await beginAtTheEnd(admin, topic, group);
  }

  /** Rejects with what ended it; resolves when the signal is aborted and nothing is in flight. */
  private async consume(
    consumer: Consumer,
    {
      hooks,
      signal,
      joined,
    }: { readonly hooks: BrokerHooks; readonly signal: AbortSignal; readonly joined: () => void },
  ): Promise<void> {
    const { topic, maxInFlight } = this.options;
    const memberships = new Memberships();
    const ended = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        memberships.lost();
        reject(payload.error);
      });
    });
    ended.catch(() => undefined);
    consumer.on(consumer.events.REBALANCING, () => memberships.lost());
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      memberships.joined(payload.memberAssignment[topic] ?? []);
      joined();
      hooks.tell({ connected: true, error: undefined });
    });
    await consumer.connect();
    // From the beginning: partitions that are added later have no past to be left out, and what a retention cut off
    // must not become a jump to the end.
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const loop = { topic, take: hooks.take, clock: this.parts.clock, memberships, signal, most: maxInFlight };
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => takeBatch(loop, payload),
    });
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ended, aborted]);
    await this.goodbye([consumer.stop()]);
  }

  /** Never resolves; the consumer is the one to notice that the broker is away. */
  private async watchLag(admin: Admin, hooks: BrokerHooks, signal: AbortSignal): Promise<never> {
    const { topic, group } = this.options;
    while (!signal.aborted) {
      try {
        const { lag, position } = await groupPlace(admin, topic, group);
        hooks.tell({ lag, position });
      } catch (cause) {
        this.parts.log.debug('the lag of a Kafka topic is unknown', { source: this.source.id, why: sentenceOf(cause) });
      }
      await this.parts.clock.sleep(LAG_EVERY_MS, signal);
    }
    return new Promise<never>(() => undefined);
  }

  private async goodbye(partings: ReadonlyArray<Promise<void>>): Promise<void> {
    const parted = new AbortController();
    await Promise.race([Promise.allSettled(partings), this.parts.clock.sleep(GOODBYE_MS, parted.signal)]);
    parted.abort();
  }
}

/** A topic as a source; nothing is connected before it is followed. */
export const kafkaStream = (options: KafkaStreamOptions, parts: KafkaParts): BrokerStream =>
  new KafkaStream(options, parts);
