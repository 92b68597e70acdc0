export const sessionId = (id: string): string => `session:${id}`;

/** One start of one agent. */
export interface SessionContent {
  readonly id: string;
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly started_at: string;
  /** Heartbeat counter. */
  readonly n: number;
  readonly dead: boolean;
  /** Epoch that a killer ordered it to see, and the one that it has seen. */
  readonly order_epoch: number;
  readonly seen_epoch: number;
  readonly bundle_version: number;
  readonly engine_digest: string;
  /** All records of writes up to this ordinal are in the evidence. */
  readonly copied_through: number;
  readonly counters: Readonly<Record<string, number>>;
}
