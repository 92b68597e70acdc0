import { decodeMessage, type MessageRules } from './decode_message';
import { isDurable, type Admission } from '../door/admission';
import type { BrokerBatch, BrokerRecord, BrokerStream, Taken } from '../ports';
import { noteAdmissions, receiveDocuments, type DocumentRules } from './receive_documents';
import type { SourceHealth } from './source_health';
import type { AgentWith } from '../agent/views';
import { firmly, type FirmTaker } from './receive';

/*
 * From a broker's messages to admitted events, for topics and queues alike: read, check, admit, and only then say how
 * many are durable. What cannot be read is filed with its bytes and never stalls its partition.
 */

interface FollowBrokerOptions {
  readonly agent: FirmTaker & AgentWith<'log'>;
  readonly stream: BrokerStream;
  readonly messages: MessageRules;
  readonly rules: Omit<DocumentRules, 'health'>;
  readonly health: SourceHealth;
}

/** Offered again after so long if the door does not say, ms. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;
const MOST_ORIGINAL = 45_000;

/** As text where it is text, else in base64: the quarantine keeps text. */
const originalOf = ({ payload }: BrokerRecord): unknown => {
  switch (payload.kind) {
    case 'empty':
      return '';
    case 'json':
      return payload.value;
    case 'bytes': {
      const bytes = payload.bytes.subarray(0, MOST_ORIGINAL);
      try {
        return new TextDecoder('utf-8', { fatal: payload.bytes.length <= MOST_ORIGINAL }).decode(bytes);
      } catch {
        return `base64:${Buffer.from(bytes).toString('base64')}`;
      }
    }
  }
};

const waitOf = (admissions: readonly Admission[]): number => {
  const asked = admissions.flatMap((admission) => (admission.kind === 'overloaded' ? [admission.retry_after_s] : []));
  return asked.length === 0 ? RETRY_MS : Math.min(LONGEST_RETRY_MS, Math.max(...asked) * 1_000);
};

/** All that came of one message; a message without events is done with. */
const takeRecord = async (
  { agent, stream: { source }, messages, rules, health }: FollowBrokerOptions,
  record: BrokerRecord,
): Promise<readonly Admission[]> => {
  const read = decodeMessage(record, messages);
  if (read.ok) {
    const documents = read.value.map((value) => ({ value }));
    return receiveDocuments(firmly(agent), source, documents, { ...rules, health });
  }
  const refused = await agent.door.firm.refuse('unreadable', source, originalOf(record), [
    { path: '', message: `\`${record.position}\` ${read.error}` },
  ]);
  noteAdmissions(health, source, [refused]);
  if (isDurable(refused)) health.note(source, 'parse_failure');
  return [refused];
};

/** Admits a batch in its order. Everything up to the first message that is not durable may be acknowledged. */
const takeBatch = async (options: FollowBrokerOptions, { records }: BrokerBatch): Promise<Taken> => {
  const all = await Promise.all(records.map((record) => takeRecord(options, record)));
  const waits = all.findIndex((admissions) => !admissions.every(isDurable));
  return { durable: waits < 0 ? records.length : waits, retryAfterMs: waitOf(all.flat()) };
};

/** Follows a topic or a queue until the signal is aborted. */
export const followBroker = (options: FollowBrokerOptions, signal: AbortSignal): Promise<void> => {
  const { stream, health } = options;
  health.gauge(stream.source, { connected: false });
  return stream.follow(
    {
      take: (batch) => takeBatch(options, batch),
      tell: (news) => health.gauge(stream.source, news),
    },
    signal,
  );
};
