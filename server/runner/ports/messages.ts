import type { Result } from '../../../common/result';

/** Messages of `reflex.v1` that cross the wire as protobuf. */
export const MESSAGE_TYPES = ['reflex.v1.Event', 'reflex.v1.EventBatch'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Reads and writes events as protobuf; what comes out is in the wire form, still to be checked. */
export interface MessageCodec {
  /** @returns one event, or those of a batch; or why the bytes are no such message */
  readonly read: (type: MessageType, bytes: Uint8Array) => Result<readonly unknown[], string>;
  readonly write: (type: MessageType, events: readonly unknown[]) => Uint8Array;
}
