interface Waiting {
  /** Longest wait, ms. */
  readonly withinMs?: number;
  /** Pause between two looks, ms. */
  readonly everyMs?: number;
  /** What is told beside the failure, so that it can be understood without running it again. */
  readonly seen?: () => unknown;
}

/** Waits for a condition by asking again and again; fails with what was waited for, and with what was seen instead. */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  { withinMs = 10_000, everyMs = 25, seen }: Waiting = {},
): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      const instead = seen === undefined ? '' : `; seen instead: ${JSON.stringify(await seen(), null, 1)}`;
      throw new Error(`waited ${withinMs} ms for: ${what}${instead}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
