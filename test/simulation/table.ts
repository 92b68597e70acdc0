import { WEATHER_NAMES, WEATHERS } from './climate';
import { isNotYet } from './not_yet';
import type { RunOptions } from './run';
import { USUAL_COUNTS, type Tally, type UsualCount } from './tally';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly words: string;
}

const usualRows = ({ counts }: Tally): readonly Row[] =>
  (Object.keys(USUAL_COUNTS) as readonly UsualCount[]).map((name) => ({
    name,
    count: counts.get(name) ?? 0,
    words: USUAL_COUNTS[name],
  }));

const harshRows = ({ counts, worlds }: Tally, everything: boolean): readonly Row[] =>
  WEATHER_NAMES.filter((name) => everything || !isNotYet(name)).map((name) => {
    // A gale is more of the usual: what it does shows in what the usual weather counts.
    const count = counts.get(name === 'gale' ? 'answer_lost' : name) ?? 0;
    return {
      name,
      count: (worlds.get(name) ?? 0) > 0 ? count : 0,
      words: `${WEATHERS[name].counts} (${WEATHERS[name].what}: ${worlds.get(name) ?? 0} worlds)`,
    };
  });

/** How often each weather took effect, a line each. */
export const table = (tally: Tally, { harsh, weathers, everything }: Omit<RunOptions, 'seed'>): readonly string[] => {
  const isHarsh = harsh === true || weathers !== undefined;
  const rows = [...usualRows(tally), ...(isHarsh ? harshRows(tally, everything === true) : [])];
  return rows
    .filter(({ name, count }) => weathers === undefined || count > 0 || weathers.some((each) => each === name))
    .map(({ name, count, words }) => `${String(count).padStart(9)}  ${name.padEnd(16)} ${words}`);
};

/** Weathers that were to take effect in a run of many seeds, and never did. */
export const idleWeathers = (tally: Tally, harsh: boolean): readonly string[] =>
  [...usualRows(tally), ...(harsh ? harshRows(tally, false) : [])]
    .filter(({ count }) => count === 0)
    .map(({ name, words }) => `${name} never took effect: ${words}`);
