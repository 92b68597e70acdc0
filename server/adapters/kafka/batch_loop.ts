import { foldWord } from '../../../common/words';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { BrokerHooks, BrokerRecord, Clock } from '../../runner/ports';
import type { Membership, Memberships } from './membership';

/** How the batches of one topic are taken. */
export interface BatchLoop {
  readonly topic: string;
  readonly take: BrokerHooks['take'];
  readonly clock: Clock;
  readonly memberships: Memberships;
  readonly signal: AbortSignal;
  /** Most messages offered at a time; bounds what is in flight for one partition. */
  readonly most: number;
}

/** The library sends one only when its own interval has passed. */
const BEAT_EVERY_MS = 1_000;

const textOf = (value: Buffer | string | Array<Buffer | string> | undefined): string | undefined => {
  const one = Array.isArray(value) ? value[0] : value;
  return one === undefined ? undefined : typeof one === 'string' ? one : one.toString('utf8');
};

const recordOf = ({ topic, partition }: { topic: string; partition: number }, message: KafkaMessage): BrokerRecord => ({
  payload: message.value === null ? { kind: 'empty' } : { kind: 'bytes', bytes: message.value },
  headers: new Map(
    Object.entries(message.headers ?? {}).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[foldWord(name), text]];
    }),
  ),
  position: `${topic}/${partition}/${message.offset}`,
});

/** Keeps the membership alive while something else goes on; tells what ended it, if something did. */
const beatingWhile = async <Value>(
  loop: BatchLoop,
  payload: EachBatchPayload,
  work: (done: AbortSignal) => Promise<Value>,
): Promise<{ readonly value: Value; readonly lost: unknown }> => {
  const done = new AbortController();
  let lost: unknown;
  const beat = async (): Promise<void> => {
    while (!done.signal.aborted && lost === undefined) {
      await loop.clock.sleep(BEAT_EVERY_MS, done.signal);
      if (done.signal.aborted) return;
      await payload.heartbeat().catch((cause: unknown) => {
        lost = cause;
      });
    }
  };
  const beating = beat();
  try {
    return { value: await work(done.signal), lost };
  } finally {
    done.abort();
    await beating;
  }
};

const commit = async (
  { topic, memberships }: BatchLoop,
  payload: EachBatchPayload,
  { membership, last }: { readonly membership: Membership; readonly last: KafkaMessage },
): Promise<void> => {
  const { partition } = payload.batch;
  // INVARIANT: an offset is committed only for a partition that is still ours, and only once all before it is durable.
  if (!memberships.holds(membership, partition)) return;
  const next = BigInt(last.offset) + 1n;
  await payload.commitOffsetsIfNecessary({
    topics: [{ topic, partitions: [{ partition, offset: next.toString() }] }],
  });
  // Only now: what could not be committed is fetched and taken once more, and is a duplicate then.
  if (!memberships.holds(membership, partition)) return;
  membership.next.set(partition, next);
  payload.resolveOffset(last.offset);
};

/**
 * Takes one batch of one partition in order, and commits as it goes. Waits, without losing the membership, while the
 * taker is overloaded. Resolves early when the partition is lost: what was not committed comes again, to us or others.
 */
export const takeBatch = async (loop: BatchLoop, payload: EachBatchPayload): Promise<void> => {
  const { memberships, clock, signal } = loop;
  const { partition, messages } = payload.batch;
  const membership = memberships.current;
  if (membership === undefined) return;
  const goesOn = (): boolean =>
    !signal.aborted && payload.isRunning() && !payload.isStale() && memberships.holds(membership, partition);
  const from = membership.next.get(partition);
  // A batch that was fetched before a rebalance may come again after it.
  let rest = from === undefined ? messages : messages.filter(({ offset }) => BigInt(offset) >= from);
  while (rest.length > 0 && goesOn()) {
    const offered = rest.slice(0, loop.most);
    const records = offered.map((message) => recordOf({ topic: loop.topic, partition }, message));
    const { value: taken, lost } = await beatingWhile(loop, payload, () =>
      loop.take({ partition: String(partition), records }),
    );
    const last = offered[taken.durable - 1];
    if (last !== undefined) await commit(loop, payload, { membership, last });
    if (lost !== undefined) throw lost;
    rest = rest.slice(taken.durable);
    if (taken.durable < offered.length) {
      const waited = await beatingWhile(loop, payload, () => clock.sleep(taken.retryAfterMs, signal));
      if (waited.lost !== undefined) throw waited.lost;
    }
    // Short rounds never come to a beat of their own.
    await payload.heartbeat();
  }
};
