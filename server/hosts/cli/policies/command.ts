/** Where a command writes, and where relative paths begin. */
export interface PolicyIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly cwd: string;
  /** The day, for what expires or is due; ms since 1970. */
  readonly now: number;
}

/** A word after `reflex policies`. */
export interface PolicyCommand {
  readonly name: string;
  /** One line: the words it takes, then what it does. */
  readonly usage: string;
  /** @returns the exit code, one of `POLICY_EXIT` */
  readonly run: (args: readonly string[], io: PolicyIo) => Promise<number>;
}

/**
 * Fit for CI: 1 says that the policies are at fault, 2 that the command could not do its work, 3 that nothing is at
 * fault, but some tests could not be run here.
 */
export const POLICY_EXIT = { done: 0, findings: 1, error: 2, skipped: 3 } as const;

/** What keeps a command from its work, in a sentence; ends it with exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
