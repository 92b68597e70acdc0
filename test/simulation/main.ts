import { table } from './table';
import { NOT_YET } from './not_yet';
import { runSeed, type RunOptions } from './run';
import { WEATHER_NAMES, type WeatherName } from './climate';
import { Tally } from './tally';

/*
 * Any number of seeds: `npm run simulate -- --seeds 10000 --from 1`. A failing seed is printed with what it broke and
 * replays exactly: `npm run simulate -- --seed 4711 --trace`. See docs/guides/simulation.md.
 */

const options = new Map<string, string>();
process.argv.slice(2).forEach((word, index, words) => {
  if (word.startsWith('--'))
    options.set(word.slice(2), words[index + 1]?.startsWith('--') === false ? (words[index + 1] ?? '') : '');
});

const number = (name: string, usual: number): number => {
  const given = Number(options.get(name) ?? usual);
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} takes a whole number of at least 1`);
  return given;
};

const weathers = (): readonly WeatherName[] | undefined =>
  options
    .get('weather')
    ?.split(',')
    .map((name) => {
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
    harsh: options.has('harsh'),
    everything: options.has('all'),
    ...(only ? { weathers: only } : {}),
    ...(options.has('trace') ? { trace: show } : {}),
  };
};

const main = async (): Promise<number> => {
  const first = options.has('seed') ? number('seed', 1) : number('from', 1);
  const count = options.has('seed') ? 1 : number('seeds', 1_000);
  const rest = given();
  const tally = new Tally();
  let failed = 0;
  let steps = 0;
  let sendings = 0;
  const started = Date.now();
  const skipped = new Set((options.get('skip') ?? '').split(',').map(Number));
  for (let seed = first; seed < first + count; seed += 1) {
    if (skipped.has(seed) || (failed > 0 && options.has('stop'))) continue;
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
  if (!options.has('all')) for (const { what, why } of NOT_YET) show(`left out, not yet: ${what} (${why})`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  show(`${count} seeds, ${failed} failed, ${steps} steps, ${sendings} orders sent, ${seconds} s`);
  return failed === 0 ? 0 : 1;
};

void main().then((code) => {
  process.exitCode = code;
});
