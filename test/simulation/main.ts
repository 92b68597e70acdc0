import { parseArgs } from 'util';
import { table } from './table';
import { NOT_YET } from './not_yet';
import { runSeed, type RunOptions } from './run';
import { WEATHER_NAMES, type WeatherName } from './climate';
import { Tally } from './tally';

/*
 * Any number of seeds: `npm run simulate -- --seeds 10000 --from 1`. A failing seed is printed with what it broke and
 * replays exactly: `npm run simulate -- --seed 4711 --trace`. See docs/guides/simulation.md.
 */

const word = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  ...{ seeds: word, from: word, seed: word, weather: word, skip: word },
  ...{ trace: flag, harsh: flag, all: flag, stop: flag },
};

/** A word that is mistyped must not run a thousand seeds of something else. @throws TypeError with a sentence */
const { values: options } = parseArgs({ options: OPTIONS });

const wholeNumber = (name: 'seed' | 'from' | 'seeds', usual: number): number => {
  const given = Number(options[name] ?? usual);
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} takes a whole number of at least 1`);
  return given;
};

const weathers = (): readonly WeatherName[] | undefined =>
  options.weather?.split(',').map((name) => {
    const found = WEATHER_NAMES.find((each) => each === name);
    if (found === undefined) throw new Error(`no such weather: ${name}. There are: ${WEATHER_NAMES.join(', ')}`);
    return found;
  });

const show = (line: string): void => void process.stdout.write(`${line}\n`);

const showFailure = (seed: number, { climate, violations, errors }: Awaited<ReturnType<typeof runSeed>>): void => {
  show(`seed ${seed}:${climate.size > 0 ? ` (${[...climate].join(' ')})` : ''}`);
  for (const { at, promise, text, check } of violations)
    show(`  ${(at / 1000).toFixed(1)} s  ${promise}${check ? ` ${check}` : ''}  ${text}`);
  for (const error of errors.slice(0, 5)) show(`  fault in the code: ${error.slice(0, 1_500)}`);
};

const given = (): Omit<RunOptions, 'seed'> => {
  const only = weathers();
  return {
    harsh: options.harsh === true,
    everything: options.all === true,
    ...(only ? { weathers: only } : {}),
    ...(options.trace === true ? { trace: show } : {}),
  };
};

const main = async (): Promise<number> => {
  const first = options.seed === undefined ? wholeNumber('from', 1) : wholeNumber('seed', 1);
  const count = options.seed === undefined ? wholeNumber('seeds', 1_000) : 1;
  const rest = given();
  const tally = new Tally();
  let failed = 0;
  let steps = 0;
  let sendings = 0;
  const started = Date.now();
  const skipped = new Set((options.skip ?? '').split(',').map(Number));
  for (let seed = first; seed < first + count; seed += 1) {
    if (skipped.has(seed) || (failed > 0 && options.stop === true)) continue;
    const result = await runSeed({ seed, ...rest });
    steps += result.steps;
    sendings += result.sendings;
    tally.add(result.tally);
    if (result.violations.length + result.errors.length > 0) {
      failed += 1;
      showFailure(seed, result);
    }
    if ((seed - first + 1) % 100 === 0 && count > 100)
      show(`${seed - first + 1} of ${count} seeds, ${failed} failed, ${Math.round((Date.now() - started) / 1000)} s`);
  }
  for (const line of table(tally, rest)) show(line);
  if (options.all !== true) for (const { what, why } of NOT_YET) show(`left out, not yet: ${what} (${why})`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  show(`${count} seeds, ${failed} failed, ${steps} steps, ${sendings} orders sent, ${seconds} s`);
  return failed === 0 ? 0 : 1;
};

void main().then((code) => {
  process.exitCode = code;
});
