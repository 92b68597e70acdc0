import { runSeed } from './run';

/** How many seeds a test run takes; `npm run test:quick` takes fewer. */
const SEEDS = Number(process.env.REFLEX_SEEDS ?? 1_000);

/** The seeds of one of two test files, so that they run side by side. */
export const seedsOf = (part: 0 | 1): readonly number[] =>
  Array.from({ length: SEEDS }, (_, index) => index + 1).filter((seed) => seed % 2 === part);

/** Everything that went wrong in a run of many seeds, each as one line that says how to see it again. */
export const failuresOf = async (seeds: readonly number[]): Promise<readonly string[]> => {
  const failures: string[] = [];
  for (const seed of seeds) {
    const { violations, errors } = await runSeed({ seed });
    failures.push(
      ...violations.map(({ promise, text }) => `seed ${seed}: ${promise}: ${text}`),
      ...errors.map((error) => `seed ${seed}: ${error}`),
    );
  }
  return failures;
};
