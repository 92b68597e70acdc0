import { WEATHER_NAMES } from './climate';
import { runSeed } from './run';
import { idleWeathers } from './table';
import { Tally } from './tally';

/** How many seeds of the usual weather a test run takes; `npm run test:quick` takes fewer. */
const SEEDS = Number(process.env.REFLEX_SEEDS ?? 800);
/** Harsh worlds are larger and longer: one for so many of the usual ones. */
const USUAL_PER_HARSH = 6;
/** Every weather must have its turn in each half. */
const FEWEST_HARSH = 2 * WEATHER_NAMES.length;
/** In fewer seeds a weather may be idle by chance. */
const FEWEST_TELLING = 50;
const FIRST_HARSH = 20_001;

const range = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);

/** One of two halves, so that they run side by side. */
type Part = 0 | 1;

export const usualSeeds = (part: Part): readonly number[] => range(1, SEEDS).filter((seed) => seed % 2 === part);

/** Seeds one after the other have every weather; odd and even ones may not. */
export const harshSeeds = (part: Part): readonly number[] => {
  const half = Math.ceil(Math.max(FEWEST_HARSH, SEEDS / USUAL_PER_HARSH) / 2);
  return range(FIRST_HARSH + part * half, half);
};

/** Everything that went wrong in a run of many seeds, each as one line that says how to see it again. */
export const failuresOf = async (seeds: readonly number[], { harsh = false } = {}): Promise<readonly string[]> => {
  const failures: string[] = [];
  const tally = new Tally();
  const name = harsh ? 'seed --harsh' : 'seed';
  for (const seed of seeds) {
    const result = await runSeed({ seed, harsh });
    tally.add(result.tally);
    failures.push(
      ...result.violations.map(({ promise, text }) => `${name} ${seed}: ${promise}: ${text}`),
      ...result.errors.map((error) => `${name} ${seed}: ${error}`),
    );
  }
  return [...failures, ...(seeds.length < FEWEST_TELLING ? [] : idleWeathers(tally, harsh))];
};
