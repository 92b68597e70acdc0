/** Exit codes of the command line. */
export const EXIT = { done: 0, differs: 1, error: 2 } as const;

/** What a command came to; lines go to the error output if it is an error. */
export interface Outcome {
  readonly exit: number;
  readonly lines: readonly string[];
}
