import type { AlertPosition } from './alerting';

/** A document that a detector wrote. */
export interface IndexDocument {
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Reads the indices of one pattern by the order in which their shards wrote. */
export interface IndexReader {
  /** Behind everything that is there now. */
  readonly end: () => Promise<AlertPosition>;
  /**
   * Documents that were written after a position, each shard's in its order, up to what is surely complete. A new
   * index of the pattern is read from its start. `lag`: operations that were not read yet.
   */
  readonly since: (
    position: AlertPosition,
    most: number,
  ) => Promise<{
    readonly documents: readonly IndexDocument[];
    readonly position: AlertPosition;
    readonly lag: number;
  }>;
}
