import { decodeMessage, type MessageRules } from './decode_message';
import { isDurable, type Admission } from '../door/admission';
import type { BrokerBatch, BrokerHooks, BrokerRecord, BrokerStream, Taken } from '../ports';
import { noteAdmissions, receiveDocuments, type DocumentRules } from './receive_documents';
import type { SourceHealth } from './source_health';
import type { AgentWith } from '../agent/views';
import { firmly, type FirmTaker } from './receive';

/*
 * From a broker's messages to admitted events, for topics and queues alike: read, check, admit, and only then say how
 * many are durable. What cannot be read is filed with its bytes and never stalls its partition.
 */

interface FollowBrokerOptions {
  readonly agent: FirmTaker & AgentWith<'log' | 'switches'>;
  readonly stream: BrokerStream;
  readonly messages: MessageRules;
  readonly rules: Omit<DocumentRules, 'health'>;
  readonly health: SourceHealth;
}

/** Offered again after so long if the door does not say, ms. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;
/** How soon a switch is noticed, ms. */
const OFF_AGAIN_MS = 2_000;
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

const isOff = ({ agent, stream: { source } }: FollowBrokerOptions): boolean =>
  agent.parts.switches.off(source) !== undefined;

/** Admits a batch in its order. Everything up to the first message that is not durable may be acknowledged. */
const takeBatch = async (options: FollowBrokerOptions, { records }: BrokerBatch): Promise<Taken> => {
  if (isOff(options)) return { durable: 0, retryAfterMs: OFF_AGAIN_MS };
  const all = await Promise.all(records.map((record) => takeRecord(options, record)));
  const waits = all.findIndex((admissions) => !admissions.every(isDurable));
  return { durable: waits < 0 ? records.length : waits, retryAfterMs: waitOf(all.flat()) };
};

/** Resolves once the source is switched off, or the signal is aborted and nothing is in flight. */
const followWhileOn = async (options: FollowBrokerOptions, hooks: BrokerHooks, signal: AbortSignal): Promise<void> => {
  const { clock } = options.agent.parts;
  const ends = new AbortController();
  const end = (): void => ends.abort();
  signal.addEventListener('abort', end, { once: true });
  const watch = async (): Promise<void> => {
    while (!ends.signal.aborted) {
      await clock.sleep(OFF_AGAIN_MS, ends.signal);
      if (isOff(options)) end();
    }
  };
  const watching = watch();
  try {
    await options.stream.follow(hooks, ends.signal);
  } finally {
    end();
    signal.removeEventListener('abort', end);
    await watching;
  }
};

/** Follows a topic or a queue until the signal is aborted. What comes while it is switched off stays at the broker. */
export const followBroker = async (options: FollowBrokerOptions, signal: AbortSignal): Promise<void> => {
  const { agent, stream, health } = options;
  const hooks: BrokerHooks = {
    take: (batch) => takeBatch(options, batch),
    tell: (news) => health.gauge(stream.source, news),
  };
  health.gauge(stream.source, { connected: false });
  if (stream.whileOff === 'stays_connected') return stream.follow(hooks, signal);
  while (!signal.aborted) {
    if (!isOff(options)) await followWhileOn(options, hooks, signal);
    if (signal.aborted) return;
    health.gauge(stream.source, { connected: undefined, error: undefined, lag: undefined });
    await agent.parts.clock.sleep(OFF_AGAIN_MS, signal);
  }
};
