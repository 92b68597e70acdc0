/** Time comes in as values; nothing in engine or runner asks the machine for it. */
export interface Clock {
  /** Milliseconds of a clock that never jumps; only differences mean anything, and only on this machine. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970, UTC; may be wrong and may jump. */
  readonly utc: () => number;
  /** Resolves after the time, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** As `sleep`, up to 100 ms longer, so that many wake up at once. Where it is missing, `sleep` does. */
  readonly nap?: (ms: number) => Promise<void>;
  /**
   * Which run of the machine this is, and the time since it began on a clock that never jumps, ms. All processes of one
   * run see the same. Undefined where the machine does not tell.
   */
  readonly boot?: () => Boot | undefined;
}

/** One moment of one run of a machine. */
export interface Boot {
  readonly id: string;
  readonly now: number;
}

/** Ids and chance come in as values too. */
export interface Chance {
  readonly uuid: () => string;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** Where the runner says what people should know. Never receives secrets or whole events. */
export interface Log {
  readonly debug: (message: string, details?: Record<string, unknown>) => void;
  readonly info: (message: string, details?: Record<string, unknown>) => void;
  readonly warn: (message: string, details?: Record<string, unknown>) => void;
  readonly error: (message: string, details?: Record<string, unknown>) => void;
}

/** Time, chance and words, which nearly everything needs. */
export interface Basics {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}
