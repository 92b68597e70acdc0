import { whyOf } from '../../../common/why';
import { ConsumerStatus, type AsyncMessage, type Connection, type Consumer, type ConsumerProps } from 'rabbitmq-client';
import type { BrokerHooks, BrokerPayload, BrokerRecord, BrokerStream, Clock, Log } from '../../runner/ports';
import { aborted } from './aborted';
import { HeldLine } from './held_line';
import { rabbitmqConnection, type RabbitmqAccess } from './rabbitmq_client';
import { withWholeBodies } from './whole_bodies';

/** How a queue is made if it is not there. Everything that RabbitMQ has a weak default for is said. */
interface QueueDeclaration {
  /** Deliveries after which a message goes to the dead letters. */
  readonly deliveryLimit: number;
  readonly deadLetter: { readonly exchange: string; readonly queue: string };
}

/** One queue. */
export interface RabbitmqStreamOptions extends RabbitmqAccess {
  readonly id: string;
  readonly queue: string;
  /** False: the queue must be there; its settings are its owner's. */
  readonly declare: QueueDeclaration | false;
  /** Most messages in flight. */
  readonly prefetch: number;
  /**
   * A message that cannot be made durable is held so long before it is given back, ms; below the broker's own 30 min.
   */
  readonly holdMs: number;
}

interface RabbitmqParts {
  readonly clock: Clock;
  readonly log: Log;
}

const LAG_EVERY_MS = 5_000;
const RETRY_MS = 2_000;
const GOODBYE_MS = 5_000;

const QUORUM = { 'x-queue-type': 'quorum' } as const;

/** At-least-once dead letters: RabbitMQ's own default may lose them, and takes this only with `reject-publish`. */
const argumentsOf = ({ deliveryLimit, deadLetter }: QueueDeclaration) => ({
  ...QUORUM,
  'x-delivery-limit': deliveryLimit,
  'x-dead-letter-exchange': deadLetter.exchange,
  'x-dead-letter-strategy': 'at-least-once' as const,
  'x-overflow': 'reject-publish' as const,
});

/** The client reads plain text by itself. */
const payloadOf = ({ body, contentType }: AsyncMessage): BrokerPayload => {
  const value: unknown = body;
  if (Buffer.isBuffer(value)) return { kind: 'bytes', bytes: value };
  if (contentType === 'application/json') return { kind: 'json', value };
  return { kind: 'bytes', bytes: Buffer.from(String(value)) };
};

const recordOf = (queue: string, message: AsyncMessage): BrokerRecord => {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers ?? {}))
    if (typeof value === 'string' || typeof value === 'number') headers.set(name.toLowerCase(), String(value));
  if (message.contentType !== undefined) headers.set('content-type', message.contentType);
  if (message.contentEncoding !== undefined) headers.set('content-encoding', message.contentEncoding);
  return { payload: payloadOf(message), headers, position: `${queue}/${message.messageId ?? message.deliveryTag}` };
};

class RabbitmqStream implements BrokerStream {
  readonly source: BrokerStream['source'];
  /** What is held too long goes back, and each return counts towards the delivery limit. */
  readonly whileOff = 'disconnects';

  constructor(
    private readonly options: RabbitmqStreamOptions,
    private readonly parts: RabbitmqParts,
  ) {
    this.source = { type: 'rabbitmq', id: options.id };
  }

  async follow(hooks: BrokerHooks, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const { queue, prefetch, holdMs } = this.options;
    const line = new HeldLine({ partition: queue, take: hooks.take, clock, signal, holdMs, most: prefetch });
    const tellFault = (cause: unknown): void => {
      if (signal.aborted) return;
      const error = whyOf(cause);
      log.warn('a RabbitMQ queue cannot be followed right now', { source: this.source.id, why: error });
      hooks.tell({ connected: false, error });
    };
    const connection = this.connect();
    connection.on('error', (cause: unknown) => {
      line.giveBack();
      tellFault(cause);
    });
    await Promise.race([this.declareDeadLetters(connection, { signal, tellFault }), aborted(signal)]);
    if (signal.aborted) {
      connection.unsafeDestroy();
      hooks.tell({ connected: false });
      return;
    }
    const consumer = this.consume(connection, line);
    consumer.on('ready', () => hooks.tell({ connected: true, error: undefined }));
    consumer.on('error', (cause: unknown) => {
      // An answer that came too late for its channel is no fault: the message comes again, and is a duplicate.
      if (!whyOf(cause).startsWith('failed to ack/nack')) tellFault(cause);
    });
    await this.watchLag(connection, hooks, signal);
    await this.goodbye(connection, consumer);
    hooks.tell({ connected: false });
  }

  private connect(): Connection {
    return withWholeBodies(rabbitmqConnection(this.options));
  }

  /** Before the queue itself: what is dead-lettered must have a place to go to. */
  private async declareDeadLetters(
    connection: Connection,
    { signal, tellFault }: { readonly signal: AbortSignal; readonly tellFault: (cause: unknown) => void },
  ): Promise<void> {
    const { declare } = this.options;
    if (declare === false) return;
    const { exchange, queue } = declare.deadLetter;
    while (!signal.aborted) {
      try {
        await connection.exchangeDeclare({ exchange, type: 'fanout', durable: true });
        await connection.queueDeclare({ queue, durable: true, arguments: QUORUM });
        await connection.queueBind({ exchange, queue });
        return;
      } catch (cause) {
        tellFault(cause);
        await this.parts.clock.sleep(RETRY_MS, signal);
      }
    }
  }

  private consume(connection: Connection, line: HeldLine): Consumer {
    const { queue, declare, prefetch } = this.options;
    const props: ConsumerProps = {
      queue,
      queueOptions: declare === false ? { passive: true } : { durable: true, arguments: argumentsOf(declare) },
      qos: { prefetchCount: prefetch },
      concurrency: prefetch,
      requeue: true,
    };
    // INVARIANT: a message is acknowledged only when it is durable on our side.
    return connection.createConsumer(props, async (message) =>
      (await line.offer(recordOf(queue, message))) === 'ack' ? ConsumerStatus.ACK : ConsumerStatus.REQUEUE,
    );
  }

  private async watchLag(connection: Connection, hooks: BrokerHooks, signal: AbortSignal): Promise<void> {
    const { queue } = this.options;
    while (!signal.aborted) {
      try {
        const { messageCount } = await connection.queueDeclare({ queue, passive: true });
        hooks.tell({ lag: messageCount });
      } catch {
        // Whoever consumes tells why it cannot be reached.
      }
      await this.parts.clock.sleep(LAG_EVERY_MS, signal);
    }
  }

  /** What is being taken is still answered; what then is not durable goes back. */
  private async goodbye(connection: Connection, consumer: Consumer): Promise<void> {
    const parted = new AbortController();
    await Promise.race([
      Promise.allSettled([consumer.close().then(() => connection.close())]),
      this.parts.clock.sleep(GOODBYE_MS, parted.signal),
    ]);
    parted.abort();
    connection.unsafeDestroy();
  }
}

/** A queue as a source; nothing is connected before it is followed. */
export const rabbitmqStream = (options: RabbitmqStreamOptions, parts: RabbitmqParts): BrokerStream =>
  new RabbitmqStream(options, parts);
