import type { Connection, Publisher } from 'rabbitmq-client';
import { OUTCOME_HEADER } from '../../../common/api/outcome_document';
import { whyOf } from '../../../common/why';
import type { Log, OutcomeChannel, Told } from '../../runner/ports';
import { rabbitmqConnection, type RabbitmqAccess } from './rabbitmq_client';

/** The exchange that outcomes are published to. It has to be there, with a queue bound to it. */
interface RabbitmqOutcomesOptions extends RabbitmqAccess {
  readonly exchange: string;
  readonly routingKey: string;
}

const CONFIRMED_WITHIN_MS = 10_000;
const GOODBYE_MS = 2_000;

/** Resolves once the client has said which messages came back: it says so a turn after they did. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @throws Error if it takes longer */
const within = async <Value>(ms: number, work: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not confirmed within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

interface Open {
  readonly connection: Connection;
  readonly publisher: Publisher;
  /** Messages that no queue took. They are returned before they are confirmed. */
  readonly returned: Set<string>;
}

const openTo = (options: RabbitmqOutcomesOptions, log: Pick<Log, 'debug'>): Open => {
  const connection = rabbitmqConnection(options);
  connection.on('error', (cause: unknown) => log.debug('rabbitmq', { said: whyOf(cause) }));
  const publisher = connection.createPublisher({ confirm: true, maxAttempts: 1 });
  const returned = new Set<string>();
  publisher.on('basic.return', ({ messageId }) => returned.add(messageId ?? ''));
  return { connection, publisher, returned };
};

const closed = async ({ connection, publisher }: Open): Promise<void> => {
  const parting = publisher.close().then(() => connection.close());
  await within(GOODBYE_MS, parting).catch(() => connection.unsafeDestroy());
};

/**
 * Publishes outcomes, each as a durable message that the broker confirms. Nothing is connected before the first; after
 * a failure the next one gets a connection of its own.
 */
export const rabbitmqOutcomes = (options: RabbitmqOutcomesOptions, log: Pick<Log, 'debug'>): OutcomeChannel => {
  const { exchange, routingKey } = options;
  let open: Open | undefined;

  const close = async (): Promise<void> => {
    const last = open;
    open = undefined;
    if (last !== undefined) await closed(last);
  };

  return {
    tell: async (document): Promise<Told> => {
      const { key: messageId, reflex_outcome } = document;
      const envelope = {
        exchange,
        routingKey,
        messageId,
        mandatory: true,
        durable: true,
        type: 'reflex.outcome',
        contentType: 'application/json',
        headers: { [OUTCOME_HEADER]: reflex_outcome },
      };
      open ??= openTo(options, log);
      const { publisher, returned } = open;
      try {
        await within(CONFIRMED_WITHIN_MS, publisher.send(envelope, Buffer.from(JSON.stringify(document))));
        await nextTurn();
      } catch (cause) {
        await close();
        return { kind: 'failed', why: whyOf(cause) };
      }
      return returned.delete(messageId)
        ? { kind: 'failed', why: `no queue of \`${exchange}\` takes \`${routingKey}\`` }
        : { kind: 'told' };
    },
    close,
  };
};
