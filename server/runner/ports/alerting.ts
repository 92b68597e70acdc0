/** Last `_seq_no` read, by `index uuid/shard/history uuid`. */
export type AlertPosition = Readonly<Record<string, number>>;

/** A document of an alert or history index. */
export interface AlertDocument {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Reads the indices of OpenSearch Alerting. */
export interface AlertReader {
  /** Where reading starts when nothing was read before: everything up to now is left alone. */
  readonly now: () => Promise<AlertPosition>;
  /**
   * Alerts that were written after a position, oldest first, up to what is surely complete (the global checkpoint).
   * Keeps reading an older index of a rollover until it is exhausted.
   */
  readonly since: (
    position: AlertPosition,
    most: number,
  ) => Promise<{ readonly alerts: readonly AlertDocument[]; readonly position: AlertPosition }>;
  /** Documents that alerts relate to, in bounded requests; what is gone is left out. */
  readonly documents: (wanted: ReadonlyArray<{ readonly index: string; readonly id: string }>) => Promise<
    ReadonlyArray<{
      readonly index: string;
      readonly id: string;
      readonly seqNo: number;
      readonly source: Readonly<Record<string, unknown>>;
    }>
  >;
}
