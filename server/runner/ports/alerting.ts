/** Last `_seq_no` read, by `index uuid/shard/history uuid`. */
export type AlertPosition = Readonly<Record<string, number>>;

/** A document of an alert, history or findings index. */
export interface AlertDocument {
  readonly id: string;
  readonly index: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** A document that a monitor found. */
export interface RelatedDocument {
  readonly index: string;
  readonly id: string;
  readonly seqNo: number;
  readonly source: Readonly<Record<string, unknown>>;
}

/**
 * `unknown`: Alerting says that there is none. `unsupported`: nobody can be asked; Alerting or the right is missing.
 * `failed`: Alerting cannot answer for this one, though it answers.
 */
export type MonitorLookup =
  | { readonly kind: 'found'; readonly monitor: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'failed'; readonly why: string };

/** Which alerts to look for; all that is given must hold. */
export interface AlertWish {
  readonly ids?: readonly string[];
  readonly monitorId?: string;
  readonly triggerId?: string;
  /** Only those that are not over. */
  readonly open?: boolean;
  /** Only those that began at or after, ms since 1970. */
  readonly startedFrom?: number;
}

/** Reads the indices of OpenSearch Alerting and Security Analytics, and what their monitors are. */
export interface AlertReader {
  /**
   * Index patterns that alerts, past alerts and findings lie in, those of monitors with indices of their own included.
   */
  readonly patterns: () => Promise<readonly string[]>;
  /** Where reading of these patterns starts when nothing was read before: everything up to now is left alone. */
  readonly now: (patterns: readonly string[]) => Promise<AlertPosition>;
  /**
   * Alerts and findings that were written after a position, oldest first within each shard, up to what is surely
   * complete (the global checkpoint). Keeps reading an older index of a rollover until it is exhausted.
   */
  readonly since: (
    patterns: readonly string[],
    position: AlertPosition,
    most: number,
  ) => Promise<{ readonly alerts: readonly AlertDocument[]; readonly position: AlertPosition }>;
  /** Alerts as they are now, past ones included, newest first, at most 1,000; costs a refresh. */
  readonly alerts: (wish: AlertWish) => Promise<readonly AlertDocument[]>;
  /** Findings by id; costs a refresh. What is not there is left out. */
  readonly findings: (ids: readonly string[]) => Promise<readonly AlertDocument[]>;
  /** Documents that alerts relate to, in bounded requests; what is gone is left out. */
  readonly documents: (
    wanted: ReadonlyArray<{ readonly index: string; readonly id: string }>,
  ) => Promise<readonly RelatedDocument[]>;
  /**
   * One document for each value of a field among those that a query finds; `more`: there are more values than that, or
   * nobody can tell that there are not.
   */
  readonly entities: (search: {
    readonly indices: readonly string[];
    readonly query: unknown;
    readonly field: string;
    /** Most documents. */
    readonly most: number;
  }) => Promise<{ readonly documents: readonly RelatedDocument[]; readonly more: boolean }>;
  readonly monitor: (id: string) => Promise<MonitorLookup>;
}
