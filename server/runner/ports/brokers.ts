import type { Intake } from '../../../common/flow/event';

/** What a message carries. Some clients read JSON themselves and keep no bytes. */
export type BrokerPayload =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'json'; readonly value: unknown }
  /** A deletion marker of a compacted topic, or a message without a body. */
  | { readonly kind: 'empty' };

/** One message as it lay at the broker. */
export interface BrokerRecord {
  readonly payload: BrokerPayload;
  /** Text headers by name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where it lies, for people: `topic/partition/offset`. */
  readonly position: string;
}

/** Messages of one partition in their order. */
export interface BrokerBatch {
  readonly partition: string;
  readonly records: readonly BrokerRecord[];
}

/** How many messages from the front are durable; the others are to be offered again after a while. */
export interface Taken {
  readonly durable: number;
  readonly retryAfterMs: number;
}

/** How the broker does, as far as it is known. */
export interface BrokerNews {
  readonly connected?: boolean;
  /** Why it does not work; undefined, named as such, takes it back. */
  readonly error?: string | undefined;
  /** Messages that nobody has acknowledged yet. */
  readonly lag?: number;
  readonly position?: string;
}

export interface BrokerHooks {
  /**
   * Takes messages. Never called twice at a time for one partition. What is durable is acknowledged, in order, and
   * nothing else is; what is not is kept back, or given back to the broker, and comes again.
   */
  readonly take: (batch: BrokerBatch) => Promise<Taken>;
  readonly tell: (news: BrokerNews) => void;
}

/** A topic or a queue. */
export interface BrokerStream {
  readonly source: Intake;
  /**
   * While the source is switched off, nothing is taken and all stays at the broker. `stays_connected`: its place would
   * be forgotten if nobody followed it for long. `disconnects`: what is delivered and not taken would be given up.
   */
  readonly whileOff: 'stays_connected' | 'disconnects';
  /**
   * Follows it until the signal is aborted, and connects again as often as it takes; never rejects for what the world
   * does. Nothing is in flight any more when it resolves.
   */
  readonly follow: (hooks: BrokerHooks, signal: AbortSignal) => Promise<void>;
}
