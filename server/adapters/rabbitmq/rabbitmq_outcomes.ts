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

const GOODBYE_MS = 2_000;

/** Publishes outcomes, each as a durable message that the broker confirms. Nothing is connected before the first. */
export const rabbitmqOutcomes = (options: RabbitmqOutcomesOptions, log: Pick<Log, 'debug'>): OutcomeChannel => {
  const { exchange, routingKey } = options;
  /** Messages that no queue took. They are returned before they are confirmed. */
  const returned = new Set<string>();
  let open: { readonly connection: Connection; readonly publisher: Publisher } | undefined;

  const opened = (): Publisher => {
    if (open !== undefined) return open.publisher;
    const connection = rabbitmqConnection(options);
    connection.on('error', (cause: unknown) => log.debug('rabbitmq', { exchange, said: whyOf(cause) }));
    const publisher = connection.createPublisher({ confirm: true, maxAttempts: 1 });
    publisher.on('basic.return', ({ messageId }) => returned.add(messageId ?? ''));
    open = { connection, publisher };
    return publisher;
  };

  return {
    tell: async (document): Promise<Told> => {
      const { key } = document;
      returned.delete(key);
      try {
        await opened().send(
          {
            exchange,
            routingKey,
            mandatory: true,
            durable: true,
            messageId: key,
            type: 'reflex.outcome',
            contentType: 'application/json',
            headers: { [OUTCOME_HEADER]: document.reflex_outcome },
          },
          Buffer.from(JSON.stringify(document)),
        );
      } catch (cause) {
        return { kind: 'failed', why: whyOf(cause) };
      }
      return returned.delete(key)
        ? { kind: 'failed', why: `no queue of \`${exchange}\` takes \`${routingKey}\`` }
        : { kind: 'told' };
    },
    close: async () => {
      if (open === undefined) return;
      const { connection, publisher } = open;
      open = undefined;
      const late = setTimeout(() => connection.unsafeDestroy(), GOODBYE_MS);
      await Promise.allSettled([publisher.close().then(() => connection.close())]);
      clearTimeout(late);
    },
  };
};
