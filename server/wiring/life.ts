import type { Log } from '../runner/ports';

/** Thrown by work that stops because its life is over. Nothing failed. */
export class LifeOver extends Error {
  constructor() {
    super('this life of the engine is over');
    this.name = 'LifeOver';
  }
}

/** One life of the engine, for those who open things and work in it. */
export interface Life {
  readonly log: Log;
  /** Aborted as soon as the life is to end, so that sleepers wake up. */
  readonly signal: AbortSignal;
  /** True as soon as the life is to end. Background work polls it and ends by itself. */
  readonly isOver: () => boolean;
  /** @throws LifeOver if the life is over */
  readonly goOn: () => void;
  /** Notes something that was just opened. Call it before anything else can throw, or nobody closes it. */
  readonly opened: (what: string, close: () => unknown) => void;
}

/** A life in the hands of the one who ends it. */
export class OneLife implements Life {
  readonly log: Log;
  private readonly ending = new AbortController();
  private readonly closers: Array<{ readonly what: string; readonly close: () => unknown }> = [];

  constructor(log: Log) {
    this.log = log;
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  readonly isOver = (): boolean => this.signal.aborted;

  readonly goOn = (): void => {
    if (this.isOver()) throw new LifeOver();
  };

  readonly opened = (what: string, close: () => unknown): void => {
    this.closers.push({ what, close });
  };

  /** Tells everybody who works in it that it is over. Nothing is closed yet. */
  end(): void {
    this.ending.abort();
  }

  /** Closes everything once, the last opened first. What does not close is logged, so that the rest still closes. */
  async close(): Promise<void> {
    for (let last = this.closers.pop(); last !== undefined; last = this.closers.pop()) {
      try {
        await last.close();
      } catch (cause) {
        const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
        this.log.error(`${last.what} did not close in order`, { why });
      }
    }
  }
}
