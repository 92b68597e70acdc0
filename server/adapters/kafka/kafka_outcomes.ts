import { KafkaJSProtocolError, type Producer } from 'kafkajs';
import { OUTCOME_HEADER } from '../../../common/api/outcome_document';
import { whyOf } from '../../../common/why';
import type { Log, OutcomeChannel, Told } from '../../runner/ports';
import { kafkaClient, type KafkaAccess } from './kafka_client';

/** The topic that outcomes are produced to; it has to be there. */
interface KafkaOutcomesOptions extends KafkaAccess {
  readonly topic: string;
}

const ALL_REPLICAS = -1;
const TIMEOUT_MS = 10_000;

const isRefusal = (cause: unknown): boolean =>
  cause instanceof KafkaJSProtocolError && ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes(cause.type);

/**
 * Produces outcomes, keyed by their case so that those of one report stay in order in one partition. Nothing is
 * connected before the first; after a failure the next one gets a client of its own.
 */
export const kafkaOutcomes = (options: KafkaOutcomesOptions, log: Log): OutcomeChannel => {
  const { topic } = options;
  let open: Producer | undefined;

  const opened = async (): Promise<Producer> => {
    if (open !== undefined) return open;
    const producer = kafkaClient(options, log).producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    open = producer;
    await producer.connect();
    return producer;
  };
  const close = async (): Promise<void> => {
    const producer = open;
    open = undefined;
    await producer?.disconnect().catch(() => undefined);
  };

  return {
    tell: async (document): Promise<Told> => {
      const { key, case_id } = document;
      const headers = {
        [OUTCOME_HEADER]: document.reflex_outcome,
        'content-type': 'application/json',
        'idempotency-key': key,
      };
      const message = { key: case_id, value: JSON.stringify(document), headers };
      try {
        const producer = await opened();
        await producer.send({ topic, acks: ALL_REPLICAS, timeout: TIMEOUT_MS, messages: [message] });
        return { kind: 'told' };
      } catch (cause) {
        await close();
        return { kind: isRefusal(cause) ? 'refused' : 'failed', why: whyOf(cause) };
      }
    },
    close,
  };
};
