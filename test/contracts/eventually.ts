const MOST_MS = 10_000;
const PAUSE_MS = 50;

/** Repeats what may not be so yet, until it is so or ten seconds have passed. */
export const eventually = async (holds: () => Promise<void>): Promise<void> => {
  const end = Date.now() + MOST_MS;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};
