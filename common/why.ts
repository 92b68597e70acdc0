/** What was thrown, as an error. */
export const errorOf = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

/** What went wrong, in a sentence for people. */
export const whyOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What went wrong and where in the code, for the log. */
export const traceOf = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
