import type { Target } from '../../../common/flow/decision';

/** What this agent needs to undo an effect without asking anybody. */
export interface JournalEntry {
  readonly command_id: string;
  readonly effect_id: string;
  readonly connector: string;
  readonly action: string;
  readonly target: Target;
  /** UTC; null where only a person ends it. */
  readonly deadline: string | null;
  /** UTC of the claim. */
  readonly at: string;
  /** Set when this agent began to undo it while OpenSearch was away. */
  readonly undone_offline?: boolean;
  /** Set once its target said that it is absent, its settle time after that undoing began: nothing is left to undo. */
  readonly gone?: boolean;
  /** Fence of its effect when it was put; offline undo goes one higher. Entries of earlier versions have none. */
  readonly fence?: number;
  /** Generation of the state that knows of it: a document of another one proves nothing about it. */
  readonly generation?: string;
  /** The run of this machine in which it was put, and when it is due on that run's monotonic clock, ms. */
  readonly boot?: { readonly id: string; readonly due: number };
  /** Case of a claim, and how many claims that case then counts: a case that counts fewer never had this one. */
  readonly claim?: { readonly case_id: string; readonly claims: number };
}

/** The local disk could not be written: it is full, or broken, or another process took its place. */
export class DiskFailed extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'DiskFailed';
  }
}

export interface Journal {
  /**
   * Durable on the local disk when it returns, else throws `DiskFailed`. The same command again replaces its entry.
   * Changes reach the disk in the order in which they are asked for.
   */
  readonly put: (entries: readonly JournalEntry[]) => Promise<void>;
  /** Forgets commands whose effect is finally gone. */
  readonly close: (commandIds: readonly string[]) => Promise<void>;
  /**
   * What is durable. A mark of undoing shows from the moment it is put: whoever is about to join an effect must see
   * that somebody is about to undo it. What is being closed does not show any more, unless the disk refuses that:
   * whoever put it again, with a mark, would bring it back.
   */
  readonly open: () => readonly JournalEntry[];
  /** The same of one effect, without going through all. */
  readonly ofEffect: (effectId: string) => readonly JournalEntry[];
}

/** Why the spool keeps nothing more. */
export type SpoolRefusal = 'not_persistent' | 'full' | 'disk_failed';

/** Accepted input that could not be written to OpenSearch yet. */
export interface Spool {
  /** Durable when it returns. Throws `SpoolRefused` when the disk is full or the folder is not persistent. */
  readonly append: (item: unknown) => Promise<void>;
  /** The oldest items, not removed. */
  readonly peek: (most: number) => Promise<ReadonlyArray<{ readonly at: number; readonly item: unknown }>>;
  /** Removes everything up to and including this place. */
  readonly dropThrough: (at: number) => Promise<void>;
  readonly size: () => number;
}

export class SpoolRefused extends Error {
  constructor(
    message: string,
    readonly code: SpoolRefusal,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SpoolRefused';
  }
}

/** The local memory of what must never go backwards. */
export interface LocalMemory {
  readonly read: (key: string) => string | undefined;
  /** Durable when it returns. */
  readonly write: (key: string, value: string) => Promise<void>;
}

/** An order to stop that is on this machine's disk. */
export interface LocalOrder {
  /** `all`, `action:<name>`, `connector:<name>` or `policy:<id>`. */
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  /** A pause: it ends so long after the others have it, ms. */
  readonly lasts_ms?: number | undefined;
  /** UTC; says which order it is, across processes. Missing where the file cannot tell: it may be any order then. */
  readonly at?: string | undefined;
  /** The file is there and cannot be read: these words stand for whatever it says. */
  readonly unread?: boolean | undefined;
}

/** The stop file on this machine's disk: works when OpenSearch is away, and may be made and removed by hand. */
export interface LocalStop {
  readonly read: () => readonly LocalOrder[];
  /** Durable when it returns; without orders there is no file. */
  readonly write: (orders: readonly LocalOrder[]) => Promise<void>;
}
